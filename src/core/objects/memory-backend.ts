import { QmpError } from '../../qapi/errors.ts';
import type { MemoryBackendProperties } from '../../qapi/generated/types.ts';
import type { QmpValue } from '../../qapi/value.ts';
import { QomObject } from '../qom/object.ts';

const SWITCHES = { dump: true, merge: true, prealloc: false, reserve: true, share: false } as const;

/** Where the host takes it from: anywhere, with its one thread. */
const OF_THE_HOST: Readonly<Record<string, readonly [type: string, value: QmpValue]>> = {
  policy: ['HostMemPolicy', 'default'],
  'host-nodes': ['int', []],
  'prealloc-threads': ['int', 1],
  'prealloc-context': ['link<thread-context>', ''],
  'x-use-canonical-path-for-ramblock-id': ['bool', false],
};

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
    for (const [name, [type, value]] of Object.entries(OF_THE_HOST))
      this.define(name, { type, get: () => value });
  }
}
