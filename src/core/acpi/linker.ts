import { littleEndian } from './aml.ts';
import { text } from './table.ts';

const COMMAND_LENGTH = 128;
const NAME_LENGTH = 56;
const ALLOCATE = 1;
const ADD_POINTER = 2;
const ADD_CHECKSUM = 3;
/** Where the firmware puts a file: anywhere, or where old systems look for the root pointer. */
const ZONES = { high: 1, fseg: 2 } as const;

/**
 * What the firmware has to do with the files of the tables: find memory for them, put their addresses into
 * each other, and sum them up. It reads this as a file of 128-byte commands.
 */
export class LinkerScript {
  readonly #bytes: number[] = [];

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  allocate(file: string, alignment: number, zone: keyof typeof ZONES): void {
    this.#add(ALLOCATE, [...name(file), ...littleEndian(alignment, 4), ZONES[zone]]);
  }

  /** Adds the address of `target` to the number of `size` bytes that stands in `file`. */
  addPointer(file: string, offset: number, size: number, target: string): void {
    this.#add(ADD_POINTER, [...name(file), ...name(target), ...littleEndian(offset, 4), size]);
  }

  /** Sets a byte so that the sum over a range is zero. */
  addChecksum(file: string, offset: number, start: number, length: number): void {
    const numbers = [offset, start, length].flatMap(value => littleEndian(value, 4));
    this.#add(ADD_CHECKSUM, [...name(file), ...numbers]);
  }

  #add(command: number, parameters: readonly number[]): void {
    const bytes = [...littleEndian(command, 4), ...parameters];
    this.#bytes.push(...bytes, ...new Array<number>(COMMAND_LENGTH - bytes.length).fill(0));
  }
}

const name = (file: string): number[] => text(file, NAME_LENGTH);
