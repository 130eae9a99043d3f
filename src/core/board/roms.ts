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
  readonly roms: readonly Rom[];

  /** @throws ConfigError when two of them need the same memory */
  constructor(roms: readonly Rom[]) {
    this.roms = roms.filter(rom => rom.size > 0).sort((a, b) => a.address - b.address);
    this.roms.forEach((rom, index) => {
      const next = this.roms[index + 1];
      if (next === undefined || rom.address + rom.size <= next.address) return;
      throw new ConfigError(
        `Some ROM regions are overlapping: '${rom.name}' (${range(rom)}) and '${next.name}' (${range(next)})`,
      );
    });
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
    return this.roms
      .map(({ name, address, size, memory }) => {
        const where = `addr=${address.toString(16).padStart(16, '0')}`;
        return `${where} size=0x${size.toString(16).padStart(6, '0')} mem=${memory} name="${name}"\n`;
      })
      .join('');
  }
}

function range({ address, size }: Rom): string {
  return `0x${address.toString(16)} to 0x${(address + size - 1).toString(16)}`;
}
