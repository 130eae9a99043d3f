import type { CodeBuilder } from '../../wasm/index.ts';
import { RECORD, STATE } from '../layout.ts';
import { setSlot64, setState32 } from './context.ts';
import type { LoopLocals, Wiring } from './loop.ts';

/** Operands as fields of the 16-byte pre-decoded record at `ip`, and the ways out of an instruction. */
export class OperandEmitter {
  readonly code: CodeBuilder;
  protected readonly wiring: Wiring;
  protected readonly hart: number;
  protected readonly locals: LoopLocals;

  constructor(code: CodeBuilder, wiring: Wiring) {
    this.code = code;
    this.wiring = wiring;
    this.hart = wiring.context.hart;
    this.locals = wiring.locals;
  }

  rs1(): void {
    this.field('rs1');
    this.code.load('i64.load', this.hart);
  }

  rs2(): void {
    this.field('rs2');
    this.code.load('i64.load', this.hart);
  }

  imm(): void {
    this.code.get(this.locals.ip).load('i64.load32_s', RECORD.imm);
  }

  pc(): void {
    const { ip, bias } = this.locals;
    this.code.get(bias).get(ip).i32(3).op('i32.shr_u', 'i64.extend_i32_u', 'i64.add');
  }

  nextPc(): void {
    this.code.get(this.locals.bias);
    this.nextRecord();
    this.code.i32(3).op('i32.shr_u', 'i64.extend_i32_u', 'i64.add');
  }

  writeRd(value: () => void): void {
    this.field('rd');
    value();
    this.code.store('i64.store', this.hart);
  }

  /** Goes to the next record. */
  advance(): void {
    this.nextRecord();
    this.code.set(this.locals.ip).br(this.wiring.labels.dispatch);
  }

  /** The current instruction does not count, or not yet. */
  uncount(): void {
    const { left } = this.locals;
    this.code.get(left).i32(1).op('i32.add').set(left);
  }

  /** Puts pc and the budget where traps, devices and counters look for them. */
  spill(): void {
    setSlot64(this.code, this.hart, STATE.pc, () => this.pc());
    setState32(this.code, this.hart, 'left', () => this.code.get(this.locals.left));
  }

  /** The instruction trapped. It stays in the budget, so that endless traps end, but is not retired. */
  protected trapped(): void {
    this.code.br(this.wiring.labels.resume);
  }

  protected field(field: 'rd' | 'rs1' | 'rs2'): void {
    this.code.get(this.locals.ip).load('i32.load16_u', RECORD[field]);
  }

  protected nextRecord(): void {
    const { ip } = this.locals;
    this.code.get(ip).get(ip).load('i32.load16_u', RECORD.advance).op('i32.add');
  }
}
