import type { QmpValue } from '../../../qapi/value.ts';
import type { PropertyKind, PropertySpec, TypeInfo } from '../../qom/types.ts';

export function property(
  name: string,
  kind: PropertyKind,
  defaultValue?: QmpValue,
  description?: string,
): PropertySpec {
  return {
    name,
    kind,
    ...(defaultValue === undefined ? {} : { defaultValue }),
    ...(description === undefined ? {} : { description }),
  };
}

/** A switch that is a bit of a word of flags: QEMU describes these as on/off. */
export function flag(name: string, defaultValue: boolean): PropertySpec {
  return property(name, 'on/off', defaultValue, 'on/off');
}

const device: PropertySpec[] = [
  property('addr', 'pci-devfn', -1, 'Slot and optional function number, example: 06.0 or 06'),
  property('romfile', 'str'),
  property('romsize', 'uint32', 0xffff_ffff),
  property('rombar', 'int32', -1),
  flag('multifunction', false),
  flag('x-pcie-lnksta-dllla', true),
  flag('x-pcie-extcap-init', true),
  property('failover_pair_id', 'str'),
  property('acpi-index', 'uint32', 0),
  flag('x-pcie-err-unc-mask', true),
  flag('x-pcie-ari-nextfn-1', false),
  property(
    'x-max-bounce-buffer-size',
    'size',
    4096n,
    'Maximum buffer size allocated for bounce buffers used for mapped access to indirect DMA memory',
  ),
  property('sriov-pf', 'str'),
  flag('x-pcie-ext-tag', true),
  property('busnr', 'busnr'),
];

const UNLIMITED = 2n ** 64n - 1n;

const rootPort: PropertySpec[] = [
  property('x-migrate-msix', 'bool', true),
  property('bus-reserve', 'uint32', 0xffff_ffff),
  ...['io', 'mem', 'pref32', 'pref64'].map(name => property(`${name}-reserve`, 'size', UNLIMITED)),
  property('x-speed', 'PCIELinkSpeed', '16', '2_5/5/8/16/32/64'),
  property('x-width', 'PCIELinkWidth', '32', '1/2/4/8/12/16/32'),
];

const slot: PropertySpec[] = [
  flag('power_controller_present', true),
  property('disable-acs', 'bool', false),
  property('chassis', 'uint8', 0),
  property('slot', 'uint16', 0),
  property('hotplug', 'bool', true),
  property('x-do-not-expose-native-hotplug-cap', 'bool', false),
  property('port', 'uint8', 0),
  property('aer_log_max', 'uint16', 8),
  property('x-pci-express-writeable-slt-bug', 'bool', false),
];

const host: PropertySpec[] = [
  property('allow-unmapped-accesses', 'bool', true),
  ...['ecam', 'pio', 'below-4g-mmio', 'above-4g-mmio'].flatMap(name => [
    property(`x-${name}-base`, 'uint64', 0n),
    property(`x-${name}-size`, 'size', 0n),
  ]),
  property('num-irqs', 'uint8', 4),
  property('x-config-reg-migration-enabled', 'bool', true),
  property('bypass-iommu', 'bool', false),
];

const bridges = { bus: 'PCI', category: 'Controller/Bridge/Hub' } as const;

/** QOM types of the host bridge, buses and bridges; the devices' own tables add theirs. */
export const pciTypes: readonly TypeInfo[] = [
  { name: 'PCI', parent: 'bus' },
  { name: 'PCIE', parent: 'PCI' },
  {
    name: 'gpex-pcihost',
    parent: 'sys-bus-device',
    bus: 'System',
    category: 'Controller/Bridge/Hub',
    userCreatable: false,
    properties: host,
  },
  { name: 'pci-device', parent: 'device', abstract: true, bus: 'PCI', properties: device },
  {
    name: 'gpex-root',
    parent: 'pci-device',
    ...bridges,
    description: 'QEMU generic PCIe host bridge',
    userCreatable: false,
  },
  { name: 'base-pci-bridge', parent: 'pci-device', abstract: true, ...bridges },
  { name: 'pcie-port', parent: 'base-pci-bridge', abstract: true, ...bridges },
  { name: 'pcie-slot', parent: 'pcie-port', abstract: true, ...bridges, properties: slot },
  {
    name: 'pcie-root-port',
    parent: 'pcie-slot',
    ...bridges,
    description: 'PCI Express Root Port',
    userCreatable: true,
    properties: rootPort,
  },
];
