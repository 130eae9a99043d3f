import type { AccessSize } from '../../isa/index.ts';
import type { LoadOp, StoreOp } from '../../wasm/index.ts';
import { CAUSE, PAGE_SIZE, STATE } from '../layout.ts';
import { AccessEmitter } from './access-emitter.ts';

const LOAD_BY_SIZE: Readonly<Record<AccessSize, LoadOp>> = {
  1: 'i64.load8_s',
  2: 'i64.load16_s',
  4: 'i64.load32_s',
  8: 'i64.load',
};

/** Atomic memory operations; a reservation is an address and the value that was there. */
export abstract class AtomicEmitter extends AccessEmitter {
  loadReserved(op: LoadOp, size: AccessSize): void {
    const { code } = this;
    const { va, value } = this.access;
    this.rs1();
    code.set(va);
    this.#requireAligned(size, CAUSE.loadMisaligned);
    this.readableAddress(size, -PAGE_SIZE);
    code.load(op).set(value);
    this.setState('i64.store', STATE.reservation, () => code.get(va));
    this.setState('i64.store', STATE.reservedValue, () => code.get(value));
    this.writeRd(() => code.get(value));
  }

  storeConditional(op: StoreOp, size: AccessSize): void {
    const { code } = this;
    const { va, value, host } = this.access;
    this.rs1();
    code.tee(va);
    this.state('i64.load', STATE.reservation)
      .op('i64.eq')
      .if(
        () => {
          this.writableAddress(size);
          code.get(host).load(LOAD_BY_SIZE[size]);
          this.state('i64.load', STATE.reservedValue)
            .op('i64.eq')
            .if(
              () => {
                code.get(host);
                this.rs2();
                code.store(op).i64(0).set(value);
              },
              () => code.i64(1).set(value),
            );
        },
        () => code.i64(1).set(value),
      );
    this.setState('i64.store', STATE.reservation, () => code.i64(-1));
    this.writeRd(() => code.get(value));
  }

  atomic(load: LoadOp, store: StoreOp, size: AccessSize, combine: (old: () => void) => void): void {
    const { code } = this;
    const { va, value, host } = this.access;
    this.rs1();
    code.set(va);
    this.writableAddress(size);
    code.get(host).load(load).set(value);
    code.get(host);
    combine(() => code.get(value));
    code.store(store);
    this.writeRd(() => code.get(value));
  }

  #requireAligned(size: AccessSize, cause: number): void {
    const { code } = this;
    const { va } = this.access;
    code
      .get(va)
      .i64(size - 1)
      .op('i64.and', 'i64.eqz', 'i32.eqz')
      .if(() => this.misaligned(cause));
  }
}
