import type { FlashImage } from '../../block/flash-image.ts';
import type { HostMemory } from '../../host-memory.ts';
import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { cfiTable, type FlashGeometry, writeBufferLength } from './cfi-table.ts';

// Intel StrataFlash command set.
const READ_ARRAY = 0xff;
const PROGRAM = 0x40;
const PROGRAM_ALSO = 0x10;
const ERASE = 0x20;
const CLEAR_STATUS = 0x50;
const LOCK = 0x60;
const READ_STATUS = 0x70;
const READ_ID = 0x90;
const CFI_QUERY = 0x98;
const WRITE_BUFFER = 0xe8;
const CONFIRM = 0xd0;

const STATUS_READY = 0x80;
const STATUS_PROGRAM_ERROR = 0x10;
const STATUS_ERASE_ERROR = 0x20;
const MANUFACTURER = 0x89;
const DEVICE = 0x18;

export const FLASH_BANK_SIZE = 0x2000000;
const GEOMETRY: FlashGeometry = { width: 4, deviceWidth: 2, sectorLength: 0x40000, blocks: 128 };

/** A bank of parallel NOR flash. In array mode the guest reads its memory directly. */
export class PflashCfi01 extends Device {
  readonly region: MemoryRegion;
  readonly #host: HostMemory;
  readonly #base: number;
  readonly #changed: (offset: number, length: number) => void;
  readonly #modeChanged: () => void;
  readonly #image: FlashImage | null;
  readonly #table = cfiTable(GEOMETRY);
  readonly #buffer = new Uint8Array(writeBufferLength(GEOMETRY));
  #command = READ_ARRAY;
  /** Which write cycle of the command comes next; 0: a new command. */
  #cycle = 0;
  #status = STATUS_READY;
  #remaining = 0; // words of a buffered program still to come
  #bufferStart = -1;
  #bufferEnd = -1;

  /**
   * @param base host-memory offset of the contents
   * @param onContent called with host offset and length after contents changed
   * @param onMode called after direct reads were switched on or off
   * @param image keeps the contents; they are lost with the machine without one
   */
  constructor(
    types: TypeTable,
    name: string,
    host: HostMemory,
    base: number,
    listeners: { onContent(hostOffset: number, length: number): void; onMode(): void },
    image: FlashImage | null = null,
  ) {
    super('cfi.pflash01', types);
    this.#host = host;
    this.#base = base;
    this.#image = image;
    if (image) host.bytes.set(image.contents, base);
    this.#changed = (offset, length) => listeners.onContent(base + offset, length);
    this.#modeChanged = () => listeners.onMode();
    this.#describe(name);
    const ops: MmioOps = {
      read: (offset, size) => this.#read(offset, size),
      write: (offset, value, size) => this.#write(offset, value, size),
      accepts: { min: 1, max: 4 },
    };
    this.region = new MemoryRegion(name, 'romd', BigInt(FLASH_BANK_SIZE), { hostOffset: base, ops });
  }

  #describe(name: string): void {
    this.setValue('num-blocks', GEOMETRY.blocks);
    this.setValue('sector-length', BigInt(GEOMETRY.sectorLength));
    this.setValue('width', GEOMETRY.width);
    this.setValue('device-width', GEOMETRY.deviceWidth);
    this.setValue('max-device-width', GEOMETRY.deviceWidth);
    this.setValue('id0', MANUFACTURER);
    this.setValue('id1', DEVICE);
    this.setValue('name', name);
    if (this.#image) this.setValue('drive', this.#image.id);
  }

  /** Reads outside array mode. Each chip answers on its own 16 data lines. */
  #read(offset: number, size: 1 | 2 | 4): number {
    const chipOffset = (offset / GEOMETRY.width) & 0xff;
    const shift = 8 * (offset % GEOMETRY.width);
    const mask = size === 4 ? 0xffffffff : 2 ** (8 * size) - 1;
    return (everyChip(this.#answer(chipOffset)) >>> shift) & mask;
  }

  #answer(chipOffset: number): number {
    if (this.#command === CFI_QUERY) return this.#table[chipOffset] ?? 0;
    if (this.#command === READ_ID) return [MANUFACTURER, DEVICE][chipOffset] ?? 0;
    return this.#status;
  }

  #write(offset: number, value: number, size: 1 | 2 | 4): void {
    if (this.#cycle === 0) this.#start(value & 0xff);
    else if (this.#command === PROGRAM) this.#program(offset, value, size);
    else if (this.#command === ERASE) this.#erase(offset, value & 0xff);
    else if (this.#command === WRITE_BUFFER) this.#bufferCycle(offset, value, size);
    else this.#cycle = 0; // locking: accepted, without effect
  }

  #start(command: number): void {
    switch (command) {
      case CLEAR_STATUS:
        this.#status = STATUS_READY;
        this.#readArray();
        break;
      case PROGRAM_ALSO:
      case PROGRAM:
        this.#enter(PROGRAM, 1);
        break;
      case ERASE:
      case LOCK:
        this.#enter(command, 1);
        break;
      case READ_STATUS:
      case READ_ID:
      case CFI_QUERY:
        this.#enter(command, 0);
        break;
      case WRITE_BUFFER:
        this.#status |= STATUS_READY;
        this.#enter(command, 1);
        break;
      default: // read array (0x00, 0xff); probes of other families count as it
        this.#readArray();
    }
  }

  #enter(command: number, cycle: number): void {
    this.#command = command;
    this.#cycle = cycle;
    this.#setDirect(false);
  }

  #readArray(): void {
    this.#command = READ_ARRAY;
    this.#cycle = 0;
    this.#setDirect(true);
  }

  #setDirect(direct: boolean): void {
    if (this.region.romdMode === direct) return;
    this.region.romdMode = direct;
    this.#modeChanged();
  }

  #program(offset: number, value: number, size: number): void {
    if (this.#image?.readOnly) this.#status |= STATUS_PROGRAM_ERROR;
    else this.#store(offset, littleEndian(value, size));
    this.#status |= STATUS_READY;
    this.#cycle = 0;
  }

  #erase(offset: number, confirm: number): void {
    this.#cycle = 0;
    this.#status |= STATUS_READY;
    if (confirm !== CONFIRM) {
      this.#status |= STATUS_ERASE_ERROR | STATUS_PROGRAM_ERROR; // wrong sequence sets both
      return;
    }
    if (this.#image?.readOnly) {
      this.#status |= STATUS_ERASE_ERROR;
      return;
    }
    const start = offset - (offset % GEOMETRY.sectorLength);
    this.#store(start, new Uint8Array(GEOMETRY.sectorLength).fill(0xff));
  }

  /** Cycle 1: word count less one; cycle 2: data; cycle 3: confirmation. */
  #bufferCycle(offset: number, value: number, size: number): void {
    if (this.#cycle === 1) {
      this.#remaining = value & 0xffff;
      this.#bufferStart = -1;
      this.#cycle = 2;
    } else if (this.#cycle === 2) {
      this.#fillBuffer(offset, value, size);
    } else {
      if ((value & 0xff) === CONFIRM && this.#bufferStart >= 0 && !this.#image?.readOnly)
        this.#commitBuffer();
      else this.#status |= STATUS_PROGRAM_ERROR;
      this.#endBuffer();
    }
  }

  #fillBuffer(offset: number, value: number, size: number): void {
    if (this.#bufferStart < 0) {
      this.#bufferStart = offset - (offset % this.#buffer.length);
      this.#bufferEnd = this.#bufferStart + this.#buffer.length;
      this.#buffer.set(this.#contents(this.#bufferStart, this.#buffer.length));
    }
    if (offset >= this.#bufferStart && offset + size <= this.#bufferEnd) {
      this.#buffer.set(littleEndian(value, size), offset - this.#bufferStart);
    } else {
      this.#status |= STATUS_PROGRAM_ERROR; // outside the write block
    }
    if (this.#remaining === 0) this.#cycle = 3;
    else this.#remaining--;
  }

  #commitBuffer(): void {
    if ((this.#status & STATUS_PROGRAM_ERROR) === 0) this.#store(this.#bufferStart, this.#buffer);
  }

  #endBuffer(): void {
    this.#cycle = 0;
    this.#command = READ_STATUS; // the driver polls the status next
    this.#status |= STATUS_READY;
  }

  #contents(offset: number, length: number): Uint8Array {
    return this.#host.bytes.subarray(this.#base + offset, this.#base + offset + length);
  }

  #store(offset: number, bytes: Uint8Array): void {
    this.#contents(offset, bytes.length).set(bytes);
    this.#changed(offset, bytes.length);
    this.#image?.write(offset, bytes);
    if (this.#image?.takeFailure()) this.#status |= STATUS_PROGRAM_ERROR;
  }

  override reset(): void {
    this.#status = STATUS_READY;
    this.#readArray();
  }
}

function everyChip(answer: number): number {
  return ((answer << 16) | answer) >>> 0;
}

function littleEndian(value: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 0xff);
}
