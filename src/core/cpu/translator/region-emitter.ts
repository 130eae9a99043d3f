import type { AccessSize } from '../../isa/index.ts';
import type { FloatRoutine } from '../../softfloat/index.ts';
import type { CodeBuilder, LoadOp, StoreOp } from '../../wasm/index.ts';
import type { AccessLocals } from '../emit/access-emitter.ts';
import { type DirectCsr, emitAccess, emitOutOfReach } from '../emit/direct-csrs.ts';
import { DYNAMIC_ROUNDING, FloatEmitter, LAST_ROUNDING } from '../emit/float-emitter.ts';
import { FS_BYTE, STATUS_BYTE } from '../emit/operand-emitter.ts';
import { REACH, STATE } from '../layout.ts';
import type { Operation } from './blocks.ts';
import { type CsrAction, csrOperation, type Translated } from './row-traits.ts';

const ALL = 0xffff_ffff_ffff_ffffn;

/** Parameters of a region's function: the hart's address, the budget, the virtual address of the entry. */
export const PARAMETER = { hart: 0, left: 1, pc: 2 } as const;

/** What an instruction's semantics refer to in a region. */
export interface RegionWiring {
  readonly access: AccessLocals;
  /** Local that takes the target of an indirect jump. */
  readonly out: number;
  /** Locals of the guest's registers. */
  readonly x: ReadonlyMap<number, number>;
  readonly f: ReadonlyMap<number, number>;
  readonly routine: (name: FloatRoutine) => number;
  /** Bytes that cbo.zero clears. */
  readonly zeroBlock: number;
  /** Csrs that are reached in line. */
  readonly csrs: ReadonlyMap<number, DirectCsr>;
  /** Leaves before the current instruction, which the interpreter is to execute. */
  leave(): void;
  branch(): void;
  jump(): void;
  /** Leaves for the address in `out`. */
  jumpOut(): void;
}

/** Operands as locals and constants; whatever is not done in line leaves the region. */
export class RegionEmitter extends FloatEmitter implements Translated {
  readonly #wiring: RegionWiring;
  #operation: Operation | undefined;
  #floatChecked = false;
  #floatDirty = false;
  /** What the hart's reach in csrs is known to be at least. */
  #reach: number = REACH.none;
  #reachExactly = false;

  constructor(code: CodeBuilder, wiring: RegionWiring) {
    super(code, wiring.access);
    this.#wiring = wiring;
  }

  /** The next instructions are another block's: nothing is known of what ran before. */
  startBlock(): void {
    this.#floatChecked = false;
    this.#floatDirty = false;
    this.#reach = REACH.none;
    this.#reachExactly = false;
  }

  /** The instruction that is emitted from now on. */
  start(operation: Operation): void {
    this.#operation = operation;
  }

  rs1(): void {
    this.#pushX(this.#current.operands.rs1);
  }

  rs2(): void {
    this.#pushX(this.#current.operands.rs2);
  }

  imm(): void {
    this.code.i64(this.#current.operands.imm);
  }

  pc(): void {
    this.#pushAddress(this.#current.at);
  }

  nextPc(): void {
    this.#pushAddress(this.#current.at + this.#current.size);
  }

  writeRd(value: () => void): void {
    value();
    const local = this.#wiring.x.get(this.#current.operands.rd);
    if (local === undefined) this.code.op('drop');
    else this.code.set(local);
  }

  branch(condition: () => void): void {
    condition();
    this.#wiring.branch();
  }

  jumpRelative(): void {
    if (this.#current.operands.rd !== 0) this.writeRd(() => this.nextPc());
    this.#wiring.jump();
  }

  jumpAbsolute(target: () => void): void {
    target();
    this.code.set(this.#wiring.out);
    if (this.#current.operands.rd !== 0) this.writeRd(() => this.nextPc());
    this.#wiring.jumpOut();
  }

  csr(operation: CsrAction['operation'], operand: CsrAction['operand']): void {
    const { code } = this;
    const { rs1, imm } = this.#current.operands;
    const csr = this.#wiring.csrs.get(imm);
    if (csr === undefined) throw new RangeError(`csr ${imm} is not direct`);
    this.#requireReach(csr);
    const { value: old, va: next, dataTlb } = this.access;
    emitAccess(csr, csrOperation({ operation, operand }, this.#current.operands), {
      code,
      old,
      next,
      dataTlb,
      possible: operand === 'register' ? ALL : BigInt(rs1),
      refuse: () => this.#wiring.leave(),
      pushHart: () => this.pushHart(),
      operand: () => (operand === 'register' ? this.rs1() : code.i64(rs1)),
      state: (op, offset) => this.state(op, offset),
      setState: (op, offset, value) => this.setState(op, offset, value),
    });
    this.writeRd(() => code.get(old));
    // FS may be another
    if (csr.slot === undefined) this.#floatChecked = this.#floatDirty = false;
  }

  #requireReach(csr: DirectCsr): void {
    if (csr.exactly ? this.#reachExactly : this.#reach >= csr.reach) return;
    this.state('i32.load', STATE.csrReach);
    emitOutOfReach(this.code, csr).if(() => this.#wiring.leave());
    this.#reach = csr.reach;
    this.#reachExactly = csr.exactly;
  }

  clearBlock(): void {
    this.clear(this.#wiring.zeroBlock);
  }

  requireFloat(): void {
    if (this.#floatChecked) return;
    this.#floatChecked = true;
    this.state('i32.load8_u', STATUS_BYTE).i32(FS_BYTE).op('i32.and', 'i32.eqz');
    this.code.if(() => this.#wiring.leave());
  }

  fs1(): void {
    this.#pushF(this.#current.operands.rs1);
  }

  fs2(): void {
    this.#pushF(this.#current.operands.rs2);
  }

  fs3(): void {
    this.#pushF(thirdSource(this.#current));
  }

  writeFd(value: () => void): void {
    value();
    this.code.set(this.#wiring.f.get(this.#current.operands.rd)!);
    if (this.#floatDirty) return;
    this.#floatDirty = true;
    this.setState('i32.store8', STATUS_BYTE, () =>
      this.state('i32.load8_u', STATUS_BYTE).i32(FS_BYTE).op('i32.or'),
    );
  }

  rounding(): void {
    const { code } = this;
    const mode = this.#current.operands.imm & 7;
    if (mode <= LAST_ROUNDING) code.i32(mode);
    else if (mode !== DYNAMIC_ROUNDING) this.#wiring.leave();
    else {
      const { entry } = this.access;
      this.dynamicRounding();
      code.tee(entry).i32(LAST_ROUNDING).op('i32.gt_u');
      code.if(() => this.#wiring.leave()).get(entry);
    }
  }

  protected state(op: LoadOp, offset: number): CodeBuilder {
    return this.code.get(PARAMETER.hart).load(op, offset);
  }

  protected setState(op: StoreOp, offset: number, value: () => void): void {
    this.code.get(PARAMETER.hart);
    value();
    this.code.store(op, offset);
  }

  protected missedLoad(_size: AccessSize): void {
    this.#wiring.leave();
  }

  protected missedAtomic(_size: AccessSize): void {
    this.#wiring.leave();
  }

  protected missedStore(_size: AccessSize, _value: () => void): void {
    this.#wiring.leave();
  }

  protected missedClear(_size: number): void {
    this.#wiring.leave();
  }

  protected slowClear(): void {
    this.#wiring.leave();
  }

  protected misaligned(_cause: number): void {
    this.#wiring.leave();
  }

  protected routine(name: FloatRoutine): number {
    return this.#wiring.routine(name);
  }

  protected pushHart(): void {
    this.code.get(PARAMETER.hart);
  }

  get #current(): Operation {
    if (this.#operation === undefined) throw new RangeError('no instruction under way');
    return this.#operation;
  }

  #pushX(register: number): void {
    const local = this.#wiring.x.get(register);
    if (local === undefined) this.code.i64(0);
    else this.code.get(local);
  }

  #pushF(register: number): void {
    this.code.get(this.#wiring.f.get(register)!);
  }

  #pushAddress(at: number): void {
    this.code.get(PARAMETER.pc);
    if (at !== 0) this.code.i64(at).op('i64.add');
  }
}

/** Number of the f register that bits 7:3 of the immediate name. */
export function thirdSource({ operands }: Operation): number {
  return (operands.imm >> 3) & 31;
}
