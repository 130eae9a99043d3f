import type { PropertySpec, TypeInfo } from '../../qom/types.ts';
import { CLASS } from '../pci/registers.ts';
import { flag, property } from '../pci/types.ts';

/** A kind of virtio device as a PCI function. */
export interface VirtioPciRow {
  /** The device inside is `NAME-device`, the function around it `NAME-pci`. */
  readonly name: string;
  /** Device id of the transitional function; without one drivers must speak virtio 1.x (4.1.2.1). */
  readonly transitionalId?: number;
  readonly classCode: number;
  /** MSI-X vectors, or how many there are beside one for each queue of a number of queues. */
  readonly vectors: number | { readonly queues: string; readonly automatic: number; readonly more: number };
  /** Properties of its own, in the order of `info qtree`. */
  readonly properties: readonly ('class' | 'ioeventfd' | 'vectors')[];
  /** Whether `vectors` is the default of the property too, not only what it becomes. */
  readonly vectorsByDefault?: boolean;
  /** Whether the property `class` says what it amounts to. */
  readonly classShown?: boolean;
  /** Default of ioeventfd. */
  readonly ioeventfd?: boolean;
}

const AUTOMATIC_16 = 0xffff;
const AUTOMATIC_32 = 0xffff_ffff;

const ROWS: readonly VirtioPciRow[] = [
  {
    name: 'virtio-blk',
    transitionalId: 0x1001,
    classCode: CLASS.scsi,
    vectors: { queues: 'num-queues', automatic: AUTOMATIC_16, more: 1 },
    properties: ['class', 'ioeventfd', 'vectors'],
  },
  {
    name: 'virtio-net',
    transitionalId: 0x1000,
    classCode: CLASS.ethernet,
    vectors: 4,
    properties: ['ioeventfd', 'vectors'],
  },
  {
    name: 'virtio-rng',
    transitionalId: 0x1005,
    classCode: CLASS.others,
    vectors: 2,
    properties: ['ioeventfd', 'vectors'],
  },
  {
    name: 'virtio-balloon',
    transitionalId: 0x1002,
    classCode: CLASS.others,
    vectors: 2,
    properties: ['ioeventfd', 'vectors'],
  },
  {
    name: 'virtio-serial',
    transitionalId: 0x1003,
    classCode: CLASS.communication,
    vectors: 2,
    vectorsByDefault: true,
    classShown: true,
    properties: ['ioeventfd', 'vectors', 'class'],
  },
  {
    name: 'virtio-scsi',
    transitionalId: 0x1004,
    classCode: CLASS.scsi,
    vectors: { queues: 'num_queues', automatic: AUTOMATIC_32, more: 3 },
    properties: ['ioeventfd', 'vectors'],
  },
  {
    name: 'virtio-9p',
    transitionalId: 0x1009,
    classCode: CLASS.undefined,
    vectors: 2,
    vectorsByDefault: true,
    properties: ['ioeventfd', 'vectors'],
  },
  {
    name: 'virtio-gpu',
    classCode: CLASS.display,
    vectors: 3,
    vectorsByDefault: true,
    properties: ['ioeventfd', 'vectors'],
    ioeventfd: false,
  },
  {
    name: 'virtio-keyboard',
    classCode: CLASS.keyboard,
    vectors: 2,
    vectorsByDefault: true,
    properties: ['vectors'],
  },
  {
    name: 'virtio-mouse',
    classCode: CLASS.mouse,
    vectors: 2,
    vectorsByDefault: true,
    properties: ['vectors'],
  },
  {
    name: 'virtio-tablet',
    classCode: CLASS.input,
    vectors: 2,
    vectorsByDefault: true,
    properties: ['vectors'],
  },
];

const transport: PropertySpec[] = [
  flag('virtio-pci-bus-master-bug-migration', false),
  flag('modern-pio-notify', false),
  flag('x-disable-pcie', false),
  flag('page-per-vq', false),
  property('x-ignore-backend-features', 'bool', false),
  flag('ats', false),
  flag('x-ats-page-aligned', true),
  flag('x-pcie-deverr-init', true),
  flag('x-pcie-lnkctl-init', true),
  flag('x-pcie-pm-init', true),
  flag('x-pcie-pm-no-soft-reset', false),
  flag('x-pcie-flr-init', true),
  flag('aer', false),
];

/** Which drivers a function is for, chosen by properties. */
const modes: PropertySpec[] = [
  property('disable-legacy', 'OnOffAuto', 'auto', 'on/off/auto'),
  property('disable-modern', 'bool', false),
];

const UNSPECIFIED = 0xffff_ffff;

/** Value of `vectors` that leaves the number to the device. */
export const VECTORS_UNSPECIFIED = UNSPECIFIED;

function ownProperties({
  properties,
  vectors,
  vectorsByDefault,
  ioeventfd = true,
}: VirtioPciRow): PropertySpec[] {
  const initial = vectorsByDefault && typeof vectors === 'number' ? vectors : UNSPECIFIED;
  const specs = {
    class: property('class', 'uint32', 0),
    ioeventfd: flag('ioeventfd', ioeventfd),
    vectors: property('vectors', 'uint32', initial),
  };
  return properties.map(name => specs[name]);
}

/** The row of a type such as virtio-blk-pci or virtio-blk-pci-transitional. */
export function virtioPciRow(typeName: string): VirtioPciRow {
  const row = ROWS.find(({ name }) => typeName === `${name}-pci` || typeName.startsWith(`${name}-pci-`));
  if (!row) throw new Error(`${typeName} is no virtio function`);
  return row;
}

/** The PCI functions around those virtio devices that `rows` has. */
export function virtioPciTypes(rows: readonly TypeInfo[]): TypeInfo[] {
  const inside = new Map(rows.map(row => [row.name, row]));
  const types = ROWS.flatMap(row => {
    const device = inside.get(`${row.name}-device`);
    return device ? functionTypes(row, device) : [];
  });
  return [
    { name: 'virtio-pci-bus', parent: 'virtio-bus' },
    { name: 'virtio-pci', parent: 'pci-device', abstract: true, bus: 'PCI', properties: transport },
    ...types,
  ];
}

function functionTypes(row: VirtioPciRow, device: TypeInfo): TypeInfo[] {
  const base = `${row.name}-pci-base`;
  const common = {
    parent: base,
    bus: 'PCI',
    userCreatable: true,
    inside: device.name,
    ...(device.category === undefined ? {} : { category: device.category }),
  };
  const name = `${row.name}-pci`;
  return [
    { name: base, parent: 'virtio-pci', abstract: true, bus: 'PCI', properties: ownProperties(row) },
    { ...common, name, alias: row.name, properties: modes },
    ...(row.transitionalId === undefined
      ? []
      : [
          { ...common, name: `${name}-transitional` },
          { ...common, name: `${name}-non-transitional` },
        ]),
  ];
}
