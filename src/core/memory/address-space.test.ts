import { beforeEach, describe, expect, it } from 'vitest';
import { HostMemory } from '../host-memory.ts';
import { AddressSpace, DmaError } from './address-space.ts';
import { MemoryRegion } from './region.ts';

const RAM = 0x8000_0000;
const ROM = 0x1000;
const FLASH = 0x2000_0000;
const DEVICE = 0x1000_0000;

describe('AddressSpace', () => {
  let memory: AddressSpace;
  let flash: MemoryRegion;
  let accesses: string[];

  beforeEach(() => {
    const host = new HostMemory(65536);
    accesses = [];
    const ops = {
      read: (offset: number, size: number) => {
        accesses.push(`r${offset}/${size}`);
        return 0x8000_0000 + offset;
      },
      write: (offset: number, value: number, size: number) =>
        void accesses.push(`w${offset}/${size}=${value}`),
      accepts: { min: 4, max: 8 },
    };
    const backed = (name: string) => ({ hostOffset: host.allocate(name, 4096) });
    flash = new MemoryRegion('flash', 'romd', 4096n, { ...backed('flash'), ops });
    const root = new MemoryRegion('system', 'container', 2n ** 64n)
      .add(BigInt(RAM), new MemoryRegion('ram', 'ram', 4096n, backed('ram')))
      .add(BigInt(RAM + 4096), new MemoryRegion('more', 'ram', 4096n, backed('more')))
      .add(BigInt(ROM), new MemoryRegion('rom', 'rom', 4096n, backed('rom')))
      .add(BigInt(FLASH), flash)
      .add(BigInt(DEVICE), new MemoryRegion('device', 'i/o', 16n, { ops }));
    memory = new AddressSpace('memory', root, host);
  });

  it('loads and stores memory of all sizes', () => {
    expect(memory.store(RAM + 8, 8, 0x89ab_cdef, 0x0123_4567)).toBe(true);
    expect(memory.load(RAM + 8, 8)).toBe(true);
    expect([memory.readLow, memory.readHigh]).toEqual([0x89ab_cdef, 0x0123_4567]);
    expect(memory.load(RAM + 10, 2)).toBe(true);
    expect(memory.readLow).toBe(0x89ab);
  });

  it('drops stores to ROM, takes what is loaded into it', () => {
    expect(memory.store(ROM, 4, 1, 0)).toBe(true);
    memory.writeRom(ROM + 4, Uint8Array.of(7));
    expect(memory.readU64(ROM)).toBe(7n << 32n);
    expect(() => memory.write(ROM, Uint8Array.of(1))).toThrow(DmaError);
  });

  it('faults where nothing is, across the end of a region, and at sizes that a device refuses', () => {
    expect(memory.load(0x5000, 4)).toBe(false);
    expect(memory.load(RAM + 8190, 4)).toBe(false);
    expect(memory.load(DEVICE, 2)).toBe(false);
    expect(memory.store(DEVICE, 1, 0, 0)).toBe(false);
    expect(accesses).toEqual([]);
  });

  it('splits 64-bit accesses to devices, low half first', () => {
    expect(memory.load(DEVICE + 8, 8)).toBe(true);
    expect([memory.readLow, memory.readHigh]).toEqual([0x8000_0008, 0x8000_000c]);
    memory.store(DEVICE, 8, 1, 2);
    expect(accesses).toEqual(['r8/4', 'r12/4', 'w0/4=1', 'w4/4=2']);
  });

  it('takes messages to memory and to what is made for them', () => {
    const files = { read: () => 0, write: (_: number, value: number) => void accesses.push(`m${value}`) };
    const region = new MemoryRegion('files', 'i/o', 16n, { ops: { ...files, messages: true } });
    memory.root.add(BigInt(DEVICE + 4096), region);
    memory.refresh();
    for (const target of [RAM + 4, ROM, DEVICE, DEVICE + 4096, 0x7000_0000]) memory.message(target, 77);
    expect(accesses).toEqual(['m77']);
    expect(memory.readU32(RAM + 4)).toBe(77);
    expect(memory.readU32(ROM)).toBe(0);
  });

  it('asks a flash only outside array mode, or for stores', () => {
    expect(memory.hostOffset(FLASH, false)).toBeGreaterThan(0);
    expect(memory.hostOffset(FLASH, true)).toBe(-1);
    memory.store(FLASH, 4, 9, 0);
    flash.romdMode = false;
    expect(memory.hostOffset(FLASH, false)).toBe(-1);
    memory.load(FLASH + 4, 4);
    expect(accesses).toEqual(['w0/4=9', 'r4/4']);
  });

  it('copies across regions that lie side by side, and tells listeners', () => {
    const written: number[] = [];
    memory.onWrite((_offset, length) => written.push(length));
    memory.write(RAM + 4094, Uint8Array.of(1, 2, 3, 4));
    expect([...memory.read(RAM + 4094, 4)]).toEqual([1, 2, 3, 4]);
    expect(written).toEqual([2, 2]);
    expect(memory.isMemory(RAM, 8192, true)).toBe(true);
    expect(memory.isMemory(RAM, 8193, true)).toBe(false);
    expect(() => memory.read(RAM + 8190, 4)).toThrow('no RAM at guest address 0x80002000');
  });

  it('renders again when told', () => {
    let changes = 0;
    memory.onMapChange(() => changes++);
    flash.enabled = false;
    memory.refresh();
    expect([memory.load(FLASH, 4), changes]).toEqual([false, 1]);
  });
});
