import { type Area, CodeBuilder, type Relocation } from './code.ts';
import { writeUnsigned } from './leb128.ts';
import { VALUE_TYPES, type ValueType } from './opcodes.ts';

export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

interface FunctionImport {
  readonly name: string;
  readonly type: number;
}

interface FunctionDefinition {
  readonly type: number;
  readonly exportName: string | undefined;
  readonly code: CodeBuilder;
}

const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const FUNCTION_TYPE = 0x60;
const SHARED_WITH_MAXIMUM = 0x03;
/** Modules take a memory of any size. */
const MAX_MEMORY_PAGES = 65_536;
const MEMORY_KIND = 0x02;
const TABLE_KIND = 0x01;
const FUNCTION_REFERENCE = 0x70;

/** Namespace of everything that a module of ours imports. */
export const IMPORT_MODULE = 'env';

/** Assembles a module that imports one shared memory and some functions. Declare imports before functions. */
export class ModuleBuilder {
  readonly #types: Signature[] = [];
  readonly #imports: FunctionImport[] = [];
  readonly #functions: FunctionDefinition[] = [];
  readonly #areas: readonly Area[];
  #table: { readonly name: string; readonly size: number } | undefined;

  /** @param areas what the module's addresses are relative to, where that is known only later */
  constructor(areas: readonly Area[] = []) {
    this.#areas = areas;
  }

  /** Declares an imported function; returns its index. */
  importFunction(name: string, parameters: readonly ValueType[], results: readonly ValueType[]): number {
    if (this.#functions.length > 0) throw new RangeError('imports come before functions');
    this.#imports.push({ name, type: this.#typeIndex({ parameters, results }) });
    return this.#imports.length - 1;
  }

  /** Declares the imported table of functions that indirect calls go through, with at least `size` elements. */
  importTable(name: string, size: number): void {
    this.#table = { name, size };
  }

  /** Index of a function type, as indirect calls want it. */
  typeIndex(parameters: readonly ValueType[], results: readonly ValueType[]): number {
    return this.#typeIndex({ parameters, results });
  }

  /** Adds a function; its body is built through the returned `code`. */
  function(
    parameters: readonly ValueType[],
    results: readonly ValueType[],
    exportName?: string,
  ): { index: number; code: CodeBuilder } {
    const code = new CodeBuilder(parameters.length, this.#areas);
    this.#functions.push({ type: this.#typeIndex({ parameters, results }), exportName, code });
    return { index: this.#imports.length + this.#functions.length - 1, code };
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.finishRelocatable().bytes;
  }

  /** The module with zeros where addresses in its areas belong, and the list of these places. */
  finishRelocatable(): { bytes: Uint8Array<ArrayBuffer>; relocations: Relocation[] } {
    const out: number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
    section(out, SECTION.type, vector(this.#types, writeSignature));
    section(out, SECTION.import, this.#importSection());
    section(
      out,
      SECTION.function,
      vector(this.#functions, (bytes, f) => writeUnsigned(bytes, f.type)),
    );
    section(out, SECTION.export, this.#exportSection());
    const { pieces, length, relocations } = this.#codeSection();
    out.push(SECTION.code);
    writeUnsigned(out, length);
    const start = out.length;
    // Bodies are nearly all of a module: they are copied once, as wholes.
    const bytes = new Uint8Array(start + length);
    bytes.set(out);
    let end = start;
    for (const piece of pieces) {
      bytes.set(piece, end);
      end += piece.length;
    }
    return {
      bytes,
      relocations: relocations.map(one => ({ ...one, position: one.position + start })),
    };
  }

  /** What the section is made of, and the places of addresses in it. */
  #codeSection(): { pieces: ArrayLike<number>[]; length: number; relocations: Relocation[] } {
    const pieces: ArrayLike<number>[] = [unsigned(this.#functions.length)];
    const relocations: Relocation[] = [];
    let length = pieces[0]!.length;
    for (const builder of this.#functions) {
      const { locals, code, relocations: places } = builder.code.finish();
      const size = unsigned(locals.length + code.length);
      length += size.length + locals.length;
      for (const one of places) relocations.push({ ...one, position: one.position + length });
      pieces.push(size, locals, code);
      length += code.length;
    }
    return { pieces, length, relocations };
  }

  #typeIndex(signature: Signature): number {
    const same = (types: readonly ValueType[], others: readonly ValueType[]) =>
      types.join() === others.join();
    const found = this.#types.findIndex(
      type => same(type.parameters, signature.parameters) && same(type.results, signature.results),
    );
    return found >= 0 ? found : this.#types.push(signature) - 1;
  }

  #importSection(): number[] {
    const out: number[] = [];
    writeUnsigned(out, this.#imports.length + (this.#table ? 2 : 1));
    if (this.#table) {
      writeName(out, IMPORT_MODULE);
      writeName(out, this.#table.name);
      out.push(TABLE_KIND, FUNCTION_REFERENCE, 0x00);
      writeUnsigned(out, this.#table.size);
    }
    writeName(out, IMPORT_MODULE);
    writeName(out, 'memory');
    out.push(MEMORY_KIND, SHARED_WITH_MAXIMUM);
    writeUnsigned(out, 0);
    writeUnsigned(out, MAX_MEMORY_PAGES);
    for (const { name, type } of this.#imports) {
      writeName(out, IMPORT_MODULE);
      writeName(out, name);
      out.push(0x00);
      writeUnsigned(out, type);
    }
    return out;
  }

  #exportSection(): number[] {
    const exported = this.#functions
      .map((definition, index) => ({ name: definition.exportName, index: index + this.#imports.length }))
      .filter(entry => entry.name !== undefined);
    return vector(exported, (bytes, entry) => {
      writeName(bytes, entry.name ?? '');
      bytes.push(0x00);
      writeUnsigned(bytes, entry.index);
    });
  }
}

function unsigned(value: number): number[] {
  const out: number[] = [];
  writeUnsigned(out, value);
  return out;
}

function vector<T>(items: readonly T[], write: (out: number[], item: T) => void): number[] {
  const out: number[] = [];
  writeUnsigned(out, items.length);
  for (const item of items) write(out, item);
  return out;
}

function section(out: number[], id: number, content: readonly number[]): void {
  out.push(id);
  writeUnsigned(out, content.length);
  for (const byte of content) out.push(byte);
}

function writeSignature(out: number[], { parameters, results }: Signature): void {
  out.push(FUNCTION_TYPE);
  for (const types of [parameters, results]) {
    writeUnsigned(out, types.length);
    for (const type of types) out.push(VALUE_TYPES[type]);
  }
}

function writeName(out: number[], name: string): void {
  const bytes = new TextEncoder().encode(name);
  writeUnsigned(out, bytes.length);
  for (const byte of bytes) out.push(byte);
}
