import { ByteBuffer } from './byte-buffer.ts';
import { writeSigned32, writeSigned64, writeUnsigned } from './leb128.ts';
import {
  LOAD_OPS,
  type LoadOp,
  PLAIN_OPS,
  type PlainOp,
  STORE_OPS,
  type StoreOp,
  VALUE_TYPES,
  type ValueType,
} from './opcodes.ts';

/** A branch target: the nesting depth of the block, loop or if it names. */
export type Label = { readonly depth: number };

/**
 * Addresses that are decided when a module is used, not when it is made: constants and offsets
 * of `size` bytes from `base` on stand for addresses from where the area will be.
 */
export interface Area {
  readonly base: number;
  readonly size: number;
}

/** A place in a module's bytes that holds an address within an area: five bytes of LEB128. */
export interface Relocation {
  readonly position: number;
  /** Index of the area. */
  readonly area: number;
  readonly addend: number;
  readonly signed: boolean;
}

/** A function as a module has it, behind its size. */
export interface FunctionBody {
  readonly locals: readonly number[];
  readonly code: Uint8Array<ArrayBuffer>;
  /** Positions in `code`. */
  readonly relocations: readonly Relocation[];
}

const EMPTY_BLOCK = 0x40;
const OPEN = { block: 0x02, loop: 0x03, if: 0x04 } as const;

/** Builds the body of one function. Every method appends and returns the builder. */
export class CodeBuilder {
  readonly #bytes = new ByteBuffer();
  readonly #locals: ValueType[] = [];
  readonly #parameters: number;
  readonly #areas: readonly Area[];
  readonly #relocations: Relocation[] = [];
  #depth = 0;

  /** @param parameters how many locals the function's parameters take */
  constructor(parameters: number, areas: readonly Area[] = []) {
    this.#parameters = parameters;
    this.#areas = areas;
  }

  /** Declares a local; returns its index. */
  local(type: ValueType): number {
    this.#locals.push(type);
    return this.#parameters + this.#locals.length - 1;
  }

  op(...names: PlainOp[]): this {
    for (const name of names) this.#bytes.push(PLAIN_OPS[name]);
    return this;
  }

  i32(value: number): this {
    this.#bytes.push(0x41);
    if (!this.#relocated(value, true)) writeSigned32(this.#bytes, value);
    return this;
  }

  i64(value: bigint | number): this {
    this.#bytes.push(0x42);
    writeSigned64(this.#bytes, value);
    return this;
  }

  get(local: number): this {
    return this.#indexed(0x20, local);
  }

  set(local: number): this {
    return this.#indexed(0x21, local);
  }

  tee(local: number): this {
    return this.#indexed(0x22, local);
  }

  /** Loads from (address on the stack) + offset. Alignment is a hint only, so 1 is always right. */
  load(op: LoadOp, offset = 0): this {
    return this.#memory(LOAD_OPS[op], offset);
  }

  /** Stores the value on the stack to (address below it) + offset. */
  store(op: StoreOp, offset = 0): this {
    return this.#memory(STORE_OPS[op], offset);
  }

  /** memory.fill: destination, byte value, length from the stack. */
  fill(): this {
    this.#append(0xfc, 0x0b, 0x00);
    return this;
  }

  call(functionIndex: number): this {
    return this.#indexed(0x10, functionIndex);
  }

  /** Calls the function at the table index on the stack, above its arguments. */
  callIndirect(typeIndex: number): this {
    this.#indexed(0x11, typeIndex);
    this.#bytes.push(0x00);
    return this;
  }

  /** Opens a block, loop or if (the condition comes from the stack); close it with end(). */
  open(kind: keyof typeof OPEN, result?: ValueType): Label {
    this.#append(OPEN[kind], result === undefined ? EMPTY_BLOCK : VALUE_TYPES[result]);
    this.#depth++;
    return { depth: this.#depth };
  }

  else(): this {
    this.#bytes.push(0x05);
    return this;
  }

  end(): this {
    this.#bytes.push(0x0b);
    this.#depth--;
    return this;
  }

  /** if/else with the condition taken from the stack. */
  if(then: () => void, otherwise?: () => void, result?: ValueType): this {
    this.open('if', result);
    then();
    if (otherwise) {
      this.else();
      otherwise();
    }
    return this.end();
  }

  br(label: Label): this {
    return this.#indexed(0x0c, this.#depth - label.depth);
  }

  brIf(label: Label): this {
    return this.#indexed(0x0d, this.#depth - label.depth);
  }

  brTable(labels: readonly Label[], otherwise: Label): this {
    this.#indexed(0x0e, labels.length);
    for (const label of labels) writeUnsigned(this.#bytes, this.#depth - label.depth);
    writeUnsigned(this.#bytes, this.#depth - otherwise.depth);
    return this;
  }

  /**
   * The body as the code section wants it: locals in runs, instructions, end. Positions of
   * relocations are in these bytes.
   */
  finish(): FunctionBody {
    if (this.#depth !== 0) throw new RangeError(`${this.#depth} WebAssembly blocks left open`);
    const runs: [number, ValueType][] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last && last[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    const out: number[] = [];
    writeUnsigned(out, runs.length);
    for (const [count, type] of runs) {
      writeUnsigned(out, count);
      out.push(VALUE_TYPES[type]);
    }
    this.#bytes.push(0x0b);
    return { locals: out, code: this.#bytes.bytes, relocations: this.#relocations };
  }

  #append(...bytes: number[]): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  #indexed(opcode: number, index: number): this {
    this.#bytes.push(opcode);
    writeUnsigned(this.#bytes, index);
    return this;
  }

  #memory(opcode: number, offset: number): this {
    this.#append(opcode, 0);
    if (!this.#relocated(offset, false)) writeUnsigned(this.#bytes, offset);
    return this;
  }

  /** Leaves room for an address in an area, if the value is one. */
  #relocated(value: number, signed: boolean): boolean {
    const area = this.#areas.findIndex(({ base, size }) => value >= base && value < base + size);
    if (area < 0) return false;
    const addend = value - this.#areas[area]!.base;
    this.#relocations.push({ position: this.#bytes.length, area, addend, signed });
    this.#append(0, 0, 0, 0, 0);
    return true;
  }
}
