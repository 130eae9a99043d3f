import type { QmpValue } from '../../../qapi/value.ts';
import { blockProperties, bootIndex, geometryProperties } from '../../block/device-properties.ts';
import type { PropertyKind, PropertySpec, TypeInfo } from '../../qom/types.ts';
import { gpuTypes } from './gpu-types.ts';
import { inputTypes } from './input-types.ts';

/** A switch that is a feature bit or the like: QEMU describes these as on/off. */
function onOff(defaultValue: boolean, ...names: string[]): PropertySpec[] {
  return names.map(name => ({ name, kind: 'on/off', defaultValue, description: 'on/off' }));
}

function row(name: string, kind: PropertyKind, defaultValue?: QmpValue, description?: string): PropertySpec {
  return {
    name,
    kind,
    ...(defaultValue === undefined ? {} : { defaultValue }),
    ...(description === undefined ? {} : { description }),
  };
}

const queueThreads = row(
  'iothread-vq-mapping',
  'IOThreadVirtQueueMappingList',
  undefined,
  'IOThread virtqueue mapping list [{"iothread":"<id>", "vqs":[1,2,3,...]},...]',
);

const common: PropertySpec[] = [
  ...onOff(true, 'indirect_desc', 'event_idx', 'notify_on_empty', 'any_layout'),
  ...onOff(false, 'iommu_platform', 'packed'),
  ...onOff(true, 'queue_reset'),
  ...onOff(false, 'in_order'),
  ...onOff(true, 'use-started', 'use-disabled-flag'),
  ...onOff(false, 'x-disable-legacy-check'),
];

const blk: PropertySpec[] = [
  ...blockProperties,
  ...geometryProperties,
  row('serial', 'str'),
  ...onOff(true, 'config-wce', 'request-merging'),
  row('num-queues', 'uint16', 65535),
  row('queue-size', 'uint16', 256),
  ...onOff(true, 'seg-max-adjust'),
  row('iothread', 'link<iothread>'),
  queueThreads,
  ...onOff(true, 'discard', 'report-discard-granularity', 'write-zeroes'),
  row('max-discard-sectors', 'uint32', 4194303),
  row('max-write-zeroes-sectors', 'uint32', 4194303),
  ...onOff(true, 'x-enable-wce-if-config-wce'),
];

const net: PropertySpec[] = [
  ...onOff(true, 'csum', 'guest_csum', 'gso', 'guest_tso4', 'guest_tso6', 'guest_ecn', 'guest_ufo'),
  ...onOff(true, 'guest_announce', 'host_tso4', 'host_tso6', 'host_ecn', 'host_ufo', 'mrg_rxbuf', 'status'),
  ...onOff(true, 'ctrl_vq', 'ctrl_rx', 'ctrl_vlan', 'ctrl_rx_extra', 'ctrl_mac_addr', 'ctrl_guest_offloads'),
  ...onOff(false, 'mq', 'rss', 'hash'),
  row('ebpf-rss-fds', 'list'),
  ...onOff(false, 'guest_rsc_ext'),
  row('rsc_interval', 'uint32', 300000),
  row('mac', 'macaddr', undefined, 'Ethernet 6-byte MAC Address, example: 52:54:00:12:34:56'),
  row('netdev', 'netdev', undefined, 'ID of a netdev to use as a backend'),
  row('x-txtimer', 'uint32', 150000),
  row('x-txburst', 'int32', 256),
  row('tx', 'str'),
  row('rx_queue_size', 'uint16', 256),
  row('tx_queue_size', 'uint16', 256),
  row('host_mtu', 'uint16', 0),
  ...onOff(true, 'x-mtu-bypass-backend'),
  row('speed', 'int32', -1),
  row('duplex', 'str'),
  ...onOff(false, 'failover'),
  ...onOff(true, 'guest_uso4', 'guest_uso6', 'host_uso'),
];

const balloon: PropertySpec[] = [
  ...onOff(false, 'deflate-on-oom', 'free-page-hint'),
  ...onOff(true, 'page-poison'),
  ...onOff(false, 'free-page-reporting', 'qemu-4-0-config-size'),
];

const chardev = row('chardev', 'chr', undefined, 'ID of a chardev to use as a backend');

function device(
  name: string,
  category: TypeInfo['category'],
  properties: readonly PropertySpec[],
  hidden: readonly PropertySpec[] = [],
): TypeInfo {
  return {
    name,
    parent: 'virtio-device',
    bus: 'virtio-bus',
    userCreatable: true,
    properties,
    hidden,
    ...(category === undefined ? {} : { category }),
  };
}

/** The types of this folder, to be joined with the board's (which has object, device, bus, sys-bus-device). */
export const virtioTypes: readonly TypeInfo[] = [
  {
    name: 'virtio-mmio',
    parent: 'sys-bus-device',
    category: 'Misc',
    bus: 'System',
    properties: onOff(true, 'format_transport_address', 'force-legacy', 'ioeventfd'),
  },
  { name: 'virtio-bus', parent: 'bus', abstract: true },
  { name: 'virtio-mmio-bus', parent: 'virtio-bus' },
  { name: 'virtio-device', parent: 'device', abstract: true, bus: 'virtio-bus', properties: common },
  device('virtio-blk-device', 'Storage', blk, [bootIndex]),
  device('virtio-net-device', 'Network', net, [bootIndex]),
  device('virtio-serial-device', 'Input', [
    row('max_ports', 'uint32', 31),
    ...onOff(true, 'emergency-write'),
  ]),
  device('virtio-balloon-device', 'Misc', balloon),
  device('virtio-9p-device', 'Storage', [row('mount_tag', 'str'), row('fsdev', 'str')]),
  device('virtio-rng-device', 'Misc', [
    row('max-bytes', 'uint64', 2n ** 63n - 1n),
    row('period', 'uint32', 65536),
    row('rng', 'link<rng-backend>'),
  ]),
  ...inputTypes,
  ...gpuTypes,
  device('virtio-scsi-device', 'Storage', [
    row('num_queues', 'uint32', 0xffff_ffff),
    row('virtqueue_size', 'uint32', 256),
    ...onOff(true, 'seg_max_adjust'),
    row('max_sectors', 'uint32', 65535),
    row('cmd_per_lun', 'uint32', 128),
    ...onOff(true, 'hotplug', 'param_change'),
    row('iothread', 'link<iothread>'),
    queueThreads,
  ]),
  { name: 'virtio-serial-bus', parent: 'bus' },
  {
    name: 'virtio-serial-port',
    parent: 'device',
    abstract: true,
    category: 'Input',
    bus: 'virtio-serial-bus',
    properties: [row('nr', 'uint32', 0xffff_ffff), row('name', 'str')],
  },
  {
    name: 'virtserialport',
    parent: 'virtio-serial-port',
    category: 'Input',
    bus: 'virtio-serial-bus',
    userCreatable: true,
    properties: [chardev],
  },
  {
    name: 'virtconsole',
    parent: 'virtserialport',
    category: 'Input',
    bus: 'virtio-serial-bus',
    userCreatable: true,
  },
  { name: 'rng-backend', parent: 'object', abstract: true },
  { name: 'rng-builtin', parent: 'rng-backend', userCreatable: true },
  { name: 'rng-random', parent: 'rng-backend', userCreatable: true },
];
