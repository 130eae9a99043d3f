import { QmpError } from '../../qapi/errors.ts';
import type { MemoryBackendProperties } from '../../qapi/generated/types.ts';
import { QomObject } from '../qom/object.ts';

const SWITCHES = { dump: true, merge: true, prealloc: false, reserve: true, share: false } as const;

/** Memory that the machine can have as its RAM: `-object memory-backend-ram`. */
export class MemoryBackend extends QomObject {
  /** Bytes. */
  readonly size: number;
  /** How the host is to treat it; nothing that the guest could notice. */
  readonly switches: Readonly<Record<keyof typeof SWITCHES, boolean>>;
  /** Whether the machine has it as its RAM. */
  inUse = false;

  /** @throws QmpError */
  constructor(options: Omit<MemoryBackendProperties, 'qom-type' | 'id'>) {
    super('memory-backend-ram');
    const { size, ...switches } = options;
    if (size === 0n) throw new QmpError("property 'size' of memory-backend-ram doesn't take value '0'");
    this.size = Number(size);
    this.switches = { ...SWITCHES, ...switches };
    this.define('size', { type: 'int', get: () => size });
    for (const [name, value] of Object.entries(this.switches)) {
      this.define(name, { type: 'bool', get: () => value });
    }
    this.define('policy', { type: 'HostMemPolicy', get: () => 'default' });
  }
}
