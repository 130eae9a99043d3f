import type { OptionValues } from '../../core/config.ts';
import { formatOptions } from '../../qapi/keyval.ts';
import type { GivenOption } from '../argv.ts';
import type { GivenOptions } from '../given-options.ts';
import { DISK_OPTIONS, driveValues } from './disks.ts';
import { shareOf } from './shared-folders.ts';

/** Options that the machine names in its errors, as it writes them. */
const NAMED = ['device', 'drive', 'netdev', 'nic', 'net', 'object', 'chardev', 'blockdev', 'fsdev'];

/** What the machine calls options in its errors, and how they were given. */
export function origins(given: GivenOptions): ReadonlyMap<string, string> {
  const named = given.given(...NAMED, ...DISK_OPTIONS, 'virtfs').map(one => {
    const [name, text] = nameOf(given, one);
    return [`-${name} ${text}`, one.origin] as const;
  });
  return new Map(named);
}

function nameOf(given: GivenOptions, one: GivenOption): readonly [option: string, text: string] {
  const { name } = one.option;
  const byValues = (values: OptionValues) => formatOptions(Object.entries(values));
  if (name === 'drive' || DISK_OPTIONS.includes(name)) return ['drive', byValues(driveValues(given, one))];
  if (name === 'virtfs') return ['fsdev', byValues(shareOf(given.valuesOf(one)).fsdev)];
  if (name === 'device' || name === 'fsdev') return [name, byValues(given.valuesOf(one))];
  return [name, given.textOf(one)];
}

/** A bank of flash has a name of its own where the machine names it. */
const FLASH_NAME = /^,id=pflash\d(?=: )/;

/** The message with the option in it as it was given. */
export function withOrigin(message: string, known: ReadonlyMap<string, string>): string {
  for (const [name, origin] of known) {
    if (!message.startsWith(name)) continue;
    const rest = message.slice(name.length).replace(FLASH_NAME, '');
    if (rest.startsWith(': ')) return origin + rest;
  }
  return message;
}
