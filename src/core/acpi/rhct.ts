import { littleEndian } from './aml.ts';
import { HEADER_LENGTH, table, text } from './table.ts';

const ISA_NODE = 0;
const CMO_NODE = 1;
const MMU_NODE = 2;
const HART_NODE = 0xffff;

const MMU_TYPES: Readonly<Record<string, number>> = { sv39: 0, sv48: 1, sv57: 2 };

export interface HartCapabilities {
  readonly harts: number;
  readonly timebase: number;
  /** `rv64imafdc_zicsr_...`. */
  readonly isa: string;
  /** Widest translation that satp takes, null without one. */
  readonly mmu: string | null;
  /** log2 of the bytes that cbo.* and prefetch.* work on; 0 for those that there are not. */
  readonly cacheBlocks: { readonly cbom: number; readonly cbop: number; readonly cboz: number } | null;
}

/** RHCT: what the harts can do (RISC-V ACPI specification; ACPI 6.6, section 5.2.37). */
export function rhct(harts: HartCapabilities): number[] {
  const fixed = 20;
  const shared = [isaNode(harts.isa), cmoNode(harts.cacheBlocks), mmuNode(harts.mmu)].filter(
    node => node.length > 0,
  );
  let at = HEADER_LENGTH + fixed;
  const offsets = shared.map(node => {
    const offset = at;
    at += node.length;
    return offset;
  });
  const perHart = Array.from({ length: harts.harts }, (_, hart) => hartNode(hart, offsets));
  return table('RHCT', 1, [
    ...littleEndian(0, 4),
    ...littleEndian(harts.timebase, 8),
    ...littleEndian(shared.length + perHart.length, 4),
    ...littleEndian(HEADER_LENGTH + fixed, 4),
    ...shared.flat(),
    ...perHart.flat(),
  ]);
}

/** A node begins with its type, its length with that, and its revision. */
function node(type: number, body: readonly number[]): number[] {
  return [...littleEndian(type, 2), ...littleEndian(6 + body.length, 2), ...littleEndian(1, 2), ...body];
}

function isaNode(isa: string): number[] {
  const length = isa.length + 1;
  return node(ISA_NODE, [...littleEndian(length, 2), ...text(isa, length + (length % 2))]);
}

function cmoNode(blocks: HartCapabilities['cacheBlocks']): number[] {
  return blocks === null ? [] : node(CMO_NODE, [0, blocks.cbom, blocks.cbop, blocks.cboz]);
}

function mmuNode(mmu: string | null): number[] {
  const type = mmu === null ? undefined : MMU_TYPES[mmu];
  return type === undefined ? [] : node(MMU_NODE, [0, type]);
}

function hartNode(hart: number, offsets: readonly number[]): number[] {
  const numbers = [...littleEndian(offsets.length, 2), ...littleEndian(hart, 4)];
  return node(HART_NODE, [...numbers, ...offsets.flatMap(offset => littleEndian(offset, 4))]);
}
