import type { MemoryRegion } from '../../memory/region.ts';
import type { ConfigSpace } from './config-space.ts';
import { COMMAND_IO, COMMAND_MEMORY, PCI } from './registers.ts';

export type BarKind = 'io' | 'memory32' | 'memory64';

const TYPE_BITS: Readonly<Record<BarKind, number>> = { io: 1, memory32: 0, memory64: 4 };
const PREFETCHABLE = 8;

/** A base address register and the region that it maps. */
export class Bar {
  readonly number: number;
  readonly kind: BarKind;
  readonly prefetch: boolean;
  readonly region: MemoryRegion;
  /** Where the region is mapped on its bus; null while it is not. */
  address: bigint | null = null;

  constructor(number: number, kind: BarKind, region: MemoryRegion, prefetch = false) {
    this.number = number;
    this.kind = kind;
    this.region = region;
    this.prefetch = prefetch;
  }

  get isIo(): boolean {
    return this.kind === 'io';
  }

  get size(): bigint {
    return this.region.size;
  }

  /** Gives the register its type bits, and the guest the address bits above the region's size. */
  install(config: ConfigSpace): void {
    const at = this.#register;
    const address = BigInt.asUintN(64, ~(this.size - 1n));
    const type = TYPE_BITS[this.kind] | (this.prefetch ? PREFETCHABLE : 0);
    const low = Number(address & 0xffff_ffffn);
    config.set32(at, type, low);
    if (this.kind === 'memory64') config.set32(at + 4, 0, Number(address >> 32n));
  }

  get #register(): number {
    return PCI.bar0 + 4 * this.number;
  }

  /** The address that the registers ask for; null while decoding is off or the region would not fit. */
  decode(config: ConfigSpace): bigint | null {
    const enable = this.isIo ? COMMAND_IO : COMMAND_MEMORY;
    if ((config.u16(PCI.command) & enable) === 0) return null;
    const at = this.#register;
    const low = BigInt(config.u32(at));
    const high = this.kind === 'memory64' ? BigInt(config.u32(at + 4)) : 0n;
    const address = ((high << 32n) | low) & ~(this.size - 1n);
    const last = address + this.size - 1n;
    const limit = this.kind === 'memory64' ? 2n ** 64n - 1n : 2n ** 32n - 1n;
    return last >= limit ? null : address;
  }
}
