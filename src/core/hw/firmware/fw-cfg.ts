import { type AddressSpace, DmaError } from '../../memory/address-space.ts';
import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { type FwCfgItem, FwCfgStore, SIGNATURE_KEY } from './fw-cfg-store.ts';

// The QEMU firmware configuration device, memory-mapped form. Multi-byte registers are big-endian.
const DATA_WIDTH = 8;
const DMA_SIGNATURE = 0x51454d5520434647n; // "QEMU CFG"

const DMA_ERROR = 0x01;
const DMA_READ = 0x02;
const DMA_SKIP = 0x04;
const DMA_SELECT = 0x08;
const DMA_WRITE = 0x10;

/** Hands the firmware and the guest named items: through a data port or by DMA. */
export class FwCfg extends Device {
  readonly data: MemoryRegion;
  readonly ctl: MemoryRegion;
  readonly dma: MemoryRegion;
  readonly items = new FwCfgStore();
  readonly #memory: AddressSpace;
  #key = 0;
  #position = 0;
  #dmaHigh = 0;

  constructor(types: TypeTable, memory: AddressSpace) {
    super('fw_cfg_mem', types);
    this.#memory = memory;
    this.setValue('data_width', DATA_WIDTH);
    this.data = new MemoryRegion('fwcfg.data', 'i/o', BigInt(DATA_WIDTH), { ops: this.#dataOps() });
    this.ctl = new MemoryRegion('fwcfg.ctl', 'i/o', 2n, { ops: this.#ctlOps() });
    this.dma = new MemoryRegion('fwcfg.dma', 'i/o', 8n, { ops: this.#dmaOps() });
  }

  #dataOps(): MmioOps {
    return {
      read: (_offset, size) => Number(this.#next(size)),
      read64: () => this.#next(8),
      write() {}, // items are written by DMA only
    };
  }

  #ctlOps(): MmioOps {
    return {
      read: () => 0,
      write: (_offset, value) => this.#select(((value & 0xff) << 8) | ((value >> 8) & 0xff)),
      accepts: { min: 2, max: 2 },
    };
  }

  #dmaOps(): MmioOps {
    const signature = Number(swap64(DMA_SIGNATURE) & 0xffff_ffffn);
    return {
      read: offset => (offset === 0 ? signature : swap32(Number(DMA_SIGNATURE & 0xffff_ffffn))),
      write: (offset, value) => {
        if (offset === 0) this.#dmaHigh = swap32(value);
        else this.#startDma(this.#dmaHigh * 2 ** 32 + swap32(value));
      },
      write64: (_offset, value) => this.#startDma(Number(swap64(value))),
      accepts: { min: 4, max: 8 },
    };
  }

  #select(key: number): void {
    this.#key = key;
    this.#position = 0;
    this.#item?.onSelect?.();
  }

  get #item(): FwCfgItem | undefined {
    return this.items.get(this.#key);
  }

  /** The next `size` bytes of the item in memory order; zeros past its end. */
  #next(size: number): bigint {
    const data = this.#item?.data;
    let value = 0n;
    for (let i = 0; i < size; i++) value |= BigInt(data?.[this.#position++] ?? 0) << BigInt(8 * i);
    return value;
  }

  /** Carries out the request (control, length, address) that lies at `descriptor`. */
  #startDma(descriptor: number): void {
    this.#dmaHigh = 0;
    if (!this.#memory.isMemory(descriptor, 16, true)) return; // nowhere to report an error to
    const request = new DataView(this.#memory.read(descriptor, 16).buffer);
    const control = request.getUint32(0);
    if (control & DMA_SELECT) this.#select(control >>> 16);
    const failed = !this.#transfer(control, request.getUint32(4), Number(request.getBigUint64(8)));
    this.#memory.writeU32(descriptor, swap32(failed ? DMA_ERROR : 0));
  }

  #transfer(control: number, length: number, address: number): boolean {
    try {
      if (control & DMA_READ) return this.#readTo(address, length);
      if (control & DMA_WRITE) return this.#writeFrom(address, length);
      if (control & DMA_SKIP) this.#position += length;
      return true;
    } catch (error) {
      if (error instanceof DmaError) return false;
      throw error;
    }
  }

  #readTo(address: number, length: number): true {
    const data = this.#item?.data ?? new Uint8Array(0);
    const piece = data.subarray(this.#position, this.#position + length);
    this.#memory.write(address, piece);
    if (piece.length < length) this.#clear(address + piece.length, length - piece.length);
    this.#position += length;
    return true;
  }

  /** What an item does not have reads as zeros; in pieces, since the guest names any length. */
  #clear(address: number, length: number): void {
    const zeros = new Uint8Array(Math.min(length, 65536));
    for (let done = 0; done < length; done += zeros.length) {
      this.#memory.write(address + done, zeros.subarray(0, Math.min(zeros.length, length - done)));
    }
  }

  #writeFrom(address: number, length: number): boolean {
    const item = this.#item;
    if (!item?.onWrite || this.#position + length > item.data.length) return false;
    item.data.set(this.#memory.read(address, length), this.#position);
    item.onWrite(this.#position, length);
    this.#position += length;
    return true;
  }

  override reset(): void {
    this.#key = SIGNATURE_KEY;
    this.#position = 0;
    this.#dmaHigh = 0;
  }
}

function swap32(value: number): number {
  return ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
}

function swap64(value: bigint): bigint {
  const low = BigInt(swap32(Number(value & 0xffff_ffffn)));
  const high = BigInt(swap32(Number(value >> 32n)));
  return (low << 32n) | high;
}
