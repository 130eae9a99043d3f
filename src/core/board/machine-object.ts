import { QmpError } from '../../qapi/errors.ts';
import { booleanOf } from '../../qapi/text-values.ts';
import type { QmpValue } from '../../qapi/value.ts';
import type { MachineConfig, MachineName } from '../config.ts';
import { kindOf } from '../machine-kinds.ts';
import { QomObject } from '../qom/object.ts';
import { AIA_KINDS, interruptModel } from './interrupt-model.ts';

/** A property of the machine that is set on the command line and only read later. */
interface Row {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly value: (config: MachineConfig) => QmpValue;
}

const always = (value: QmpValue) => () => value;

/** What is as the command line says, `otherwise` without a word. @throws QmpError for what is neither on nor off */
const given =
  (name: string, otherwise: boolean) =>
  ({ machineProperties: { [name]: text } }: MachineConfig) =>
    text === undefined ? otherwise : booleanOf(name, text);

const imageName = (image: { readonly name: string } | null | undefined) => image?.name ?? '';

const CACHES = ['l1d', 'l1i', 'l2', 'l3'];

/** What every machine has, in the order of QEMU's list. */
const COMMON: readonly Row[] = [
  ...rows('string', [
    ['kernel', 'Linux kernel image file', c => imageName(c.kernel)],
    ['dt-compatible', "The root node's compatible property", always('')],
  ]),
  { name: 'boot', type: 'BootConfiguration', description: 'Boot configuration', value: always({}) },
  {
    name: 'memory',
    type: 'MemorySizeConfiguration',
    description: 'Memory size configuration',
    value: c => ({ size: BigInt(c.ramSize) }),
  },
  ...rows('string', [['initrd', 'Linux initial ramdisk file', c => imageName(c.initrd)]]),
  ...rows('link<confidential-guest-support>', [
    ['confidential-guest-support', 'What keeps the guest from the host', always('')],
  ]),
  ...rows('bool', [
    ['aux-ram-share', 'Whether memory beside the RAM is shared', always(false)],
    ['graphics', 'Graphics output', given('graphics', true)],
    ['usb', 'USB controller', always(false)],
  ]),
  ...rows('string', [
    ['firmware', 'Firmware image', c => (c.firmware?.builtIn ? '' : imageName(c.firmware))],
    ['memory-encryption', 'Object that encrypts memory', always('')],
  ]),
  ...rows('bool', [
    ['dump-guest-core', 'Whether RAM is in a core dump of the program', given('dump-guest-core', true)],
  ]),
  { name: 'smp', type: 'SMPConfiguration', description: 'CPU topology', value: topology },
  ...rows('string', [['shim', 'Loader before the kernel', always('')]]),
  {
    name: 'smp-cache',
    type: 'SmpCachePropertiesWrapper',
    description: 'Caches of the harts',
    value: always(CACHES.map(cache => ({ cache, topology: 'default' }))),
  },
  ...rows('string', [
    ['dumpdtb', 'File that takes the device tree', c => c.machineProperties['dumpdtb'] ?? ''],
  ]),
  {
    name: 'phandle-start',
    type: 'int',
    description: 'The first handle of the device tree',
    value: always(0n),
  },
  { name: 'memory-backend', type: 'link<memory-backend>', description: 'Set RAM backend', value: ramPath },
  ...rows('bool', [['mem-merge', 'Whether the host may join equal pages', given('mem-merge', true)]]),
  ...rows('string', [
    ['dtb', 'Linux kernel device tree file', c => imageName(c.dtb)],
    ['append', 'Linux kernel command line', c => c.append],
  ]),
  ...rows('bool', [['suppress-vmdesc', 'Whether a migration leaves its description out', always(false)]]),
];

const OF_VIRT: readonly Row[] = [
  ...rows('OnOffAuto', [['iommu-sys', 'IOMMU for all devices', always('auto')]]),
  ...rows('string', [['aia-guests', 'Files of interrupts for guests of the guest', always('0')]]),
  ...rows('OnOffAuto', [['acpi', 'ACPI tables for the guest', c => c.machineProperties['acpi'] ?? 'auto']]),
  ...rows('string', [
    ['aia', 'Kind of advanced interrupt architecture', c => interruptModel(c.machineProperties).aia],
  ]),
  ...rows('bool', [['aclint', 'Separate ACLINT devices in place of a CLINT', given('aclint', false)]]),
];

/** What is the machine's own and not of its type: listed among its children. */
const OWN: readonly Row[] = rows('bool', [
  ['hmat', 'Tables of memory attributes', always(false)],
  ['spcr', 'A table of the serial port', always(true)],
]);

const FLASH: readonly Row[] = ['pflash0', 'pflash1'].map(name => ({
  name,
  type: 'str',
  description: 'Node name or ID of a block device to use as a backend',
  value: c => c.machineProperties[name] ?? '',
}));

function rows(
  type: string,
  list: readonly (readonly [name: string, description: string, value: Row['value']])[],
): Row[] {
  return list.map(([name, description, value]) => ({ name, type, description, value }));
}

const ROWS: Readonly<Record<MachineName, { readonly ofType: readonly Row[]; readonly own: readonly Row[] }>> =
  {
    none: { ofType: COMMON, own: OWN.filter(({ name }) => name === 'spcr') },
    virt: { ofType: [...COMMON, ...OF_VIRT], own: [...OWN, ...FLASH] },
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
    ...{ cpus: BigInt(cpus), maxcpus: BigInt(maxcpus), drawers: 1n, books: 1n, sockets: BigInt(sockets) },
    ...{ dies: 1n, clusters: 1n, modules: 1n, cores: BigInt(cores), threads: BigInt(threads) },
  };
}

const ON_OFF_AUTO = ['on', 'off', 'auto'];

/** On or off, to the host alone: nothing here draws, dumps or joins memory. */
const HINTS: readonly string[] = ['graphics', 'dump-guest-core', 'mem-merge'];

/** `-machine` properties with the only values that can be honoured. */
const FIXED: Readonly<Record<string, readonly string[] | 'any'>> = {
  aclint: 'any',
  acpi: ['on', 'off', 'auto'],
  aia: 'any',
  'aia-guests': ['0'],
  usb: ['off'],
  hmat: ['off'],
  spcr: ['on'],
  'iommu-sys': ['off', 'auto'],
  dumpdtb: 'any',
  pflash0: 'any',
  pflash1: 'any',
};

/** `/machine`: the root of all devices. */
export class MachineObject extends QomObject {
  override readonly firstAdded = ['hmat', 'spcr', 'virt.flash0', 'virt.flash1', 'pflash0', 'pflash1'];

  constructor(config: MachineConfig) {
    const { name: machine } = kindOf(config);
    super(`${machine}-machine`);
    const { ofType, own } = ROWS[machine];
    for (const row of ofType) this.#define(row, config, false);
    for (const row of own) this.#define(row, config, true);
  }

  #define({ name, type, description, value }: Row, config: MachineConfig, ownInstance: boolean): void {
    const current = value(config);
    this.define(name, { type, description, ownInstance, get: () => current });
  }
}

const NAME_COLUMN = 24; // descriptions begin after it

/** What `-machine NAME,help` prints. */
export function formatMachineOptions(machine: MachineName): string {
  const { ofType } = ROWS[machine];
  const lines = ofType.map(({ name, type, description }) => {
    return `${`  ${name}=<${type}>`.padEnd(NAME_COLUMN)} - ${description}\n`;
  });
  lines.sort((a, b) => (a < b ? -1 : 1)); // by code, so that a hyphen comes before the equals sign
  return `${machine}-machine options:\n${lines.join('')}`;
}

/** @throws QmpError for a -machine property that the board does not have or cannot honour */
export function checkMachineProperties(config: MachineConfig): void {
  const { name: machine } = kindOf(config);
  for (const [name, value] of Object.entries(config.machineProperties)) {
    if (name === 'memory-backend') continue; // any object of the kind
    const { ofType, own } = ROWS[machine];
    if (HINTS.includes(name)) {
      booleanOf(name, value);
      continue;
    }
    const allowed = [...ofType, ...own].some(row => row.name === name) ? FIXED[name] : undefined;
    if (!allowed) throw new QmpError(`Property '${machine}-machine.${name}' not found`);
    if (['aclint', 'usb', 'hmat', 'spcr'].includes(name)) booleanOf(name, value);
    if (name === 'aia' && !AIA_KINDS.some(kind => kind === value)) {
      throw new QmpError(
        `Invalid AIA interrupt controller type\nValid values are ${AIA_KINDS[0]}, ${AIA_KINDS[1]}, and ${AIA_KINDS[2]}.`,
      );
    }
    if (name === 'aia-guests' && !/^[0-7]$/.test(value)) {
      throw new QmpError('Invalid number of AIA IMSIC guests\nValid values be between 0 and 7.');
    }
    if ((name === 'acpi' || name === 'iommu-sys') && !ON_OFF_AUTO.includes(value)) {
      throw new QmpError(`Parameter '${name}' does not accept value '${value}'`);
    }
    if (allowed !== 'any' && !allowed.includes(value)) {
      throw new QmpError(
        `machine '${machine}' does not support ${name}=${value}: only ${allowed.join(', ')}`,
      );
    }
  }
}
