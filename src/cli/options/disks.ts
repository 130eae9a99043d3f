import type { OptionValues } from '../../core/config.ts';
import type { GivenOption } from '../argv.ts';
import type { GivenOptions } from '../given-options.ts';

/** Options that are short for a `-drive` of the file that they name. */
const SHORT: Readonly<Record<string, OptionValues>> = {
  hda: { media: 'disk' },
  hdb: { media: 'disk' },
  hdc: { media: 'disk' },
  hdd: { media: 'disk' },
  cdrom: { media: 'cdrom' },
  pflash: { if: 'pflash' },
};

/** Names of all of them. */
export const DISK_OPTIONS: readonly string[] = Object.keys(SHORT);

/** `-drive` and what is short for it, in order. */
export function drives(given: GivenOptions): OptionValues[] {
  return given.given('drive', ...DISK_OPTIONS).map(one => driveValues(given, one));
}

/** The keys and values of one of them. */
export function driveValues(given: GivenOptions, one: GivenOption): OptionValues {
  const { option, argument } = one;
  const values = option.name === 'drive' ? given.valuesOf(one) : { ...SHORT[option.name], file: argument };
  return given.has('snapshot') ? { snapshot: 'on', ...values } : values;
}
