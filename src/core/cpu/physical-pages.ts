import { PHYSICAL } from './layout.ts';
import type { Pmp } from './pmp.ts';
import type { CpuBus } from './types.ts';

/** Fills the entry, at a host offset, of what the page-table walker knows of a physical page. */
export function fillPhysical(
  view: DataView,
  entry: number,
  page: number,
  { bus, pmp }: { readonly bus: CpuBus; readonly pmp: Pmp },
): void {
  view.setUint32(entry + PHYSICAL.read, Math.max(0, bus.hostOffset(page, false)), true);
  view.setUint32(entry + PHYSICAL.write, Math.max(0, bus.hostOffset(page, true)), true);
  view.setUint32(entry + PHYSICAL.rights, pmp.pageRights(BigInt(page)), true);
}
