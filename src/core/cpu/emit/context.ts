import type { Extension } from '../../isa/index.ts';
import type { CodeBuilder, ModuleBuilder } from '../../wasm/index.ts';
import { STATE } from '../layout.ts';

/** Where the parts of one hart's module find each other. Offsets are absolute in host memory. */
export interface ModuleContext {
  readonly module: ModuleBuilder;
  readonly hart: number;
  /** Table of u32 by host page: its record page, 0 where none. */
  readonly codePages: number;
  readonly imports: Imports;
  /** Extensions that the hart does without. */
  readonly without: ReadonlySet<Extension>;
  /** Bytes that cbo.zero clears. */
  readonly zeroBlock: number;
}

/** Function indices of what TypeScript provides; see bindings.ts for the signatures' meaning. */
export interface Imports {
  readonly decode: number;
  readonly allocate: number;
  readonly single: number;
  readonly translate: number;
  readonly physical: number;
  readonly pmp: number;
  readonly deviceLoad: number;
  readonly deviceStore: number;
  readonly codeWritten: number;
  readonly csr: number;
  readonly system: number;
  readonly poll: number;
  readonly trapped: number;
  readonly guestTrap: number;
}

/** Indices of the module's own functions that others call. */
export interface MemoryFunctions {
  readonly loadAddress: number;
  readonly storeValue: number;
  readonly atomicAddress: number;
  /** (va, size) -> host address for a store within one page, -1 for a device, 0 when it trapped. */
  readonly storeAddress: number;
  readonly fetchPage: number;
}

export function declareImports(module: ModuleBuilder): Imports {
  return {
    decode: module.importFunction('decode', ['i32'], []),
    allocate: module.importFunction('allocate', ['i32'], ['i32']),
    single: module.importFunction('single', [], ['i32']),
    translate: module.importFunction('translate', ['i32', 'i64'], []),
    physical: module.importFunction('physical', ['i32', 'f64'], []),
    pmp: module.importFunction('pmp', ['f64', 'i32', 'i32', 'i32'], ['i32']),
    deviceLoad: module.importFunction('deviceLoad', ['f64', 'i32'], ['i32']),
    deviceStore: module.importFunction('deviceStore', ['f64', 'i32'], ['i32']),
    codeWritten: module.importFunction('codeWritten', ['i32', 'i32'], []),
    csr: module.importFunction('csr', ['i32', 'i32', 'i32'], ['i32']),
    system: module.importFunction('system', ['i32', 'i32'], ['i32']),
    poll: module.importFunction('poll', [], ['i32']),
    trapped: module.importFunction('trapped', ['i32', 'i64', 'i32'], []),
    guestTrap: module.importFunction('guestTrap', ['i32', 'i64', 'i32'], []),
  };
}

/** Pushes a 32-bit word of the hart's state. */
export function state32(code: CodeBuilder, hart: number, field: keyof typeof STATE): CodeBuilder {
  return code.i32(0).load('i32.load', hart + STATE[field]);
}

/** Pushes a 64-bit slot of the hart's block. */
export function slot64(code: CodeBuilder, hart: number, offset: number): CodeBuilder {
  return code.i32(0).load('i64.load', hart + offset);
}

/** Stores what `value` pushes to a 64-bit slot of the hart's block. */
export function setSlot64(code: CodeBuilder, hart: number, offset: number, value: () => void): void {
  code.i32(0);
  value();
  code.store('i64.store', hart + offset);
}

export function setState32(
  code: CodeBuilder,
  hart: number,
  field: keyof typeof STATE,
  value: () => void,
): void {
  code.i32(0);
  value();
  code.store('i32.store', hart + STATE[field]);
}
