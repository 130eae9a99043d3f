import type { HxEntry } from '../hx/model.ts';
import { CommandError } from './errors.ts';

/** A letter of args_type, '-' for a flag. */
export type ArgLetter = 'F' | 'B' | 's' | 'S' | 'O' | 'i' | 'l' | 'M' | 'o' | 'T' | '/' | 'b' | '-';

/** One argument of a command, e.g. `index:i?`. */
export interface ArgSpec {
  name: string;
  letter: ArgLetter;
  /** `?`: may be left out */
  optional: boolean;
  /** `.`: given only behind a dot, as in `i /x 5 . 6` */
  dotted: boolean;
  /** the x of `-x` */
  flag?: string;
  /** `-xs`: the flag takes a string */
  flagValue?: boolean;
}

const LETTERS = 'FBsSOilMoT/b';

function parseSpec(text: string, command: string): ArgSpec {
  const colon = text.indexOf(':');
  const type = text.slice(colon + 1);
  const flag = /^-(\S)(s?)$/.exec(type);
  const value = /^(\S)([?.]?)$/.exec(type);
  const name = text.slice(0, colon);
  if (colon > 0 && flag) {
    return {
      name,
      letter: '-',
      optional: true,
      dotted: false,
      flag: flag[1] ?? '',
      flagValue: flag[2] === 's',
    };
  }
  if (colon > 0 && value && LETTERS.includes(value[1] ?? '')) {
    const letter = value[1] as ArgLetter;
    const dotted = value[2] === '.' && 'ilM'.includes(letter);
    if (dotted || value[2] !== '.') return { name, letter, optional: value[2] === '?', dotted };
  }
  throw new CommandError(`${command}: unknown type '${type}' in args_type`);
}

/** The name of a command as QEMU's messages give it: all names, `print|p`. */
export function fullName(entry: HxEntry): string {
  return [entry.name, ...entry.aliases].join('|');
}

const parsed = new WeakMap<HxEntry, readonly ArgSpec[]>();

/** Splits `.args_type`. Throws CommandError when the table's text is wrong. */
export function parseArgsType(entry: HxEntry): readonly ArgSpec[] {
  let specs = parsed.get(entry);
  if (specs === undefined) {
    const { argsType } = entry;
    specs = argsType === '' ? [] : argsType.split(',').map(text => parseSpec(text, fullName(entry)));
    parsed.set(entry, specs);
  }
  return specs;
}
