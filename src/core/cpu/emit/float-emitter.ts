import type { AccessSize } from '../../isa/index.ts';
import type { FloatRoutine } from '../../softfloat/index.ts';
import type { LoadOp, StoreOp } from '../../wasm/index.ts';
import { STATE } from '../layout.ts';
import { AtomicEmitter } from './atomic-emitter.ts';

const BOX = 0xffff_ffff_0000_0000n;
const FRM_SHIFT = 5;

/** Rounding modes as instructions and frm have them. */
export const DYNAMIC_ROUNDING = 7;
export const LAST_ROUNDING = 4;

/** Loads, stores and arithmetic of floating-point registers. */
export abstract class FloatEmitter extends AtomicEmitter {
  abstract fs2(): void;
  abstract writeFd(value: () => void): void;

  loadFloat(op: LoadOp, size: AccessSize): void {
    this.writeFd(() => {
      this.loaded(op, size);
      if (size === 4) this.code.i64(BOX).op('i64.or');
    });
  }

  storeFloat(op: StoreOp, size: AccessSize): void {
    this.storeFrom(op, size, () => this.fs2());
  }

  float(routine: FloatRoutine): void {
    this.pushHart();
    this.code.call(this.routine(routine));
  }

  /** Function index of an arithmetic routine; it takes the hart's address as its last parameter. */
  protected abstract routine(name: FloatRoutine): number;
  /** Pushes the address of the hart's block. */
  protected abstract pushHart(): void;

  /** Pushes frm. */
  protected dynamicRounding(): void {
    this.state('i32.load8_u', STATE.fcsr).i32(FRM_SHIFT).op('i32.shr_u');
  }
}
