import { MSTATUS } from '../isa/index.ts';
import type { HartState } from './hart-state.ts';
import { STATE } from './layout.ts';
import type { CpuBus } from './types.ts';

const PTE = { valid: 1n, leaf: 0xan, napot: 1n << 63n } as const;
const PPN_MASK = (1n << 44n) - 1n;
/** Addresses within a page of 64 KiB. */
const NAPOT_MASK = 0xffffn;
const MACHINE = 3;

/**
 * Walks the page tables as a debugger wants it: any valid leaf will do, whatever its
 * permissions, and nothing changes. Undefined: unmapped.
 */
export function debugTranslate(state: HartState, bus: CpuBus, vaddr: bigint): number | undefined {
  const status = state.csr('mstatus');
  const previous = Number((status & MSTATUS.MPP) >> 11n);
  const current = state.word('privilege');
  const privilege = current === MACHINE && (status & MSTATUS.MPRV) !== 0n ? previous : current;
  const levels = state.word('levels');
  if (privilege === MACHINE || levels === 0) return vaddr >> 53n === 0n ? Number(vaddr) : undefined;
  const width = 12 + 9 * levels;
  if (BigInt.asUintN(64, BigInt.asIntN(width, vaddr)) !== vaddr) return undefined;
  let table = state.slot(STATE.pageTable);
  for (let level = levels - 1; level >= 0; level--) {
    const shift = BigInt(12 + 9 * level);
    const host = bus.hostOffset(Number(table + ((vaddr >> shift) & 511n) * 8n), false);
    if (host < 0) return undefined;
    const entry = state.memory.view.getBigUint64(host, true);
    if ((entry & PTE.valid) === 0n) return undefined;
    table = ((entry >> 10n) & PPN_MASK) << 12n;
    if ((entry & PTE.napot) !== 0n) return Number((table & ~NAPOT_MASK) | (vaddr & NAPOT_MASK));
    if ((entry & PTE.leaf) !== 0n) return Number(table | (vaddr & ((1n << shift) - 1n)));
  }
  return undefined;
}
