import { type AccessSize, ENVCFG } from '../../isa/index.ts';
import type { CodeBuilder, LoadOp, StoreOp } from '../../wasm/index.ts';
import { csrSlot, PAGE_SIZE, STATE, TLB_ADDEND, TLB_SIZE } from '../layout.ts';
import { TLB_INDEX_MASK, TLB_INDEX_SHIFT } from './tlb-fill.ts';

const SUPERVISOR = 1;

/** Locals that memory accesses use. */
export interface AccessLocals {
  readonly dataTlb: number;
  readonly va: number;
  readonly entry: number;
  readonly host: number;
  readonly value: number;
}

/**
 * Loads and stores through the data TLB in line. Where operands live, and what happens when the
 * TLB does not serve an access, is for the execution tier to say.
 */
export abstract class AccessEmitter {
  readonly code: CodeBuilder;
  protected readonly access: AccessLocals;

  constructor(code: CodeBuilder, access: AccessLocals) {
    this.code = code;
    this.access = access;
  }

  abstract rs1(): void;
  abstract rs2(): void;
  abstract imm(): void;
  abstract writeRd(value: () => void): void;

  /** Pushes what is at an offset of the hart's block. */
  protected abstract state(op: LoadOp, offset: number): CodeBuilder;
  /** Stores what `value` pushes at an offset of the hart's block. */
  protected abstract setState(op: StoreOp, offset: number, value: () => void): void;
  /** The TLB does not serve a load at `va`: pushes the host address of the value, or leaves. */
  protected abstract missedLoad(size: AccessSize): void;
  /** As missedLoad for an atomic access. */
  protected abstract missedAtomic(size: AccessSize): void;
  /** The TLB does not serve a store at `va`: does it, or leaves. */
  protected abstract missedStore(size: AccessSize, value: () => void): void;
  /** The TLB does not serve the clearing of the block at `va`: does it, or leaves. */
  protected abstract missedClear(size: number): void;
  /** The mode that the hart is in may not clear blocks, or it has to be looked at more closely: does it, or leaves. */
  protected abstract slowClear(): void;
  /** The access at `va` traps as misaligned. */
  protected abstract misaligned(cause: number): void;

  load(op: LoadOp, size: AccessSize): void {
    this.writeRd(() => this.loaded(op, size));
  }

  store(op: StoreOp, size: AccessSize): void {
    this.storeFrom(op, size, () => this.rs2());
  }

  /** Pushes what is in memory at rs1 + imm. */
  protected loaded(op: LoadOp, size: AccessSize): void {
    this.address();
    this.readableAddress(size, -PAGE_SIZE);
    this.code.load(op);
  }

  protected storeFrom(op: StoreOp, size: AccessSize, value: () => void): void {
    this.address();
    this.#tlbHit(TLB_SIZE, size, -PAGE_SIZE).if(
      () => {
        this.#hostAddress(TLB_SIZE);
        value();
        this.code.store(op);
      },
      () => this.missedStore(size, value),
    );
  }

  /** Kernels clear pages block by block: done here in S-mode where menvcfg lets it. `size` in bytes. */
  protected clear(size: number): void {
    const { code } = this;
    const { va } = this.access;
    this.state('i32.load', STATE.privilege).i32(SUPERVISOR).op('i32.eq');
    this.state('i32.load', STATE.virtual).op('i32.eqz', 'i32.and');
    this.state('i64.load', csrSlot('menvcfg')).i64(ENVCFG.CBZE).op('i64.and').i64(0).op('i64.ne', 'i32.and');
    code.if(
      () => {
        this.rs1();
        code.i64(-size).op('i64.and').set(va);
        this.#tlbHit(TLB_SIZE, 1, -PAGE_SIZE).if(
          () => {
            this.#hostAddress(TLB_SIZE);
            code.i32(0).i32(size).fill();
          },
          () => this.missedClear(size),
        );
      },
      () => this.slowClear(),
    );
  }

  /** Leaves rs1 + imm in `va`. */
  protected address(): void {
    this.rs1();
    this.imm();
    this.code.op('i64.add').set(this.access.va);
  }

  /** Pushes the host address for a load at `va`. */
  protected readableAddress(size: AccessSize, mask: number): void {
    this.#tlbHit(0, size, mask).if(
      () => this.#hostAddress(0),
      () => this.missedLoad(size),
      'i32',
    );
  }

  /** Leaves the host address for an atomic access at `va` in `host`; misaligned ones never match. */
  protected writableAddress(size: AccessSize): void {
    this.#tlbHit(TLB_SIZE, size, -PAGE_SIZE | (size - 1)).if(
      () => this.#hostAddress(TLB_SIZE),
      () => this.missedAtomic(size),
      'i32',
    );
    this.code.set(this.access.host);
  }

  /** Pushes 1 when the TLB serves the access at `va`; leaves the entry's address in its local. */
  #tlbHit(table: number, size: AccessSize, mask: number): CodeBuilder {
    const { code } = this;
    const { va, entry, dataTlb } = this.access;
    code.get(va).i64(TLB_INDEX_SHIFT).op('i64.shr_u', 'i32.wrap_i64').i32(TLB_INDEX_MASK).op('i32.and');
    code.get(dataTlb).op('i32.add').tee(entry).load('i64.load', table);
    // an access that crosses into the next page does not match
    code.get(va);
    if (size > 1 && mask === -PAGE_SIZE) code.i64(size - 1).op('i64.add');
    return code.i64(mask).op('i64.and', 'i64.eq');
  }

  #hostAddress(table: number): void {
    const { va, entry } = this.access;
    this.code
      .get(va)
      .op('i32.wrap_i64')
      .get(entry)
      .load('i32.load', table + TLB_ADDEND)
      .op('i32.add');
  }
}
