import type { HostMemory } from '../host-memory.ts';
import { MemoryRegion } from '../memory/region.ts';
import { MEMORY_MAP } from './memory-map.ts';

const WHOLE = 2n ** 64n;
const IO_SIZE = 65536n;

/** Regions that belong to the machine itself. */
export interface BoardRegions {
  readonly system: MemoryRegion;
  /** The I/O space of port instructions: empty, as RISC-V has none. */
  readonly io: MemoryRegion;
  readonly mrom: MemoryRegion;
  readonly ram: MemoryRegion;
}

/** @param ramName name of the RAM's back end */
export function createRegions(host: HostMemory, ramName: string, ramSize: number): BoardRegions {
  const { mrom, ram } = MEMORY_MAP;
  const system = new MemoryRegion('system', 'container', WHOLE);
  const rom = new MemoryRegion('riscv_virt_board.mrom', 'rom', BigInt(mrom.size), {
    hostOffset: host.allocate('riscv_virt_board.mrom', mrom.size),
  });
  const memory = new MemoryRegion(ramName, 'ram', BigInt(ramSize), {
    hostOffset: host.allocate(ramName, ramSize),
  });
  system.add(BigInt(mrom.base), rom).add(BigInt(ram.base), memory);
  return { system, io: new MemoryRegion('io', 'i/o', IO_SIZE), mrom: rom, ram: memory };
}
