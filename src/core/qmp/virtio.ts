import { QmpError } from '../../qapi/errors.ts';
import type { VirtioDeviceFeatures, VirtioDeviceStatus } from '../../qapi/generated/types.ts';
import { VirtioDevice } from '../hw/virtio/device.ts';
import {
  deviceFeatureNames,
  type FeatureNames,
  statusNames,
  transportFeatureNames,
} from '../hw/virtio/feature-names.ts';
import type { Virtqueue } from '../hw/virtio/queue.ts';
import { listingOrder } from '../qom/listing-order.ts';
import { type QomObject, resolvePath } from '../qom/object.ts';
import type { CommandHandlers } from './handlers.ts';
import { queueElement } from './virtio-element.ts';

/** What there is to know about virtio devices and their queues. `root` is the QOM tree. */
export function virtioHandlers(root: QomObject): CommandHandlers {
  return {
    'x-query-virtio': () =>
      [...virtioDevices(root)].map(device => ({ path: device.path, name: device.virtioName })),
    'x-query-virtio-status': ({ path }) => deviceStatus(find(root, path, 'realized VirtIODevice')),
    'x-query-virtio-queue-status': ({ path, queue }) => {
      const device = find(root, path);
      return queueStatus(device, queueOf(device, queue));
    },
    'x-query-virtio-vhost-queue-status': ({ path }) => {
      find(root, path);
      throw new QmpError('Error: vhost device has not started yet');
    },
    'x-query-virtio-queue-element': ({ path, queue, index }) => {
      const device = find(root, path, 'VirtIO device');
      return queueElement(device, queueOf(device, queue), index);
    },
  };
}

/** Every virtio device of the tree that is ready for use, in QEMU's order: devices are children of containers. */
export function* virtioDevices(node: QomObject): Generator<VirtioDevice> {
  if (node instanceof VirtioDevice && node.realized) yield node;
  const names = node.typeName === 'container' ? listingOrder(node.children.keys()) : node.children.keys();
  for (const name of names) yield* virtioDevices(node.children.get(name)!);
}

/** Each command has its own word for what it wants. */
function find(root: QomObject, path: string, wanted = 'VirtIODevice'): VirtioDevice {
  const node = path.startsWith('/') ? resolvePath(root, path) : findPartial(root, path);
  if (node instanceof VirtioDevice && node.realized) return node;
  throw new QmpError(`Path ${path} is not a ${wanted}`);
}

/** A path without a leading slash names the one virtio device whose path ends so. */
function findPartial(root: QomObject, path: string): VirtioDevice | undefined {
  const matches = [...virtioDevices(root)].filter(device => device.path.endsWith(`/${path}`));
  return matches.length === 1 ? matches[0] : undefined;
}

function queueOf(device: VirtioDevice, number: number): Virtqueue {
  const queue = device.queues[number];
  if (!queue) throw new QmpError(`Invalid virtqueue number ${number}`);
  return queue;
}

function deviceStatus(device: VirtioDevice) {
  return {
    name: device.virtioName,
    'device-id': device.deviceId,
    'vhost-started': false,
    'device-endian': 'little',
    'guest-features': decodeFeatures(device.deviceId, device.guestFeatures),
    'host-features': decodeFeatures(device.deviceId, device.hostFeatures),
    'backend-features': decodeFeatures(device.deviceId, device.backendFeatures),
    'num-vqs': BigInt(device.queues.length),
    status: decodeStatus(device.status),
    isr: device.isr,
    'queue-sel': device.queueSel,
    'vm-running': device.env.vmRunning(),
    broken: device.broken,
    disabled: device.disabled,
    'use-started': device.value('use-started') === true,
    started: device.started,
    'start-on-kick': device.startOnKick,
    'disable-legacy-check': device.value('x-disable-legacy-check') === true,
    'bus-name': '',
    'use-guest-notifier-mask': true,
  };
}

function decodeStatus(status: number): VirtioDeviceStatus {
  const set = statusNames.filter(([bit]) => (status & bit) !== 0);
  const unknown = set.reduce((rest, [bit]) => rest & ~bit, status);
  return {
    statuses: set.map(([, text]) => text),
    ...(unknown === 0 ? {} : { 'unknown-statuses': unknown }),
  };
}

/** Bits by name; those that no table knows stay a number. */
export function decodeFeatures(deviceId: number, features: bigint): VirtioDeviceFeatures {
  const transports = pick(transportFeatureNames, features);
  const names = deviceFeatureNames.get(deviceId);
  const own = pick(names ?? [], transports.rest);
  return {
    transports: transports.texts,
    ...(names ? { 'dev-features': own.texts } : {}),
    ...(own.rest === 0n ? {} : { 'unknown-dev-features': own.rest }),
  };
}

function pick(names: FeatureNames, features: bigint): { texts: string[]; rest: bigint } {
  const set = names.filter(([number]) => ((features >> BigInt(number)) & 1n) === 1n);
  const rest = set.reduce((left, [number]) => left & ~(1n << BigInt(number)), features);
  return { texts: set.map(([, text]) => text), rest };
}

function queueStatus(device: VirtioDevice, queue: Virtqueue) {
  return {
    name: device.virtioName,
    'queue-index': queue.index,
    inuse: queue.inuse,
    'vring-num': queue.ring.num,
    'vring-num-default': queue.numDefault,
    'vring-align': queue.ring.align,
    'vring-desc': queue.ring.desc,
    'vring-avail': queue.ring.avail,
    'vring-used': queue.ring.used,
    'last-avail-idx': queue.lastAvailIdx,
    'shadow-avail-idx': queue.shadowAvailIdx,
    'used-idx': queue.usedIdx,
    'signalled-used': queue.signalledUsed,
    'signalled-used-valid': queue.signalledUsedValid,
  };
}
