import { RAM_BASE, type TestMachine } from './machine.ts';
import { CODE } from './traps.ts';

export const ROOT = RAM_BASE + 0x10000;
export const PTE = { V: 1n, R: 2n, W: 4n, X: 8n, U: 16n, G: 32n, A: 64n, D: 128n } as const;
export const RWX = PTE.V | PTE.R | PTE.W | PTE.X;
const MODES = { sv39: 8n, sv48: 9n, sv57: 10n } as const;

/** Maps one 4 KiB page in a table tree that grows from ROOT. */
export function map(
  machine: TestMachine,
  mode: keyof typeof MODES,
  vaddr: bigint,
  paddr: number,
  flags: bigint,
): void {
  const levels = { sv39: 3, sv48: 4, sv57: 5 }[mode];
  let table = ROOT;
  for (let level = levels - 1; level > 0; level--) {
    const at = table + Number((vaddr >> BigInt(12 + 9 * level)) & 511n) * 8;
    if (machine.read64(at) === 0n) {
      const next = Number(machine.read64(ROOT - 8)) || ROOT + 0x1000;
      machine.write64(ROOT - 8, BigInt(next + 0x1000));
      machine.write64(at, (BigInt(next) >> 2n) | PTE.V);
    }
    table = Number((machine.read64(at) >> 10n) << 12n);
  }
  machine.write64(table + Number((vaddr >> 12n) & 511n) * 8, (BigInt(paddr) >> 2n) | flags);
}

/** Flags of an Sv39 page's entry. */
export function leaf(machine: TestMachine, vaddr: bigint): bigint {
  let table = ROOT;
  for (const level of [2n, 1n])
    table = Number((machine.read64(table + Number((vaddr >> (12n + 9n * level)) & 511n) * 8) >> 10n) << 12n);
  return machine.read64(table + Number((vaddr >> 12n) & 511n) * 8) & 0x3ffn;
}

/** Switches translation on, with the page at CODE mapped to itself. */
export function enablePaging(machine: TestMachine, mode: keyof typeof MODES = 'sv39'): void {
  map(machine, mode, BigInt(CODE), CODE, RWX | PTE.A | PTE.D);
  machine.hart.setCsr('satp', (MODES[mode] << 60n) | (BigInt(ROOT) >> 12n));
}
