import type { AccessSize } from '../../isa/index.ts';
import type { CodeBuilder, LoadOp, StoreOp } from '../../wasm/index.ts';
import { PAGE_SIZE, TLB_ADDEND, TLB_SIZE } from '../layout.ts';
import { TLB_INDEX_MASK, TLB_INDEX_SHIFT } from './memory.ts';
import { OperandEmitter } from './operand-emitter.ts';

/** Loads and stores: through the data TLB in line, by a call where it does not serve them. */
export class AccessEmitter extends OperandEmitter {
  load(op: LoadOp, size: AccessSize): void {
    this.writeRd(() => this.loaded(op, size));
  }

  store(op: StoreOp, size: AccessSize): void {
    this.storeFrom(op, size, () => this.rs2());
  }

  /** Pushes what is in memory at rs1 + imm. */
  protected loaded(op: LoadOp, size: AccessSize): void {
    this.rs1();
    this.imm();
    this.code.op('i64.add').set(this.locals.va);
    this.readableAddress(size, -PAGE_SIZE);
    this.code.load(op);
  }

  protected storeFrom(op: StoreOp, size: AccessSize, value: () => void): void {
    const { code } = this;
    const { va } = this.locals;
    this.rs1();
    this.imm();
    code.op('i64.add').set(va);
    this.#tlbHit(TLB_SIZE, size, -PAGE_SIZE).if(
      () => {
        this.#hostAddress(TLB_SIZE);
        value();
        code.store(op);
      },
      () => {
        this.spill();
        code.get(va);
        value();
        code.i32(size).call(this.wiring.memory.storeValue).op('i32.eqz');
        code.if(() => this.trapped());
      },
    );
  }

  /** Pushes the host address for a load at `va`. */
  protected readableAddress(size: AccessSize, mask: number): void {
    const { code } = this;
    const { va, host } = this.locals;
    this.#tlbHit(0, size, mask).if(
      () => this.#hostAddress(0),
      () => {
        this.spill();
        code.get(va).i32(size).call(this.wiring.memory.loadAddress).tee(host).op('i32.eqz');
        code.if(() => this.trapped()).get(host);
      },
      'i32',
    );
  }

  /** Leaves the host address for an atomic access at `va` in `host`; misaligned ones never match. */
  protected writableAddress(size: AccessSize): void {
    const { code } = this;
    const { va, host } = this.locals;
    this.#tlbHit(TLB_SIZE, size, -PAGE_SIZE | (size - 1)).if(
      () => this.#hostAddress(TLB_SIZE),
      () => {
        this.spill();
        code.get(va).i32(size).call(this.wiring.memory.atomicAddress).tee(host).op('i32.eqz');
        code.if(() => this.trapped()).get(host);
      },
      'i32',
    );
    code.set(host);
  }

  /** Where the TLB serves a store at `va`: `then`, with the host address in its local. */
  protected whenWritable(then: () => void): void {
    this.#tlbHit(TLB_SIZE, 1, -PAGE_SIZE).if(() => {
      this.#hostAddress(TLB_SIZE);
      this.code.set(this.locals.host);
      then();
    });
  }

  /** Pushes 1 when the TLB serves the access at `va`; leaves the entry's address in its local. */
  #tlbHit(table: number, size: AccessSize, mask: number): CodeBuilder {
    const { code } = this;
    const { va, entry, dataTlb } = this.locals;
    code.get(va).i64(TLB_INDEX_SHIFT).op('i64.shr_u', 'i32.wrap_i64').i32(TLB_INDEX_MASK).op('i32.and');
    code.get(dataTlb).op('i32.add').tee(entry).load('i64.load', table);
    // an access that crosses into the next page does not match
    code.get(va);
    if (size > 1 && mask === -PAGE_SIZE) code.i64(size - 1).op('i64.add');
    return code.i64(mask).op('i64.and', 'i64.eq');
  }

  #hostAddress(table: number): void {
    const { va, entry } = this.locals;
    this.code
      .get(va)
      .op('i32.wrap_i64')
      .get(entry)
      .load('i32.load', table + TLB_ADDEND)
      .op('i32.add');
  }
}
