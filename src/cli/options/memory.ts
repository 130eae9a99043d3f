import { kindOf } from '../../core/machine-kinds.ts';
import { UsageError } from '../errors.ts';
import { parseCount, parseOptionValues, parseSize } from './values.ts';

const GRANULE = 8192;
const KNOWN = ['size', 'slots', 'maxmem'];

/**
 * Bytes of RAM that `-m` asks for; members that are given again replace the earlier ones. `slots` and `maxmem` are checked
 * and have no effect: nothing can be plugged in. @throws UsageError
 */
export function ramSize(given: readonly string[], machine = kindOf({ machine: 'virt' })): number {
  const { defaultRam, leastRam } = machine;
  const values: Record<string, string> = {};
  for (const text of given) Object.assign(values, membersOf(text));
  const asked = values['size'] === undefined ? 0 : parseSize('size', values['size'], 'M');
  const size = Math.ceil((asked === 0 ? defaultRam : asked) / GRANULE) * GRANULE;
  if (size < leastRam) {
    throw new UsageError(`-m: ${asked} bytes are too few: give at least ${leastRam / 2 ** 20}M`);
  }
  checkPlugging(size, values);
  return size;
}

function membersOf(text: string): Record<string, string> {
  const values = parseOptionValues(text, 'size');
  const unknown = Object.keys(values).find(key => !KNOWN.includes(key));
  if (unknown !== undefined) throw new UsageError(`-m ${text}: Invalid parameter '${unknown}'`);
  return values;
}

function checkPlugging(size: number, { slots, maxmem }: Record<string, string>): void {
  const count = slots === undefined ? 0 : parseCount('slots', slots, 0);
  if (maxmem === undefined) {
    if (slots !== undefined) throw new UsageError('slots specified but no max-size');
    return;
  }
  const most = parseSize('maxmem', maxmem);
  const [mostText, sizeText] = [most.toString(16), size.toString(16)];
  if (most < size) {
    throw new UsageError(
      `invalid value of maxmem: maximum memory size (0x${mostText}) must be at least the initial memory size (0x${sizeText})`,
    );
  }
  if (count > 0 && most === size) {
    throw new UsageError(
      `invalid value of maxmem: memory slots were specified but maximum memory size (0x${mostText}) is equal to the initial memory size (0x${sizeText})`,
    );
  }
}
