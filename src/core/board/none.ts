import { ConfigError, type MachineConfig } from '../config.ts';
import type { HostMemory } from '../host-memory.ts';
import type { MemoryBackend } from '../objects/memory-backend.ts';
import { Board } from './board.ts';
import { rejectWithoutKernel } from './boot.ts';
import { type BoardParts, layFoundation } from './foundation.ts';
import { HartDevice } from './hart-array.ts';
import { type BoardRegions, ramRegion, systemRegions } from './regions.ts';
import { RomList } from './roms.ts';

/** Where a hart without a board begins. */
const RESET_VECTOR = 0x1000;

/** A machine with nothing in it but the RAM and the hart that were asked for. @throws ConfigError or QmpError */
export function buildNoneBoard(config: MachineConfig, parts: BoardParts): Board {
  if (config.kernel) {
    throw new ConfigError(
      "The -kernel parameter is not supported (use the generic 'loader' device instead).",
    );
  }
  rejectWithoutKernel(config);
  const { cpu, ...foundation } = layFoundation(config, parts, ram => layOut(parts.hostMemory, ram));
  const { types, skeleton, clockwork } = foundation;
  const hartPaths = clockwork.wires.map(wires => {
    const device = new HartDevice(types, cpu, wires, RESET_VECTOR);
    return skeleton.unattached.add('device[*]', device).path;
  });
  return new Board({ ...foundation, roms: new RomList([]), hartPaths });
}

function layOut(host: HostMemory, backend: MemoryBackend | null): BoardRegions {
  const { system, io } = systemRegions();
  const ram = backend && ramRegion(host, backend);
  if (ram) system.add(0n, ram);
  return { system, io, mrom: null, ram };
}
