import type { HxEntry } from '../hx/model.ts';
import { type ArgSpec, parseArgsType } from './args-type.ts';

/** Which argument stands at the cursor. */
export interface ArgumentTarget {
  /** undefined behind the last argument, or for the word of a flag */
  spec?: ArgSpec;
  /** positional arguments before it, plus 1 */
  index: number;
  /** flags that have not been given yet */
  flags: ArgSpec[];
  /** nothing but flags stands before it */
  leading: boolean;
}

/**
 * Walks the words behind a command's name, the last being the one at the cursor, along its args_type.
 * Expressions of several words are taken as one argument a word.
 */
export function locateArgument(entry: HxEntry, words: readonly string[]): ArgumentTarget {
  const specs = parseArgsType(entry);
  const flags = specs.filter(spec => spec.letter === '-');
  const positional = specs.filter(spec => spec.letter !== '-');
  const given = words.slice(0, -1);
  let awaiting: ArgSpec | undefined;
  let next = 0;
  for (const word of given) {
    const flag = awaiting ? undefined : flags.find(each => word === `-${each.flag}`);
    if (awaiting) awaiting = undefined;
    else if (flag) {
      flags.splice(flags.indexOf(flag), 1);
      if (flag.flagValue) awaiting = flag;
    } else next += positional[next]?.letter === '/' && !word.startsWith('/') ? 2 : 1;
  }
  const current = words.at(-1) ?? '';
  if (positional[next]?.letter === '/' && !current.startsWith('/')) next++;
  const spec = awaiting ?? positional[next];
  return { ...(spec ? { spec } : {}), index: next + 1, flags, leading: next === 0 };
}

/** The parameters of `.params` one by one: `[-f] device [size [unit]]` has three. */
export function splitParams(params: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of params) {
    if (char === '[' || char === '<') depth++;
    if (char === ']' || char === '>') depth--;
    if (depth <= 0 && isBlank(char)) {
      if (part !== '') parts.push(part);
      part = '';
    } else {
      part += char;
    }
  }
  return part === '' ? parts : [...parts, part];
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\n' || char === '\t';
}

/** `-f`, `[-f]`, `[-f][-d]`, `[-f format]`: parts of `.params` that only tell flags. */
function isFlagPart(part: string): boolean {
  return /^(\[-\S( [^\]]*)?\])+$|^-\S$/.test(part) || /^\[-\S(\|-\S)+\]$/.test(part);
}

/** The parts of `.params` that stand for positional arguments. */
export function positionalParams(params: string): string[] {
  return splitParams(params).filter(part => !isFlagPart(part));
}

/** The words that a part like `on|off` or `[reset|pause]` lists; none when it names a thing instead. */
export function listedValues(part: string | undefined): string[] {
  const bare = part?.replace(/^\[(.*)\]$/, '$1') ?? '';
  return /^[\w-]+(\|[\w-]+)+$/.test(bare) && !bare.startsWith('-') ? bare.split('|') : [];
}
