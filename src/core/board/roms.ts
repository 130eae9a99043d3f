import { ConfigError } from '../config.ts';
import type { AddressSpace } from '../memory/address-space.ts';

/** A piece of memory contents that every reset restores. */
export interface Rom {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly memory: 'rom' | 'ram';
  /** Up to `size` bytes; the rest is zero. */
  contents(): Uint8Array;
}

export function fixedRom(
  name: string,
  address: number,
  data: Uint8Array,
  memory: Rom['memory'] = 'ram',
  size = data.length,
): Rom {
  return { name, address, size, memory, contents: () => data };
}

/** All ROMs by address. */
export class RomList {
  #roms: readonly Rom[] = [];
  readonly #firmwareFiles: { readonly name: string; readonly size: number }[] = [];

  /** @throws ConfigError when two of them need the same memory */
  constructor(roms: readonly Rom[]) {
    this.add(roms);
  }

  get roms(): readonly Rom[] {
    return this.#roms;
  }

  /** @throws ConfigError when one of them needs memory that another has */
  add(more: readonly Rom[]): void {
    const roms = [...this.#roms, ...more].filter(rom => rom.size > 0).sort((a, b) => a.address - b.address);
    roms.forEach((rom, index) => {
      const next = roms[index + 1];
      if (next === undefined || rom.address + rom.size <= next.address) return;
      throw new ConfigError(
        `Some ROM regions are overlapping: '${rom.name}' (${range(rom)}) and '${next.name}' (${range(next)})`,
      );
    });
    this.#roms = roms;
  }

  /** A file of fw_cfg with memory of its own: listed with the ROMs, loaded by the firmware. */
  addFirmwareFile(name: string, size: number): void {
    this.#firmwareFiles.push({ name, size });
  }

  /** Copies everything to its place. */
  load(memory: AddressSpace): void {
    for (const rom of this.roms) {
      const data = rom.contents();
      memory.writeRom(rom.address, data);
      if (data.length < rom.size) {
        memory.writeRom(rom.address + data.length, new Uint8Array(rom.size - data.length));
      }
    }
  }

  /** The text of `info roms`. */
  format(): string {
    const hex = (size: number) => `0x${size.toString(16).padStart(6, '0')}`;
    const placed = this.roms.map(({ name, address, size, memory }) => {
      const where = `addr=${address.toString(16).padStart(16, '0')}`;
      return `${where} size=${hex(size)} mem=${memory} name="${name}"\n`;
    });
    const files = this.#firmwareFiles.map(
      ({ name, size }) => `/rom@${name} size=${hex(size)} name="${name}"\n`,
    );
    return [...placed, ...files].join('');
  }
}

function range({ address, size }: Rom): string {
  return `0x${address.toString(16)} to 0x${(address + size - 1).toString(16)}`;
}
