import { type AccessSize, MSTATUS } from '../../isa/index.ts';
import type { FloatRoutine } from '../../softfloat/index.ts';
import type { LoadOp, StoreOp } from '../../wasm/index.ts';
import { csrSlot, RECORD, STATE } from '../layout.ts';
import { AtomicEmitter } from './atomic-emitter.ts';

/** mstatus.FS within the second byte of mstatus. */
const FS_BYTE = Number(MSTATUS.FS >> 8n);
const STATUS_BYTE = csrSlot('mstatus') + 1;
const BOX = 0xffff_ffff_0000_0000n;
const DYNAMIC_ROUNDING = 7;
const LAST_ROUNDING = 4;
const FRM_SHIFT = 5;

/** Operands of floating-point instructions and what becomes of mstatus.FS. */
export class FloatEmitter extends AtomicEmitter {
  loadFloat(op: LoadOp, size: AccessSize): void {
    this.writeFd(() => {
      this.loaded(op, size);
      if (size === 4) this.code.i64(BOX).op('i64.or');
    });
  }

  storeFloat(op: StoreOp, size: AccessSize): void {
    this.storeFrom(op, size, () => this.fs2());
  }

  requireFloat(): void {
    const status = this.hart + STATUS_BYTE;
    this.code.i32(0).load('i32.load8_u', status).i32(FS_BYTE).op('i32.and', 'i32.eqz');
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
    const { code } = this;
    const status = this.hart + STATUS_BYTE;
    this.field('rd');
    value();
    code.store('i64.store', this.hart + STATE.f - STATE.x);
    code.i32(0).i32(0).load('i32.load8_u', status).i32(FS_BYTE).op('i32.or').store('i32.store8', status);
  }

  rounding(): void {
    const { code } = this;
    const { ip, target } = this.locals;
    code.get(ip).load('i32.load8_u', RECORD.imm).i32(7).op('i32.and').tee(target);
    code
      .i32(DYNAMIC_ROUNDING)
      .op('i32.eq')
      .if(() => {
        code
          .i32(0)
          .load('i32.load8_u', this.hart + STATE.fcsr)
          .i32(FRM_SHIFT);
        code.op('i32.shr_u').set(target);
      });
    code.get(target).i32(LAST_ROUNDING).op('i32.gt_u').brIf(this.wiring.labels.illegal).get(target);
  }

  float(routine: FloatRoutine): void {
    this.code.call(this.wiring.float(routine));
  }
}
