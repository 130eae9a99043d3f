import type { HxOption, HxOptionTable } from '../hx/model.ts';
import { UsageError } from './errors.ts';
import { refusedOption } from './options/refused.ts';

/** One option as it stood on the command line. `argument` is '' for options without one. */
export interface GivenOption {
  readonly option: HxOption;
  readonly argument: string;
  /** What errors are about: the option with its argument, or a line of a file. */
  readonly origin: string;
}

/**
 * Reads the command line by the option table: `-name` or `--name`, its argument in the next word
 * (or after `=` with two dashes). A word that is no option is a disk image. @throws UsageError
 */
export function parseArgv(table: HxOptionTable, argv: readonly string[]): GivenOption[] {
  const given: GivenOption[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    const disk = table.byName.get('hda');
    if (disk && !word.startsWith('-')) {
      given.push({ option: disk, argument: word, origin: word });
      continue;
    }
    const { option, attached } = lookUp(table, word, argv[at + 1]);
    if (!option.hasArg) {
      if (attached !== undefined) throw new UsageError(`${word}: the option takes no argument`);
      given.push({ option, argument: '', origin: word });
      continue;
    }
    const argument = attached ?? argv[++at];
    if (argument === undefined) throw new UsageError('requires an argument', word);
    given.push({ option, argument, origin: attached === undefined ? `${word} ${argument}` : word });
  }
  return given;
}

function lookUp(
  table: HxOptionTable,
  word: string,
  next: string | undefined,
): { option: HxOption; attached?: string } {
  const name = word.replace(/^--?/, '');
  const exact = table.byName.get(name);
  if (exact) return { option: exact };
  const equals = name.indexOf('=');
  const split = word.startsWith('--') && equals > 0 ? table.byName.get(name.slice(0, equals)) : undefined;
  if (split) return { option: split, attached: name.slice(equals + 1) };
  throw refusedOption(word, next) ?? new UsageError(`invalid option${suggestion(table, name)}`, word);
}

function suggestion(table: HxOptionTable, name: string): string {
  const near = [...table.byName.keys()].filter(known => distance(known, name) <= 1 + name.length / 5);
  return near.length === 0 ? '' : ` (did you mean -${near[0]}?)`;
}

/** Edit distance, for the suggestion only. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + change);
    }
    row = next;
  }
  return row[b.length]!;
}
