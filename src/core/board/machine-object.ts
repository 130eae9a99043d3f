import { QmpError } from '../../qapi/errors.ts';
import { booleanOf } from '../../qapi/text-values.ts';
import type { QmpValue } from '../../qapi/value.ts';
import type { MachineConfig, MachineName } from '../config.ts';
import { kindOf } from '../machine-kinds.ts';
import { QomObject } from '../qom/object.ts';

/** A property of the machine that is set on the command line and only read later. */
interface Row {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly value: (config: MachineConfig) => QmpValue;
}

const always = (value: QmpValue) => () => value;

/** What every machine has. */
const COMMON: readonly Row[] = [
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
    value: ramPath,
  },
  { name: 'usb', type: 'bool', description: 'USB controller', value: always(false) },
  { name: 'graphics', type: 'bool', description: 'Graphics output', value: always(false) },
];

const OF_VIRT: readonly Row[] = [
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
];

const ROWS: Readonly<Record<MachineName, readonly Row[]>> = {
  none: COMMON,
  virt: [...COMMON, ...OF_VIRT],
};

function ramPath(config: MachineConfig): string {
  const name = config.machineProperties['memory-backend'];
  if (name === undefined && config.ramSize === 0) return '';
  return `/objects/${name ?? kindOf(config).ramId}`;
}

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

/** `-machine` properties with the only values that can be honoured. */
const FIXED: Readonly<Record<string, readonly string[] | 'any'>> = {
  aclint: ['off'],
  acpi: ['on', 'off', 'auto'],
  aia: ['none'],
  usb: ['off'],
  pflash0: 'any',
  pflash1: 'any',
};

/** `/machine`: the root of all devices. */
export class MachineObject extends QomObject {
  constructor(config: MachineConfig) {
    const { name: machine } = kindOf(config);
    super(`${machine}-machine`);
    for (const { name, type, description, value } of ROWS[machine]) {
      const current = value(config);
      this.define(name, { type, description, get: () => current });
    }
  }
}

/** @throws QmpError for a -machine property that the board does not have or cannot honour */
export function checkMachineProperties(config: MachineConfig): void {
  const { name: machine } = kindOf(config);
  for (const [name, value] of Object.entries(config.machineProperties)) {
    if (name === 'memory-backend') continue; // any object of the kind
    const allowed = ROWS[machine].some(row => row.name === name) ? FIXED[name] : undefined;
    if (!allowed) throw new QmpError(`Property '${machine}-machine.${name}' not found`);
    if (name === 'aclint' || name === 'usb') booleanOf(name, value);
    if (name === 'aia' && !AIA_KINDS.includes(value)) {
      throw new QmpError(
        `Invalid AIA interrupt controller type\nValid values are ${AIA_KINDS[0]}, ${AIA_KINDS[1]}, and ${AIA_KINDS[2]}.`,
      );
    }
    if (allowed !== 'any' && !allowed.includes(value)) {
      throw new QmpError(
        `machine '${machine}' does not support ${name}=${value}: only ${allowed.join(', ')}`,
      );
    }
  }
}
