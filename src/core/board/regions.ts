import type { HostMemory } from '../host-memory.ts';
import { MemoryRegion } from '../memory/region.ts';
import type { MemoryBackend } from '../objects/memory-backend.ts';
import { MEMORY_MAP } from './memory-map.ts';

const WHOLE = 2n ** 64n;
const IO_SIZE = 65536n;

/** Regions that belong to the machine itself. */
export interface BoardRegions {
  readonly system: MemoryRegion;
  /** The I/O space of port instructions: empty, as RISC-V has none. */
  readonly io: MemoryRegion;
  readonly mrom: MemoryRegion | null;
  readonly ram: MemoryRegion | null;
}

/** Address spaces with nothing in them. */
export function systemRegions(): Pick<BoardRegions, 'system' | 'io'> {
  const system = new MemoryRegion('system', 'container', WHOLE);
  return { system, io: new MemoryRegion('io', 'i/o', IO_SIZE) };
}

/** RAM under the name of its back end. */
export function ramRegion(host: HostMemory, { name, size }: MemoryBackend): MemoryRegion {
  return new MemoryRegion(name, 'ram', BigInt(size), { hostOffset: host.allocate(name, size) });
}

/** Those of the virt board. */
export function createRegions(host: HostMemory, backend: MemoryBackend | null): BoardRegions {
  const { mrom: place, ram: ramPlace } = MEMORY_MAP;
  const { system, io } = systemRegions();
  const mrom = new MemoryRegion('riscv_virt_board.mrom', 'rom', BigInt(place.size), {
    hostOffset: host.allocate('riscv_virt_board.mrom', place.size),
  });
  const ram = backend && ramRegion(host, backend);
  system.add(BigInt(place.base), mrom);
  if (ram) system.add(BigInt(ramPlace.base), ram);
  return { system, io, mrom, ram };
}
