import { CONFIG_SIZE, EXPRESS_CONFIG_SIZE, PCI, STATUS_CAPABILITIES } from './registers.ts';

const CAPABILITY_ALIGN = 4;

/**
 * Configuration space as bytes with masks: bits that the guest may write, and bits that it clears by
 * writing one. Everything is little-endian.
 */
export class ConfigSpace {
  readonly length: number;
  readonly bytes: DataView;
  readonly writable: DataView;
  /** Bits that writing one clears. */
  readonly clearable: DataView;
  #capabilityEnd: number = PCI.headerEnd;

  constructor(express: boolean) {
    this.length = express ? EXPRESS_CONFIG_SIZE : CONFIG_SIZE;
    const view = () => new DataView(new ArrayBuffer(this.length));
    this.bytes = view();
    this.writable = view();
    this.clearable = view();
    // What no capability claims is scratch space.
    for (let at: number = PCI.headerEnd; at < CONFIG_SIZE; at++) this.writable.setUint8(at, 0xff);
  }

  u8(at: number): number {
    return this.bytes.getUint8(at);
  }

  u16(at: number): number {
    return this.bytes.getUint16(at, true);
  }

  u32(at: number): number {
    return this.bytes.getUint32(at, true);
  }

  set8(at: number, value: number, writable?: number): void {
    this.bytes.setUint8(at, value);
    if (writable !== undefined) this.writable.setUint8(at, writable);
  }

  set16(at: number, value: number, writable?: number): void {
    this.bytes.setUint16(at, value, true);
    if (writable !== undefined) this.writable.setUint16(at, writable, true);
  }

  set32(at: number, value: number, writable?: number): void {
    this.bytes.setUint32(at, value >>> 0, true);
    if (writable !== undefined) this.writable.setUint32(at, writable >>> 0, true);
  }

  /** Sets and clears bits of a 16-bit register, whatever its masks say. */
  update16(at: number, set: number, clear = 0): void {
    this.set16(at, (this.u16(at) & ~clear) | set);
  }

  /** All ones beyond the end. */
  read(at: number, size: number): number {
    let value = 0;
    for (let n = 0; n < size; n++) value += this.#byteOrOnes(at + n) * 2 ** (8 * n);
    return value;
  }

  #byteOrOnes(at: number): number {
    return at < this.length ? this.u8(at) : 0xff;
  }

  /** The guest writes; bytes beyond the end are dropped. */
  write(at: number, value: number, size: number): void {
    for (let n = 0; n < size && at + n < this.length; n++) {
      const byte = (value >>> (8 * n)) & 0xff;
      const mask = this.writable.getUint8(at + n);
      const old = this.u8(at + n);
      const written = (old & ~mask) | (byte & mask);
      this.bytes.setUint8(at + n, written & ~(byte & this.clearable.getUint8(at + n)));
    }
  }

  /**
   * Puts a capability behind those there are and at the head of the list; its bytes are zero and
   * read-only. Returns its place.
   */
  addCapability(id: number, size: number): number {
    const at = this.#capabilityEnd;
    this.#capabilityEnd = Math.ceil((at + size) / CAPABILITY_ALIGN) * CAPABILITY_ALIGN;
    for (let n = 0; n < size; n++) this.set8(at + n, 0, 0);
    this.set8(at, id);
    this.set8(at + 1, this.u8(PCI.capabilities));
    this.set8(PCI.capabilities, at);
    this.update16(PCI.status, STATUS_CAPABILITIES);
    return at;
  }

  /** Puts an extended capability at a place of the caller's and links it behind `previous` (0: none). */
  addExtendedCapability(id: number, version: number, at: number, previous: number): void {
    this.set32(at, id | (version << 16), 0);
    if (previous !== 0) this.set32(previous, ((this.u32(previous) & 0xf_ffff) | (at << 20)) >>> 0);
  }
}
