/** Split virtqueues as they lie in guest memory, read with `xp` alone; virtio 1.2, section 2.7. */
import type { TestVm } from './vm.ts';

const DESC_NEXT = 1;
const DESC_WRITE = 2;
const DESC_INDIRECT = 4;
const DESC_SIZE = 16;

interface Descriptor {
  readonly address: bigint;
  readonly length: number;
  readonly flags: number;
  readonly next: number;
}

export interface Ring {
  readonly descriptors: readonly Descriptor[];
  readonly avail: { readonly flags: number; readonly idx: number; readonly ring: readonly number[] };
  readonly used: { readonly flags: number; readonly idx: number };
}

/** The bytes at a guest-physical address, as `xp` prints them. */
export async function physicalBytes(vm: TestVm, address: bigint, length: number): Promise<Buffer> {
  const dump = await vm.hmp(`xp /${length}xb 0x${address.toString(16)}`);
  const bytes = dump
    .split('\n')
    .flatMap(line => line.replace(/^[0-9a-f]+:/, '').match(/0x[0-9a-f]{2}/g) ?? []);
  if (bytes.length !== length) throw new Error(`xp gave ${bytes.length} bytes of ${length}:\n${dump}`);
  return Buffer.from(bytes.map(Number));
}

/** The values of `info virtio-queue-status` by their names. */
export async function queueStatus(
  vm: TestVm,
  path: string,
  queue: number,
): Promise<ReadonlyMap<string, string>> {
  const text = await vm.hmp(`info virtio-queue-status ${path} ${queue}`);
  return new Map([...text.matchAll(/^ +(\w+): +(\S+)$/gm)].map(([, name, value]) => [name!, value!]));
}

/** Reads the ring whose addresses are in a queue's status. */
export async function readRing(vm: TestVm, status: ReadonlyMap<string, string>): Promise<Ring> {
  const num = Number(status.get('num'));
  const at = (name: string) => BigInt(status.get(name)!);
  const avail = await physicalBytes(vm, at('avail'), 4 + 2 * num);
  const used = await physicalBytes(vm, at('used'), 4);
  return {
    descriptors: await readTable(vm, at('desc'), num),
    avail: {
      flags: avail.readUInt16LE(0),
      idx: avail.readUInt16LE(2),
      ring: Array.from({ length: num }, (_, index) => avail.readUInt16LE(4 + 2 * index)),
    },
    used: { flags: used.readUInt16LE(0), idx: used.readUInt16LE(2) },
  };
}

async function readTable(vm: TestVm, address: bigint, count: number): Promise<Descriptor[]> {
  const bytes = await physicalBytes(vm, address, count * DESC_SIZE);
  return Array.from({ length: count }, (_, index) => ({
    address: bytes.readBigUInt64LE(index * DESC_SIZE),
    length: bytes.readUInt32LE(index * DESC_SIZE + 8),
    flags: bytes.readUInt16LE(index * DESC_SIZE + 12),
    next: bytes.readUInt16LE(index * DESC_SIZE + 14),
  }));
}

async function chainAt(vm: TestVm, ring: Ring, head: number): Promise<Descriptor[]> {
  const first = ring.descriptors[head]!;
  const indirect = (first.flags & DESC_INDIRECT) !== 0;
  const table = indirect ? await readTable(vm, first.address, first.length / DESC_SIZE) : ring.descriptors;
  const chain = [indirect ? table[0]! : first];
  while ((chain.at(-1)!.flags & DESC_NEXT) !== 0) chain.push(table[chain.at(-1)!.next]!);
  return chain;
}

function describe({ address, length, flags }: Descriptor): string {
  const names = [
    [DESC_INDIRECT, 'indirect'],
    [DESC_WRITE, 'write'],
    [DESC_NEXT, 'next'],
  ] as const;
  const set = names.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  const suffix = set.length === 0 ? '' : ` (${set.join(', ')})`;
  return `        addr 0x${address.toString(16)} len ${length}${suffix}`;
}

/** What `info virtio-queue-element PATH QUEUE INDEX` has to print for a ring. */
export async function elementText(
  vm: TestVm,
  path: string,
  name: string,
  ring: Ring,
  index: number,
): Promise<string> {
  const head = ring.avail.ring[index % ring.avail.ring.length]!;
  const chain = (await chainAt(vm, ring, head)).reverse().map(describe);
  return [
    `${path}:`,
    `  device_name: ${name}`,
    `  index:   ${head}`,
    '  desc:',
    '    descs:',
    chain.join(',\n'),
    '  avail:',
    `    flags: ${ring.avail.flags}`,
    `    idx:   ${ring.avail.idx}`,
    `    ring:  ${head}`,
    '  used:',
    `    flags: ${ring.used.flags}`,
    `    idx:   ${ring.used.idx}`,
    '',
  ].join('\n');
}
