import { QmpError } from '../../qapi/errors.ts';
import type { MachineConfig } from '../config.ts';
import { MemoryBackend } from '../objects/memory-backend.ts';
import type { ObjectTable } from '../objects/table.ts';
import { DEFAULT_RAM } from './machine-object.ts';

/** The back end of the machine's RAM: the one that `-machine memory-backend=` names, or one of its own. @throws QmpError */
export function machineMemory(
  objects: ObjectTable,
  { machineProperties, ramSize }: MachineConfig,
): MemoryBackend {
  const name = machineProperties['memory-backend'];
  const backend =
    name === undefined
      ? objects.container.add(DEFAULT_RAM, new MemoryBackend({ size: BigInt(ramSize) }))
      : objects.memory(name);
  if (!backend) throw new QmpError(`Memory backend '${name}' not found`);
  if (backend.size !== ramSize) {
    throw new QmpError(
      "Size specified by -m option must match size of explicitly specified 'memory-backend' property",
    );
  }
  backend.inUse = true;
  return backend;
}
