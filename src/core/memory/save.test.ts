import { describe, expect, it } from 'vitest';
import { HostMemory } from '../host-memory.ts';
import { AddressSpace } from './address-space.ts';
import { MemoryRegion } from './region.ts';
import { NotMemoryError, physicalPieces, virtualPieces } from './save.ts';

function space() {
  const host = new HostMemory(0x20000);
  const root = new MemoryRegion('system', 'container', 1n << 64n);
  const hostOffset = host.allocate('ram', 0x2000);
  const ops = { read: (offset: number) => offset + 1, write() {}, accepts: { min: 4, max: 4 } };
  root.add(0x1000n, new MemoryRegion('ram', 'ram', 0x2000n, { hostOffset }));
  root.add(0x4000n, new MemoryRegion('device', 'i/o', 8n, { ops }));
  const memory = new AddressSpace('memory', root, host);
  memory.write(0x1000, new Uint8Array(0x2000).fill(7));
  return memory;
}

const bytes = (pieces: Iterable<Uint8Array>) => Buffer.concat([...pieces]);

describe('memory as a file', () => {
  it('has zeros where nothing is, and the registers of devices', () => {
    const saved = bytes(physicalPieces(space(), 0xffen, 0x3020n));
    expect(saved.length).toBe(0x3020);
    expect([...saved.subarray(0, 4)]).toEqual([0, 0, 7, 7]);
    expect([...saved.subarray(0x2000, 0x2004)]).toEqual([7, 7, 0, 0]);
    expect([...saved.subarray(0x3000, 0x300c)]).toEqual([0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0]);
  });

  it('ends beyond the last region and at the end of the address space', () => {
    expect(bytes(physicalPieces(space(), 1n << 60n, 3n << 20n)).length).toBe(3 << 20);
    expect(bytes(physicalPieces(space(), 0x1000n, 0n)).length).toBe(0);
  });

  it('follows the translation page by page and stops where there is none', () => {
    const pages = new Map([
      [0xfffff000n, 0x2000],
      [0x100000000n, 0x1000],
    ]);
    const translate = (at: bigint) => {
      const page = pages.get(at & ~0xfffn);
      return page === undefined ? undefined : page + Number(at & 0xfffn);
    };
    expect(bytes(virtualPieces(space(), translate, 0xfffffff8n, 16n))).toEqual(Buffer.alloc(16, 7));
    expect(() => bytes(virtualPieces(space(), translate, 0x100000ff8n, 16n))).toThrow(NotMemoryError);
  });
});
