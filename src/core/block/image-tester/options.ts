import { UsageError } from './errors.ts';

/** An option of a command: a letter, with a value if that has a name. */
export interface OptionSpec {
  readonly letter: string;
  readonly value?: string;
  readonly help: string;
}

/** The options that were given, and the other words. */
export class Options {
  readonly words: readonly string[];
  readonly #given: ReadonlyMap<string, string>;

  constructor(given: ReadonlyMap<string, string>, words: readonly string[]) {
    this.#given = given;
    this.words = words;
  }

  has(letter: string): boolean {
    return this.#given.has(letter);
  }

  /** Value of an option; the last one counts. */
  value(letter: string): string | undefined {
    return this.#given.get(letter);
  }
}

/** Reads options as getopt does: anywhere, several letters in a word, until `--`. @throws UsageError */
export function readOptions(name: string, specs: readonly OptionSpec[], words: readonly string[]): Options {
  const given = new Map<string, string>();
  const rest: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') break;
    if (word.startsWith('-') && word.length > 1) readCluster(name, specs, word.slice(1), queue, given);
    else rest.push(word);
  }
  return new Options(given, [...rest, ...queue]);
}

function readCluster(
  name: string,
  specs: readonly OptionSpec[],
  letters: string,
  queue: string[],
  given: Map<string, string>,
): void {
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at]!;
    const spec = specs.find(each => each.letter === letter);
    if (!spec) throw new UsageError(`${name}: invalid option -- '${letter}'`);
    if (spec.value === undefined) {
      given.set(letter, '');
      continue;
    }
    const value = letters.slice(at + 1) || queue.shift();
    if (value === undefined) throw new UsageError(`${name}: option requires an argument -- '${letter}'`);
    given.set(letter, value);
    return;
  }
}
