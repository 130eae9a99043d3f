import { QmpError } from '../../qapi/errors.ts';
import { booleanOf } from '../../qapi/text-values.ts';
import type { QmpValue } from '../../qapi/value.ts';
import type { MachineConfig } from '../config.ts';
import { QomObject } from '../qom/object.ts';

/** A property of the machine that is set on the command line and only read later. */
interface Row {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly value: (config: MachineConfig) => QmpValue;
}

/** Name of the RAM's back end unless one is given. */
export const DEFAULT_RAM = 'riscv_virt_board.ram';

const always = (value: QmpValue) => () => value;

const ROWS: readonly Row[] = [
  {
    name: 'kernel',
    type: 'string',
    description: 'Linux kernel image file',
    value: c => c.kernel?.name ?? '',
  },
  {
    name: 'initrd',
    type: 'string',
    description: 'Linux initial ramdisk file',
    value: c => c.initrd?.name ?? '',
  },
  { name: 'append', type: 'string', description: 'Linux kernel command line', value: c => c.append },
  {
    name: 'dtb',
    type: 'string',
    description: 'Linux kernel device tree file',
    value: c => c.dtb?.name ?? '',
  },
  { name: 'firmware', type: 'string', description: 'Firmware image', value: c => c.firmware?.name ?? '' },
  {
    name: 'memory',
    type: 'MemorySizeConfiguration',
    description: 'Memory size configuration',
    value: c => ({ size: BigInt(c.ramSize) }),
  },
  { name: 'smp', type: 'SMPConfiguration', description: 'CPU topology', value: topology },
  {
    name: 'memory-backend',
    type: 'link<memory-backend>',
    description: 'Set RAM backend',
    value: c => `/objects/${c.machineProperties['memory-backend'] ?? DEFAULT_RAM}`,
  },
  {
    name: 'aclint',
    type: 'bool',
    description: 'Separate ACLINT devices in place of a CLINT',
    value: always(false),
  },
  {
    name: 'acpi',
    type: 'OnOffAuto',
    description: 'ACPI tables for the guest',
    value: c => c.machineProperties['acpi'] ?? 'auto',
  },
  {
    name: 'aia',
    type: 'string',
    description: 'Kind of advanced interrupt architecture',
    value: always('none'),
  },
  ...['pflash0', 'pflash1'].map(name => ({
    name,
    type: 'str',
    description: 'Node name or ID of a block device to use as a backend',
    value: (c: MachineConfig) => c.machineProperties[name] ?? '',
  })),
  { name: 'usb', type: 'bool', description: 'USB controller', value: always(false) },
  { name: 'graphics', type: 'bool', description: 'Graphics output', value: always(false) },
];

function topology({ harts, smp }: MachineConfig): QmpValue {
  const { cpus, maxcpus, sockets, cores, threads } = smp ?? {
    ...{ cpus: harts, maxcpus: harts, sockets: 1, cores: harts, threads: 1 },
  };
  return {
    ...{ cpus: BigInt(cpus), maxcpus: BigInt(maxcpus), sockets: BigInt(sockets), dies: 1n, clusters: 1n },
    ...{ cores: BigInt(cores), threads: BigInt(threads) },
  };
}

const AIA_KINDS = ['none', 'aplic', 'aplic-imsic'];

/** `-machine` properties that the board knows, with the only values that it can honour. */
const FIXED: Readonly<Record<string, readonly string[] | 'any'>> = {
  type: ['virt'],
  aclint: ['off'],
  acpi: ['on', 'off', 'auto'],
  aia: ['none'],
  usb: ['off'],
  pflash0: 'any',
  pflash1: 'any',
};

/** `/machine`: the root of all devices. */
export class VirtMachine extends QomObject {
  constructor(config: MachineConfig) {
    super('virt-machine');
    for (const { name, type, description, value } of ROWS) {
      const current = value(config);
      this.define(name, { type, description, get: () => current });
    }
  }
}

/** @throws QmpError for a -machine property that the board does not have or cannot honour */
export function checkMachineProperties(properties: MachineConfig['machineProperties']): void {
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'memory-backend') continue; // any object of the kind
    const allowed = FIXED[name];
    if (!allowed) throw new QmpError(`Property 'virt-machine.${name}' not found`);
    if (name === 'aclint' || name === 'usb') booleanOf(name, value);
    if (name === 'aia' && !AIA_KINDS.includes(value)) {
      throw new QmpError(
        `Invalid AIA interrupt controller type\nValid values are ${AIA_KINDS[0]}, ${AIA_KINDS[1]}, and ${AIA_KINDS[2]}.`,
      );
    }
    if (allowed !== 'any' && !allowed.includes(value)) {
      throw new QmpError(`machine 'virt' does not support ${name}=${value}: only ${allowed.join(', ')}`);
    }
  }
}
