import { QmpError } from '../../qapi/errors.ts';
import type { MachineConfig } from '../config.ts';
import { kindOf } from '../machine-kinds.ts';
import { MemoryBackend } from '../objects/memory-backend.ts';
import type { ObjectTable } from '../objects/table.ts';

/** The back end of the machine's RAM: the one that `-machine memory-backend=` names, or one of its own; null: it has no RAM. @throws QmpError */
export function machineMemory(
  objects: ObjectTable,
  { machineProperties, ramSize, machine }: MachineConfig,
): MemoryBackend | null {
  const name = machineProperties['memory-backend'];
  if (name === undefined && ramSize === 0) return null;
  const backend =
    name === undefined
      ? objects.container.add(kindOf({ machine }).ramId, new MemoryBackend({ size: BigInt(ramSize) }))
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
