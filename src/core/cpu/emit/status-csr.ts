import { csrByNumber, type Extension, MSTATUS } from '../../isa/index.ts';
import type { CodeBuilder, LoadOp, StoreOp } from '../../wasm/index.ts';
import { csrSlot, DATA_SETS, dataTlbOffset, STATE } from '../layout.ts';

/** sstatus, which kernels read and write all the time: in S-mode, where nothing comes of it but another data TLB. */
export const SSTATUS = csrByNumber(0x100)!;
const MSTATUS_SLOT = csrSlot('mstatus');
const { FS, MXR, SD, SIE, SUM } = MSTATUS;

/** Bits of mstatus and what shows it that the hart's extensions back. */
export function statusBits(without: ReadonlySet<Extension>): bigint {
  return ~((without.has('F') ? FS : 0n) | (without.has('H') ? MSTATUS.MPV | MSTATUS.GVA : 0n));
}

/** Where an access to sstatus finds things, by tier. */
export interface StatusParts {
  readonly code: CodeBuilder;
  /** i64 local that gets what sstatus was. */
  readonly old: number;
  /** i64 local for mstatus afterwards. */
  readonly next: number;
  /** i32 local with the data TLB's address, where code keeps one. */
  readonly dataTlb: number | undefined;
  state(op: LoadOp, offset: number): CodeBuilder;
  setState(op: StoreOp, offset: number, value: () => void): void;
  /** Pushes the address of the hart's block. */
  pushHart(): void;
  /** Leaves the instruction, of which nothing has been done, to TypeScript. */
  refuse(): void;
}

/** Pushes 1 where an interrupt is pending and enabled, due or not. */
export function pushInterrupted({ code, state }: Pick<StatusParts, 'code' | 'state'>): CodeBuilder {
  state('i64.load', csrSlot('lines'));
  state('i64.load', csrSlot('mip')).op('i64.or');
  state('i64.load', csrSlot('mie')).op('i64.and');
  return code.i64(0).op('i64.ne');
}

/**
 * Reads sstatus in S-mode with V clear and, if there is a `change`, writes it. `change` pushes mstatus afterwards by what
 * it is in the local `old`; `possible`: bits that it may change.
 */
export function emitStatusAccess(
  parts: StatusParts,
  change: { readonly possible: bigint; push(): void } | undefined,
): void {
  const { code, old, next } = parts;
  parts.state('i64.load', MSTATUS_SLOT).set(old);
  if (change) {
    change.push();
    code.set(next);
    emitConsequences(parts, change.possible);
    parts.setState('i64.store', MSTATUS_SLOT, () => code.get(next));
  }
  code
    .get(old)
    .i64(SSTATUS.readMask & ~SD)
    .op('i64.and');
  code.i64(SD).i64(0).get(old).i64(FS).op('i64.and').i64(FS).op('i64.eq', 'select', 'i64.or').set(old);
}

function emitConsequences(parts: StatusParts, possible: bigint): void {
  const { code, old, next } = parts;
  const bits = possible & (MXR | SIE | SUM);
  const changed = (mask: bigint) =>
    code.get(old).get(next).op('i64.xor').i64(mask).op('i64.and').i64(0).op('i64.ne');
  const each = () => {
    if ((bits & MXR) !== 0n) changed(MXR).if(() => parts.refuse());
    if ((bits & SIE) !== 0n) {
      code.get(next).get(old).i64(-1).op('i64.xor', 'i64.and').i64(SIE).op('i64.and').i64(0).op('i64.ne');
      code.if(() => pushInterrupted(parts).if(() => parts.refuse()));
    }
    if ((bits & SUM) !== 0n) changed(SUM).if(() => emitSwitchData(parts));
  };
  if (bits === 0n) return;
  if (bits === SIE) each();
  else changed(bits).if(each);
}

/** Loads and stores go by the TLB that mstatus.SUM wants. */
function emitSwitchData({ code, next, dataTlb, setState, pushHart }: StatusParts): void {
  const choose = (user: number, none: number) => {
    code.i32(user).i32(none).get(next).i64(SUM).op('i64.and').i64(0).op('i64.ne', 'select');
  };
  const { supervisor, supervisorUser } = DATA_SETS;
  setState('i32.store', STATE.dataSet, () => choose(supervisorUser, supervisor));
  setState('i32.store', STATE.dataTlb, () => {
    pushHart();
    choose(dataTlbOffset(supervisorUser), dataTlbOffset(supervisor));
    code.op('i32.add');
    if (dataTlb !== undefined) code.tee(dataTlb);
  });
}
