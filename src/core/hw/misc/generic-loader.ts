import { QmpError } from '../../../qapi/errors.ts';
import { isElf, readElf } from '../../board/elf.ts';
import { fixedRom, type Rom, type RomList } from '../../board/roms.ts';
import { ConfigError } from '../../config.ts';
import type { AddressSpace } from '../../memory/address-space.ts';
import { Device } from '../../qom/device.ts';
import type { TypeInfo, TypeTable } from '../../qom/types.ts';

const NO_HART = 0xffff_ffff;
const MOST_DATA = 8;

export const loaderType: TypeInfo = {
  name: 'loader',
  parent: 'device',
  description: 'Generic Loader',
  category: 'Misc',
  userCreatable: true,
  properties: [
    { name: 'addr', kind: 'uint64', defaultValue: 0n },
    { name: 'data', kind: 'uint64', defaultValue: 0n },
    { name: 'data-len', kind: 'uint8', defaultValue: 0 },
    { name: 'data-be', kind: 'bool', defaultValue: false },
    { name: 'cpu-num', kind: 'uint32', defaultValue: NO_HART },
    { name: 'force-raw', kind: 'bool', defaultValue: false },
    { name: 'file', kind: 'str' },
  ],
};

/** What the loader works on. */
export interface LoaderEnvironment {
  readonly memory: AddressSpace;
  readonly roms: RomList;
  readonly harts: readonly { pc: bigint }[];
  /** Files that could be read, by the path that the option gives. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Puts a file or a number into memory at every reset, and lets a hart begin there: `-device loader`. */
export class GenericLoader extends Device {
  readonly #env: LoaderEnvironment;
  #start: bigint | undefined;

  constructor(types: TypeTable, env: LoaderEnvironment) {
    super('loader', types);
    this.#env = env;
  }

  get #addr(): bigint {
    return BigInt(this.value('addr') as bigint | number);
  }

  get #dataLength(): number {
    return Number(this.value('data-len'));
  }

  get #data(): bigint {
    return BigInt(this.value('data') as bigint | number);
  }

  /** @throws QmpError */
  override realize(): void {
    const file = String(this.value('file'));
    const hart = Number(this.value('cpu-num'));
    const loadsData = this.#data !== 0n || this.#dataLength !== 0 || this.value('data-be') === true;
    const loadsFile = file !== '' || this.value('force-raw') === true;
    if (loadsData) this.#checkData(file);
    else if (!loadsFile) this.#checkStart(hart);
    if (hart !== NO_HART && !this.#env.harts[hart]) {
      throw new QmpError(`Specified boot CPU#${hart} is nonexistent`);
    }
    if (!loadsData && hart !== NO_HART) this.#start = this.#addr;
    if (file !== '') this.#loadFile(file);
    else if (loadsData) this.#requireMemory('data', Number(this.#addr), this.#dataLength);
    super.realize();
  }

  #checkData(file: string): void {
    if (file !== '') throw new QmpError('Specifying a file is not supported when loading memory values');
    if (this.value('force-raw') === true) {
      throw new QmpError('Specifying force-raw is not supported when loading memory values');
    }
    if (this.#dataLength === 0) throw new QmpError('Both data and data-len must be specified');
    if (this.#dataLength > MOST_DATA) throw new QmpError('data-len cannot be greater then 8 bytes');
  }

  #checkStart(hart: number): void {
    if (this.#addr === 0n) throw new QmpError('please include valid arguments');
    if (hart === NO_HART) throw new QmpError('cpu_num must be specified when setting a program counter');
  }

  #loadFile(file: string): void {
    const data = this.#env.files.get(file);
    if (!data || data.length === 0) throw new QmpError(`Cannot load specified image ${file}`);
    const { roms, entry } =
      isElf(data) && this.value('force-raw') !== true ? this.#elf(file, data) : this.#raw(file, data);
    for (const { name, address, size } of roms) this.#requireMemory(name, address, size);
    if (this.#start !== undefined) this.#start = entry;
    try {
      this.#env.roms.add(roms);
    } catch (error) {
      throw error instanceof ConfigError ? new QmpError(error.message) : error;
    }
  }

  #raw(file: string, data: Uint8Array): { roms: Rom[]; entry: bigint } {
    return { roms: [fixedRom(file, Number(this.#addr), data)], entry: this.#addr };
  }

  #elf(file: string, data: Uint8Array): { roms: Rom[]; entry: bigint } {
    try {
      const { entry, segments } = readElf(file, data);
      const roms = segments.map(segment =>
        fixedRom(
          `${file} ELF program header segment ${segment.index}`,
          segment.address,
          segment.data,
          'ram',
          segment.memorySize,
        ),
      );
      return { roms, entry: BigInt(entry) };
    } catch (error) {
      throw error instanceof ConfigError ? new QmpError(error.message) : error;
    }
  }

  #requireMemory(what: string, address: number, size: number): void {
    if (this.#env.memory.isMemory(address, size, false)) return;
    const end = address + size - 1;
    throw new QmpError(
      `Cannot load ${what}: no memory at 0x${address.toString(16)} to 0x${end.toString(16)}`,
    );
  }

  override reset(): void {
    const hart = this.#env.harts[Number(this.value('cpu-num'))];
    if (hart && this.#start !== undefined) hart.pc = this.#start;
    if (this.#dataLength === 0) return;
    const bytes = new Uint8Array(MOST_DATA);
    new DataView(bytes.buffer).setBigUint64(0, this.#data, this.value('data-be') !== true);
    this.#env.memory.writeRom(Number(this.#addr), bytes.subarray(0, this.#dataLength));
  }
}
