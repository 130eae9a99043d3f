import { MSTATUS } from '../isa/index.ts';
import type { HartState } from './hart-state.ts';
import { STATE } from './layout.ts';
import type { CpuBus } from './types.ts';

const PTE = { valid: 1n, leaf: 0xan, napot: 1n << 63n } as const;
const PPN_MASK = (1n << 44n) - 1n;
/** Addresses within a page of 64 KiB. */
const NAPOT_MASK = 0xffffn;
const MACHINE = 3;
/** The second stage's root has four times as many entries. */
const STAGE_BITS = 2;

interface Tables {
  readonly levels: number;
  readonly root: bigint;
  /** By how many bits addresses are wider than the levels below the root make them. */
  readonly widened: number;
  /** Physical address of what is at an address of the tables. */
  locate(address: bigint): number | undefined;
}

/**
 * Walks the page tables as a debugger wants it: any valid leaf will do, whatever its
 * permissions, and nothing changes. Undefined: unmapped.
 */
export function debugTranslate(state: HartState, bus: CpuBus, vaddr: bigint): number | undefined {
  const status = state.csr('mstatus');
  const previous = Number((status & MSTATUS.MPP) >> 11n);
  const current = state.word('privilege');
  const substitute = current === MACHINE && (status & MSTATUS.MPRV) !== 0n && previous !== MACHINE;
  const guest = state.virtual || (substitute && (status & MSTATUS.MPV) !== 0n);
  if (current === MACHINE && !substitute) return physical(vaddr);
  const locate = (address: bigint) => (guest ? guestPhysical(state, bus, address) : physical(address));
  const [levels, root] = guest
    ? [state.word('guestLevels'), state.slot(STATE.guestTable)]
    : [state.word('levels'), state.slot(STATE.pageTable)];
  if (levels === 0) return locate(vaddr);
  if (BigInt.asUintN(64, BigInt.asIntN(12 + 9 * levels, vaddr)) !== vaddr) return undefined;
  const found = walk(state, bus, { levels, root, widened: 0, locate }, vaddr);
  return found === undefined ? undefined : locate(found);
}

/** Physical address of a guest's physical one, by hgatp. Undefined: unmapped. */
export function guestPhysical(state: HartState, bus: CpuBus, address: bigint): number | undefined {
  const levels = state.word('stageLevels');
  if (levels === 0) return physical(address);
  if (address >> BigInt(12 + 9 * levels + STAGE_BITS) !== 0n) return undefined;
  const tables = { levels, root: state.slot(STATE.stageTable), widened: STAGE_BITS, locate: physical };
  const found = walk(state, bus, tables, address);
  return found === undefined ? undefined : physical(found);
}

const physical = (address: bigint) => (address >> 53n === 0n ? Number(address) : undefined);

function walk(
  state: HartState,
  bus: CpuBus,
  { levels, root, widened, locate }: Tables,
  vaddr: bigint,
): bigint | undefined {
  let table = root;
  for (let level = levels - 1; level >= 0; level--) {
    const shift = BigInt(12 + 9 * level);
    const index = (vaddr >> shift) & (level === levels - 1 ? (512n << BigInt(widened)) - 1n : 511n);
    const at = locate(table + index * 8n);
    const host = at === undefined ? -1 : bus.hostOffset(at, false);
    if (host < 0) return undefined;
    const entry = state.memory.view.getBigUint64(host, true);
    if ((entry & PTE.valid) === 0n) return undefined;
    table = ((entry >> 10n) & PPN_MASK) << 12n;
    if ((entry & PTE.napot) !== 0n) return (table & ~NAPOT_MASK) | (vaddr & NAPOT_MASK);
    if ((entry & PTE.leaf) !== 0n) return table | (vaddr & ((1n << shift) - 1n));
  }
  return undefined;
}
