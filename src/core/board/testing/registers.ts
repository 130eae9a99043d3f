import type { IrqLine } from '../../irq.ts';
import type { AccessSize, MemoryRegion } from '../../memory/region.ts';

/** A wire that remembers its level. */
export class TestLine implements IrqLine {
  level = false;
  set(level: boolean): void {
    this.level = level;
  }
}

/** Registers of a device as its driver sees them. */
export function registersOf(region: MemoryRegion, size: AccessSize = 4) {
  const ops = region.ops!;
  return {
    read: (offset: number): number => ops.read(offset, size),
    write: (offset: number, value: number): void => ops.write(offset, value, size),
    read64: (offset: number): bigint => ops.read64!(offset),
    write64: (offset: number, value: bigint): void => ops.write64!(offset, value),
  };
}
