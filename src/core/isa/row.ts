import type { FloatRoutine } from '../softfloat/index.ts';
import type { CodeBuilder, LoadOp, StoreOp } from '../wasm/index.ts';
import type { Extension } from './extensions.ts';
import { type FieldName, type Operands, type Pattern, parsePattern } from './pattern.ts';

/** Width of a memory access in bytes. */
export type AccessSize = 1 | 2 | 4 | 8;

/** Loads and stores of a hypervisor through the address translation of its guest. */
export type GuestAccess =
  | 'hlv.b'
  | 'hlv.bu'
  | 'hlv.h'
  | 'hlv.hu'
  | 'hlvx.hu'
  | 'hlv.w'
  | 'hlv.wu'
  | 'hlvx.wu'
  | 'hlv.d'
  | 'hsv.b'
  | 'hsv.h'
  | 'hsv.w'
  | 'hsv.d';

/** What the rarer instructions ask of the hart; each may trap. */
export type SystemAction =
  | GuestAccess
  | 'hfence.vvma'
  | 'hfence.gvma'
  | 'hinval.vvma'
  | 'hinval.gvma'
  | 'ecall'
  | 'ebreak'
  | 'mret'
  | 'sret'
  | 'wfi'
  | 'sfence.vma'
  | 'sinval.vma'
  | 'sfence.w.inval'
  | 'sfence.inval.ir'
  | 'cbo.inval'
  | 'cbo.clean'
  | 'cbo.flush'
  | 'cbo.zero'
  | 'pause'
  | 'wrs.nto'
  | 'wrs.sto';

/**
 * What the semantics of an instruction are written against. Pushing methods leave an i64 on
 * the stack; an execution tier decides where operands live (record fields, locals, constants).
 */
export interface Emitter {
  readonly code: CodeBuilder;
  rs1(): void;
  rs2(): void;
  imm(): void;
  pc(): void;
  nextPc(): void;
  /** Writes the i64 that `value` pushes to rd; a write to x0 has no effect. */
  writeRd(value: () => void): void;
  /** Conditional branch to pc + imm; `condition` pushes an i32. */
  branch(condition: () => void): void;
  /** Jump to pc + imm, linking nextPc to rd. */
  jumpRelative(): void;
  /** Jump to the i64 that `target` pushes, linking nextPc to rd after the target is known. */
  jumpAbsolute(target: () => void): void;
  /** rd = memory[rs1 + imm] through the load op. */
  load(op: LoadOp, size: AccessSize): void;
  /** memory[rs1 + imm] = rs2. */
  store(op: StoreOp, size: AccessSize): void;
  loadReserved(op: LoadOp, size: AccessSize): void;
  storeConditional(op: StoreOp, size: AccessSize): void;
  /** rd = old memory[rs1]; memory[rs1] = what `combine` makes of (old, rs2). `old` pushes the old value. */
  atomic(load: LoadOp, store: StoreOp, size: AccessSize, combine: (old: () => void) => void): void;
  /** Clears the cache block that rs1 is in (cbo.zero). */
  clearBlock(): void;
  /** The csr numbered imm: write, set or clear bits from rs1's value or from the rs1 field itself. */
  csr(operation: 'write' | 'set' | 'clear', operand: 'register' | 'field'): void;
  system(action: SystemAction): void;
  /** Traps as illegal while mstatus.FS is off. First of all in a floating-point instruction. */
  requireFloat(): void;
  /** Pushes the i64 of an f register. */
  fs1(): void;
  fs2(): void;
  /** The f register numbered by bits 7:3 of imm. */
  fs3(): void;
  /** Writes the i64 that `value` pushes to the f register rd. */
  writeFd(value: () => void): void;
  /** Pushes the rounding mode (i32, 0 to 4) by bits 2:0 of imm and frm; traps where it is reserved. */
  rounding(): void;
  /** Calls a routine of floating-point arithmetic with what is on the stack. */
  float(routine: FloatRoutine): void;
  /** f[rd] = memory[rs1 + imm], boxed when it has 4 bytes. */
  loadFloat(op: LoadOp, size: AccessSize): void;
  /** memory[rs1 + imm] = f[rs2]. */
  storeFloat(op: StoreOp, size: AccessSize): void;
}

/** Operand layouts of assembly text, as the disassembler prints them. */
export type Form =
  | ''
  | 'rd,imm'
  | 'rd,offset'
  | 'rd,rs1,imm'
  | 'rd,rs1,offset'
  | 'rs1,rs2,offset'
  | 'rd,imm(rs1)'
  | 'rs2,imm(rs1)'
  | 'rd,rs1,rs2'
  | 'rs1,rs2'
  | 'rd,csr,rs1'
  | 'rd,csr,zimm'
  | 'pred,succ'
  | 'rd,(rs1)'
  | 'rd,rs2,(rs1)'
  | 'rs2,(rs1)'
  | 'rd'
  | 'rd,rs1'
  | 'rd,rs2'
  | 'rs1'
  | 'offset'
  | 'rs1,offset'
  | 'rs2,offset'
  | 'rs2,rs1,offset'
  | 'fd,imm(rs1)'
  | 'fs2,imm(rs1)'
  | 'rm,fd,fs1,fs2,fs3'
  | 'rm,fd,fs1,fs2'
  | 'rm,fd,fs1'
  | 'rm,rd,fs1'
  | 'rm,fd,rs1'
  | 'fd,fs1,fs2'
  | 'rd,fs1,fs2'
  | 'rd,fs1'
  | 'fd,rs1'
  | 'fd,fli';

/** A shorter spelling that the disassembler prefers when the operands have these values. */
export interface Alias {
  readonly name: string;
  readonly form: Form;
  readonly when: Partial<Operands>;
  /** Wants the same register as rs1 and rs2. */
  readonly sameSources?: boolean;
}

export interface Instruction {
  readonly name: string;
  readonly pattern: Pattern;
  readonly extension: Extension;
  readonly form: Form;
  readonly aliases: readonly Alias[];
  readonly emit: (e: Emitter) => void;
}

/** A compressed instruction: its operands name those of the 32-bit instruction that it stands for. */
export interface CompressedInstruction {
  readonly name: string;
  readonly pattern: Pattern;
  readonly extension: 'C';
  readonly expandsTo: string;
  readonly mapping: Readonly<Partial<Record<FieldName, FieldName | number>>>;
  /** Further condition on the encoding's operands; the first matching row wins. */
  readonly when: (operands: Operands) => boolean;
}

/** A pattern that is parsed when it is first asked for: a machine that does not run yet needs none. */
export function lazyPattern(text: string): () => Pattern {
  let pattern: Pattern | undefined;
  return () => {
    pattern ??= parsePattern(text);
    return pattern;
  };
}

/** Makes one row of the instruction table. */
export function instruction(
  extension: Extension,
  name: string,
  pattern: string,
  form: Form,
  emit: (e: Emitter) => void,
  aliases: readonly Alias[] = [],
): Instruction {
  const parsed = lazyPattern(pattern);
  return {
    name,
    get pattern() {
      return parsed();
    },
    extension,
    form,
    aliases,
    emit,
  };
}

/** An alias for use in rows. */
export function alias(name: string, form: Form, when: Partial<Operands>): Alias {
  return { name, form, when };
}
