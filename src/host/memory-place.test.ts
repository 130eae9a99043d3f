import { openSync, readSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { physicalAddress, physicalAddressOf, virtualAddressOf } from './memory-place.ts';

const memoryOf = (pages: number) => {
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return new Uint8Array(buffer);
};

describe.skipIf(process.platform !== 'linux')('the place of a memory', () => {
  it('is where its bytes are', () => {
    const memories = [memoryOf(3), memoryOf(3), memoryOf(40)];
    const places = memories.map(memory => virtualAddressOf(memory, 64)!);
    expect(new Set(places).size).toBe(3);
    const descriptor = openSync('/proc/self/mem', 'r');
    memories.forEach((memory, index) => {
      expect(memory.every(byte => byte === 0)).toBe(true); // no mark is left
      memory[100_000] = index + 1;
      const byte = Buffer.alloc(1);
      readSync(descriptor, byte, 0, 1, places[index]! + 100_000n);
      expect(byte[0]).toBe(index + 1);
    });
    expect(virtualAddressOf(memories[0]!, 64)).toBe(places[0]);
  });

  it('is not guessed', () => {
    expect(virtualAddressOf(new Uint8Array(100).fill(7), 0)).toBeNull();
  });

  it('has none in the host where nothing is mapped', () => {
    expect(() => physicalAddressOf(0n)).toThrow('Page not present');
  });
});

describe('an entry of the map of pages', () => {
  const present = 1n << 63n;

  it('is a frame, if there is one that we may know', () => {
    expect(physicalAddress(present | 0x1234n, 0x7f00_0000_0abcn)).toBe(0x1234abcn);
    expect(() => physicalAddress(0x1234n, 0n)).toThrow('Page not present');
    expect(() => physicalAddress(present, 0n)).toThrow('Cannot read pagemap: Operation not permitted');
  });
});
