import { type AccessSize, MSTATUS } from '../../isa/index.ts';
import type { FloatRoutine } from '../../softfloat/index.ts';
import type { CodeBuilder, LoadOp, StoreOp } from '../../wasm/index.ts';
import { csrSlot, RECORD, STATE } from '../layout.ts';
import { DYNAMIC_ROUNDING, FloatEmitter, LAST_ROUNDING } from './float-emitter.ts';
import type { LoopLocals, Wiring } from './loop.ts';

/** mstatus.FS within the second byte of mstatus. */
export const FS_BYTE = Number(MSTATUS.FS >> 8n);
export const STATUS_BYTE = csrSlot('mstatus') + 1;

/**
 * Operands as fields of the 16-byte pre-decoded record at `ip`, the ways out of an instruction,
 * and calls for accesses that the TLB does not serve.
 */
export abstract class OperandEmitter extends FloatEmitter {
  protected readonly wiring: Wiring;
  protected readonly hart: number;
  protected readonly locals: LoopLocals;

  constructor(code: CodeBuilder, wiring: Wiring) {
    super(code, wiring.locals);
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

  requireFloat(): void {
    this.state('i32.load8_u', STATUS_BYTE).i32(FS_BYTE).op('i32.and', 'i32.eqz');
    this.code.brIf(this.wiring.labels.illegal);
  }

  fs1(): void {
    this.field('rs1');
    this.code.load('i64.load', this.hart + STATE.f - STATE.x);
  }

  fs2(): void {
    this.field('rs2');
    this.code.load('i64.load', this.hart + STATE.f - STATE.x);
  }

  fs3(): void {
    // bits 7:3 of the immediate are the offset of a 64-bit slot as they stand
    this.code.get(this.locals.ip).load('i32.load8_u', RECORD.imm).i32(0xf8).op('i32.and');
    this.code.load('i64.load', this.hart + STATE.f);
  }

  writeFd(value: () => void): void {
    this.field('rd');
    value();
    this.code.store('i64.store', this.hart + STATE.f - STATE.x);
    this.setState('i32.store8', STATUS_BYTE, () =>
      this.state('i32.load8_u', STATUS_BYTE).i32(FS_BYTE).op('i32.or'),
    );
  }

  rounding(): void {
    const { code } = this;
    const { ip, target } = this.locals;
    code.get(ip).load('i32.load8_u', RECORD.imm).i32(7).op('i32.and').tee(target);
    code
      .i32(DYNAMIC_ROUNDING)
      .op('i32.eq')
      .if(() => {
        this.dynamicRounding();
        code.set(target);
      });
    code.get(target).i32(LAST_ROUNDING).op('i32.gt_u').brIf(this.wiring.labels.illegal).get(target);
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
    this.setState('i64.store', STATE.pc, () => this.pc());
    this.setState('i32.store', STATE.left, () => this.code.get(this.locals.left));
  }

  /** The instruction trapped. It stays in the budget, so that endless traps end, but is not retired. */
  protected trapped(): void {
    this.code.br(this.wiring.labels.resume);
  }

  protected state(op: LoadOp, offset: number): CodeBuilder {
    return this.code.i32(0).load(op, this.hart + offset);
  }

  protected setState(op: StoreOp, offset: number, value: () => void): void {
    this.code.i32(0);
    value();
    this.code.store(op, this.hart + offset);
  }

  protected missedLoad(size: AccessSize): void {
    this.#slowAddress(size, this.wiring.memory.loadAddress);
  }

  protected missedAtomic(size: AccessSize): void {
    this.#slowAddress(size, this.wiring.memory.atomicAddress);
  }

  protected missedStore(size: AccessSize, value: () => void): void {
    const { code } = this;
    this.spill();
    code.get(this.locals.va);
    value();
    code.i32(size).call(this.wiring.memory.storeValue).op('i32.eqz');
    code.if(() => this.trapped());
  }

  protected misaligned(cause: number): void {
    this.spill();
    this.code.i32(cause).get(this.locals.va).i32(0).call(this.wiring.raise);
    this.trapped();
  }

  protected routine(name: FloatRoutine): number {
    return this.wiring.float(name);
  }

  protected pushHart(): void {
    this.code.i32(this.hart);
  }

  #slowAddress(size: AccessSize, slow: number): void {
    const { code } = this;
    const { va, host } = this.locals;
    this.spill();
    code.get(va).i32(size).call(slow).tee(host).op('i32.eqz');
    code.if(() => this.trapped()).get(host);
  }

  protected field(field: 'rd' | 'rs1' | 'rs2'): void {
    this.code.get(this.locals.ip).load('i32.load16_u', RECORD[field]);
  }

  protected nextRecord(): void {
    const { ip } = this.locals;
    this.code.get(ip).get(ip).load('i32.load16_u', RECORD.advance).op('i32.add');
  }
}
