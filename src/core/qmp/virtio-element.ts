import { QmpError } from '../../qapi/errors.ts';
import type { VirtioQueueElement, VirtioRingDesc } from '../../qapi/generated/types.ts';
import { enterChain, RingError } from '../hw/virtio/descriptors.ts';
import type { VirtioDevice } from '../hw/virtio/device.ts';
import type { Virtqueue } from '../hw/virtio/queue.ts';
import { DESC_INDIRECT, DESC_NEXT, DESC_WRITE, type Descriptor, readDescriptor } from '../hw/virtio/ring.ts';
import { DmaError } from '../memory/address-space.ts';

/** Flags in the order in which they are listed; the last two belong to packed rings. */
const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [1 << 15, 'used'],
  [1 << 7, 'avail'],
  [DESC_INDIRECT, 'indirect'],
  [DESC_WRITE, 'write'],
  [DESC_NEXT, 'next'],
];

/**
 * The chain at position `index` of the available ring, by default the one that the device takes next.
 * Reading it changes nothing. The descriptors come last one first, as clients of this command expect.
 * @throws QmpError when the rings cannot be read
 */
export function queueElement(
  device: VirtioDevice,
  queue: Virtqueue,
  index: number | undefined,
): VirtioQueueElement {
  if (queue.ring.desc === 0n || queue.ring.unmapped(false) !== null) {
    throw new QmpError('Region caches not initialized');
  }
  try {
    return readElement(device, queue, index ?? queue.lastAvailIdx);
  } catch (error) {
    if (error instanceof RingError || error instanceof DmaError) throw new QmpError(error.message);
    throw error;
  }
}

function readElement(device: VirtioDevice, queue: Virtqueue, position: number): VirtioQueueElement {
  const { ring } = queue;
  const head = ring.availEntry(position);
  if (head >= ring.num) throw new RingError(`Guest says index ${head} is available`);
  return {
    name: device.virtioName,
    index: head,
    descs: chainDescriptors(device, queue, head).map(describe).reverse(),
    avail: { flags: ring.availFlags, idx: ring.availIdx, ring: head },
    used: { flags: ring.usedFlags, idx: ring.usedIdx },
  };
}

/** Follows the chain as far as it is sound; a loop ends after as many entries as the ring has. */
function chainDescriptors(device: VirtioDevice, queue: Virtqueue, head: number): Descriptor[] {
  const ringTable = { address: Number(queue.ring.desc), count: queue.ring.num };
  const { table, first } = enterChain(device.memory, ringTable, head);
  const out = [first];
  for (let last = first; (last.flags & DESC_NEXT) !== 0 && out.length < queue.ring.num; ) {
    if (last.next >= table.count) break;
    last = readDescriptor(device.memory, table.address, last.next);
    out.push(last);
  }
  return out;
}

function describe(descriptor: Descriptor): VirtioRingDesc {
  return {
    addr: (BigInt(descriptor.addressHigh) << 32n) | BigInt(descriptor.addressLow),
    len: descriptor.length,
    flags: FLAG_NAMES.filter(([bit]) => (descriptor.flags & bit) !== 0).map(([, name]) => name),
  };
}
