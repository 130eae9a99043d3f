import type { AddressSpace } from '../../memory/address-space.ts';
import { QUEUE_MAX_SIZE } from './constants.ts';
import { DESC_INDIRECT, DESC_NEXT, DESC_SIZE, DESC_WRITE, type Descriptor, readDescriptor } from './ring.ts';
import type { Segment } from './segments.ts';

/** The driver broke a rule of the ring: the device stops until it is reset (virtio 1.2, 2.1.2). */
export class RingError extends Error {
  override readonly name = 'RingError';
}

/** A run of descriptors that may be followed: the queue's table or an indirect one. */
export interface DescriptorTable {
  readonly address: number;
  readonly count: number;
}

export interface Chain {
  /** What the device reads. */
  readonly out: Segment[];
  /** What the device writes. */
  readonly in: Segment[];
}

/** The table in which the chain that starts at `head` lies, and its first descriptor. @throws RingError */
export function enterChain(
  memory: AddressSpace,
  table: DescriptorTable,
  head: number,
): { table: DescriptorTable; first: Descriptor } {
  const first = readDescriptor(memory, table.address, head);
  if ((first.flags & DESC_INDIRECT) === 0) return { table, first };
  if (first.length === 0 || first.length % DESC_SIZE !== 0) {
    throw new RingError('Invalid size for indirect buffer table');
  }
  if (memory.hostRange(first.address, first.length, false) < 0) {
    throw new RingError('Cannot map indirect buffer');
  }
  const indirect = { address: first.address, count: first.length / DESC_SIZE };
  return { table: indirect, first: readDescriptor(memory, indirect.address, 0) };
}

/** Collects the buffers of a chain, checking every rule that keeps the device safe. @throws RingError */
export function readChain(memory: AddressSpace, ring: DescriptorTable, head: number): Chain {
  const { table, first } = enterChain(memory, ring, head);
  const chain: Chain = { out: [], in: [] };
  let descriptor = first;
  for (let entries = 1; ; entries++) {
    addSegment(memory, chain, descriptor);
    if (entries > table.count) throw new RingError('Looped descriptor');
    if ((descriptor.flags & DESC_NEXT) === 0) return chain;
    if (descriptor.next >= table.count) throw new RingError(`Desc next is ${descriptor.next}`);
    descriptor = readDescriptor(memory, table.address, descriptor.next);
  }
}

function addSegment(memory: AddressSpace, chain: Chain, descriptor: Descriptor): void {
  const { address, length } = descriptor;
  const write = (descriptor.flags & DESC_WRITE) !== 0;
  if (!write && chain.in.length > 0) throw new RingError('Incorrect order for descriptors');
  if (length === 0) throw new RingError('virtio: zero sized buffers are not allowed');
  if (chain.in.length + chain.out.length >= QUEUE_MAX_SIZE) {
    throw new RingError('virtio: too many write descriptors in indirect table');
  }
  if (!memory.isMemory(address, length, write)) {
    throw new RingError('virtio: bogus descriptor or out of resources');
  }
  (write ? chain.in : chain.out).push({ address, length });
}
