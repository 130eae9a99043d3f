import type { OptionValues } from '../../core/config.ts';
import type { MachineKind } from '../../core/machine-kinds.ts';
import { integerOf } from '../../qapi/text-values.ts';
import { UsageError } from '../errors.ts';
import { readSize } from './qemu-opts.ts';

const GRANULE = 8192;

/**
 * Bytes of RAM that `-m` asks for. `slots` and `maxmem` are checked and have no effect: nothing can be plugged in.
 * @throws UsageError
 */
export function ramSize(values: OptionValues, { defaultRam, leastRam }: MachineKind): number {
  const text = values['size'] ?? '0';
  const asked = Number(readSize('size', /\d$/.test(text) ? `${text}M` : text));
  const size = Math.ceil((asked === 0 ? defaultRam : asked) / GRANULE) * GRANULE;
  if (size < leastRam) {
    throw new UsageError(`-m: ${asked} bytes are too few: give at least ${leastRam / 2 ** 20}M`);
  }
  checkPlugging(size, values);
  return size;
}

function checkPlugging(size: number, { slots, maxmem }: OptionValues): void {
  const count = slots === undefined ? 0n : (integerOf(slots) ?? 0n);
  if (maxmem === undefined) {
    if (slots !== undefined) throw new UsageError('slots specified but no max-size');
    return;
  }
  const most = Number(readSize('maxmem', maxmem));
  const [mostText, sizeText] = [most.toString(16), size.toString(16)];
  if (most < size) {
    throw new UsageError(
      `invalid value of maxmem: maximum memory size (0x${mostText}) must be at least the initial memory size (0x${sizeText})`,
    );
  }
  if (count > 0n && most === size) {
    throw new UsageError(
      `invalid value of maxmem: memory slots were specified but maximum memory size (0x${mostText}) is equal to the initial memory size (0x${sizeText})`,
    );
  }
}
