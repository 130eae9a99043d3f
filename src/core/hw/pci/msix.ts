import { MemoryRegion } from '../../memory/region.ts';
import type { PciDevice } from './device.ts';
import { CAP } from './registers.ts';
import { PCI_TRACE } from './trace.ts';

const CAP_LENGTH = 12;
const CONTROL = 2; // in the capability
const TABLE = 4;
const PENDING = 8;
const ENABLE = 0x8000;
const MASK_ALL = 0x4000;

const ENTRY = 16;
const ENTRY_DATA = 8;
const ENTRY_CONTROL = 12;
const MASKED = 1;
const BAR_SIZE = 4096;
const PENDING_OFFSET = 2048;

export const MAX_VECTORS = 2048;

/** Bytes of the region that holds the table and, behind it, the pending bits of `vectors`. */
function layout(vectors: number): { pending: number; size: number } {
  const pending = Math.max(PENDING_OFFSET, vectors * ENTRY);
  const end = pending + Math.ceil(vectors / 64) * 8;
  return { pending, size: Math.max(BAR_SIZE, 2 ** Math.ceil(Math.log2(end))) };
}

/** Message-signaled interrupts, extended (PCI 3.0, 6.8.2): vectors are 32-bit writes to where the guest says. */
export class Msix {
  readonly vectors: number;
  readonly region: MemoryRegion;
  /** Parts of the region, for the composition tree. */
  readonly parts: readonly MemoryRegion[];
  readonly #device: PciDevice;
  readonly #capability: number;
  readonly #table: DataView;
  readonly #pending: Uint8Array;

  /** Adds the capability; the caller maps `region` at BAR `bar`. */
  constructor(device: PciDevice, vectors: number, bar: number) {
    this.#device = device;
    this.vectors = vectors;
    const { pending, size } = layout(vectors);
    this.#table = new DataView(new ArrayBuffer(vectors * ENTRY));
    this.#pending = new Uint8Array(Math.ceil(vectors / 64) * 8);
    const { config } = device;
    this.#capability = config.addCapability(CAP.msix, CAP_LENGTH);
    config.set16(this.#capability + CONTROL, vectors - 1, ENABLE | MASK_ALL);
    config.set32(this.#capability + TABLE, bar);
    config.set32(this.#capability + PENDING, pending | bar);
    this.region = new MemoryRegion(`${device.typeName}-msix`, 'container', BigInt(size), { priority: 1 });
    this.parts = [this.#tableRegion(), this.#pendingRegion()];
    this.region.add(0n, this.parts[0]!).add(BigInt(pending), this.parts[1]!);
    this.reset();
  }

  #tableRegion(): MemoryRegion {
    return new MemoryRegion('msix-table', 'i/o', BigInt(this.#table.byteLength), {
      ops: {
        read: (offset, size) => readBytes(new Uint8Array(this.#table.buffer), offset, size),
        write: (offset, value, size) => {
          for (let n = 0; n < size; n++) this.#table.setUint8(offset + n, (value >>> (8 * n)) & 0xff);
          this.#deliverPending();
        },
      },
    });
  }

  #pendingRegion(): MemoryRegion {
    return new MemoryRegion('msix-pba', 'i/o', BigInt(this.#pending.length), {
      ops: { read: (offset, size) => readBytes(this.#pending, offset, size), write() {} },
    });
  }

  get #control(): number {
    return this.#device.config.u16(this.#capability + CONTROL);
  }

  get enabled(): boolean {
    return (this.#control & ENABLE) !== 0;
  }

  /** Configuration space was written, perhaps control: what waited behind the mask goes out. */
  configWritten(at: number, size: number): void {
    const control = this.#capability + CONTROL + 1; // the byte with both bits
    if (at <= control && control < at + size) {
      const masked = (this.#control & MASK_ALL) !== 0;
      this.#device.env.trace.emit(PCI_TRACE.msix, this.#device, this.enabled, masked);
    }
    this.#deliverPending();
  }

  /** Sends the vector's message, or remembers it while it is masked. */
  notify(vector: number): void {
    if (vector >= this.vectors || !this.enabled) return;
    if (this.#isMasked(vector)) this.#pending[vector >> 3]! |= 1 << (vector & 7);
    else this.#send(vector);
  }

  #isMasked(vector: number): boolean {
    const masked = (this.#table.getUint32(vector * ENTRY + ENTRY_CONTROL, true) & MASKED) !== 0;
    return masked || (this.#control & MASK_ALL) !== 0;
  }

  #deliverPending(): void {
    if (!this.enabled || this.#pending.every(byte => byte === 0)) return;
    for (let vector = 0; vector < this.vectors; vector++) {
      const bit = 1 << (vector & 7);
      if ((this.#pending[vector >> 3]! & bit) === 0 || this.#isMasked(vector)) continue;
      this.#pending[vector >> 3]! &= ~bit;
      this.#send(vector);
    }
  }

  /** One that leads nowhere is lost. */
  #send(vector: number): void {
    const at = vector * ENTRY;
    const address = Number(this.#table.getBigUint64(at, true));
    this.#device.dma.message(address, this.#table.getUint32(at + ENTRY_DATA, true));
  }

  reset(): void {
    const { config } = this.#device;
    config.update16(this.#capability + CONTROL, 0, ENABLE | MASK_ALL);
    new Uint8Array(this.#table.buffer).fill(0);
    this.#pending.fill(0);
    for (let vector = 0; vector < this.vectors; vector++) {
      this.#table.setUint32(vector * ENTRY + ENTRY_CONTROL, MASKED, true);
    }
  }
}

function readBytes(bytes: Uint8Array, offset: number, size: number): number {
  let value = 0;
  for (let n = 0; n < size; n++) value += (bytes[offset + n] ?? 0) * 2 ** (8 * n);
  return value;
}
