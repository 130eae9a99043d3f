import { CSRS, type Csr, csrLevel, type Extension, isReadOnlyCsr } from '../../isa/index.ts';
import type { CodeBuilder } from '../../wasm/index.ts';
import { csrSlot, REACH, RECORD } from '../layout.ts';
import { type ModuleContext, setState32, state32 } from './context.ts';
import { CSR_OPERATIONS } from './loop.ts';
import { emitStatusAccess, SSTATUS, type StatusParts, statusBits } from './status-csr.ts';

const ALL = 0xffff_ffff_ffff_ffffn;
const SUPERVISOR = 1;

/** What an instruction does to a csr; `read` where it cannot change it. */
export type CsrOperation = (typeof CSR_OPERATIONS)[number] | 'read';

/** A csr whose accesses need little but its slot and the hart's reach, and sstatus: code of both tiers has them in line. */
export interface DirectCsr {
  readonly number: number;
  /** Offset in the hart's block; undefined: sstatus. */
  readonly slot: number | undefined;
  readonly writeMask: bigint;
  /** The reach, of REACH, that an instruction needs at least, or exactly. */
  readonly reach: number;
  readonly exactly: boolean;
}

/** Where the value of an access comes from and goes to, by tier; `old` gets what the csr was. */
export interface CsrParts extends StatusParts {
  /** Pushes the operand, an i64, of which the bits of `possible` can be set. */
  operand(): void;
  readonly possible: bigint;
}

/** Whether a hart without those extensions has it in any case, and nothing but its level decides who may access it. */
function isPlain(csr: Csr, without: ReadonlySet<Extension>): boolean {
  const always = csr.since === 10 && csr.extension === undefined && !(csr.hypervisor && without.has('H'));
  const free = csr.rule === undefined && csr.guard === undefined && csrLevel(csr.number) > 0;
  return always && free && !csr.special && csr.storage !== undefined && csr.readMask === ALL;
}

/** The direct csrs of a hart without some extensions, by number. */
export function directCsrs(without: ReadonlySet<Extension>): ReadonlyMap<number, DirectCsr> {
  const plain = CSRS.filter(csr => isPlain(csr, without));
  const rows = plain.map(({ number, storage, writeMask }): DirectCsr => {
    const reach = csrLevel(number) === 3 ? REACH.machine : REACH.supervisor;
    return { number, slot: csrSlot(storage!), writeMask, reach, exactly: false };
  });
  const status = { slot: undefined, reach: REACH.supervisor, exactly: true };
  const { number, writeMask } = SSTATUS;
  return new Map(
    [{ number, writeMask: writeMask & statusBits(without), ...status }, ...rows].map(csr => [
      csr.number,
      csr,
    ]),
  );
}

/** Whether an instruction that does that to the csr can be direct. */
export function isDirect({ number }: DirectCsr, operation: CsrOperation): boolean {
  return operation === 'read' || !isReadOnlyCsr(number);
}

/** Accesses the csr, of which the hart's reach is known to suffice. */
export function emitAccess({ slot, writeMask }: DirectCsr, operation: CsrOperation, parts: CsrParts): void {
  const push = () => {
    if (operation !== 'read') emitChanged(writeMask, operation, parts);
  };
  if (slot === undefined) {
    const possible = operation === 'write' ? writeMask : writeMask & parts.possible;
    emitStatusAccess(parts, operation === 'read' ? undefined : { possible, push });
    return;
  }
  parts.state('i64.load', slot).set(parts.old);
  if (operation !== 'read') parts.setState('i64.store', slot, push);
}

/** Pushes 1 where the reach that is on the stack does not suffice for the csr. */
export function emitOutOfReach(code: CodeBuilder, { reach, exactly }: DirectCsr): CodeBuilder {
  return code.i32(reach).op(exactly ? 'i32.ne' : 'i32.lt_s');
}

/** Pushes what becomes of `old`. */
function emitChanged(
  writeMask: bigint,
  operation: Exclude<CsrOperation, 'read'>,
  { code, old, operand }: CsrParts,
): void {
  operand();
  if (writeMask !== ALL) code.i64(writeMask).op('i64.and');
  if (operation === 'set') code.get(old).op('i64.or');
  else if (operation === 'clear') code.i64(-1).op('i64.xor').get(old).op('i64.and');
  else if (writeMask !== ALL) code.get(old).i64(~writeMask).op('i64.and', 'i64.or');
}

/** Functions of the interpreter by operation: (ip, operand) -> 1 when the csr instruction there has been done. */
export type CsrFunctions = Readonly<Record<(typeof CSR_OPERATIONS)[number], number>>;

export function emitCsrFunctions(context: ModuleContext): CsrFunctions {
  const direct = [...directCsrs(context.without).values()];
  const functions = CSR_OPERATIONS.map(operation => {
    const usable = direct.filter(csr => isDirect(csr, operation));
    return [operation, emitCsrFunction(context, operation, usable)] as const;
  });
  return Object.fromEntries(functions) as CsrFunctions;
}

function emitCsrFunction(
  { module, hart }: ModuleContext,
  operation: (typeof CSR_OPERATIONS)[number],
  csrs: readonly DirectCsr[],
): number {
  const { index, code } = module.function(['i32', 'i64'], ['i32']);
  const [ip, operand] = [0, 1];
  const [number, reach, old] = [code.local('i32'), code.local('i32'), code.local('i64')];
  const refuse = () => code.i32(0).op('return');
  const parts: CsrParts = {
    code,
    old,
    next: code.local('i64'),
    dataTlb: undefined,
    operand: () => code.get(operand),
    possible: ALL,
    refuse,
    pushHart: () => code.i32(hart),
    state: (op, offset) => code.i32(0).load(op, hart + offset),
    setState: (op, offset, value) => {
      code.i32(0);
      value();
      code.store(op, hart + offset);
    },
  };
  state32(code, hart, 'csrReach').tee(reach).op('i32.eqz');
  code.if(refuse);
  code.get(ip).load('i32.load', RECORD.imm).set(number);
  for (const csr of csrs) {
    code.get(number).i32(csr.number).op('i32.eq');
    code.if(() => {
      emitOutOfReach(code.get(reach), csr).if(refuse);
      emitAccess(csr, operation, parts);
      code.get(ip).load('i32.load16_u', RECORD.rd).get(old).store('i64.store', hart);
      code.i32(1).op('return');
    });
  }
  code.i32(0);
  return index;
}

/** Says which csrs instructions reach directly, from locals with the privilege and V. */
export function emitReach(code: CodeBuilder, hart: number, privilege: number, guest: number): void {
  setState32(code, hart, 'csrReach', () => {
    code.i32(REACH.none);
    code.get(privilege).i32(REACH.supervisor).get(privilege).i32(SUPERVISOR).op('i32.ne', 'select');
    code.get(guest).op('select');
  });
}
