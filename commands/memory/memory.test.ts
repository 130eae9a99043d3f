import { describe, expect, it } from 'vitest';
import { QmpError } from '../../src/qapi/errors.ts';
import type { Commands } from '../../src/qapi/generated/types.ts';
import { shown, testContext } from '../test-support.ts';
import { memoryDump, physicalMemoryDump } from './dump.ts';
import { gva2gpa } from './gva2gpa.ts';
import { print } from './print.ts';
import { addToSum, sum } from './sum.ts';

/** A machine whose memory goes from 0x1000 up to `end`, each byte the low half of its address. */
function machine(end: bigint) {
  return testContext({
    'x-read-memory': ({ address, size }: Commands['x-read-memory']['args']) => {
      if (address < 0x1000n || address + size > end) throw new QmpError('Cannot access memory');
      const bytes = Uint8Array.from({ length: Number(size) }, (_, index) => Number(address) + index);
      return { data: Buffer.from(bytes).toString('base64') };
    },
  });
}

const hexBytes = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `0x0${from + index}`).join(' ');

describe('x', () => {
  it('asks for the virtual address as the current hart sees it', async () => {
    const ctx = machine(0x2000n);
    ctx.session.currentCpu = 2;
    const result = await memoryDump(ctx, { fmt: { count: 9, format: 'x', size: 1 }, addr: 0x1000n });
    expect(shown(result)).toBe(
      '0000000000001000: 0x00 0x01 0x02 0x03 0x04 0x05 0x06 0x07\n0000000000001008: 0x08\n',
    );
    expect(result).toMatchObject({ kind: 'data', data: { address: 0x1000n, data: 'AAECAwQFBgcI' } });
    expect(ctx.asked[0]?.args).toEqual({ address: 0x1000n, size: 9n, physical: false, 'cpu-index': 2n });
  });

  it('shows the lines before the one that is not memory', async () => {
    const ctx = machine(0x1018n);
    const dump = memoryDump(ctx, { fmt: { count: 10, format: 'x', size: 4 }, addr: 0x1000n });
    await expect(dump).rejects.toThrow(
      '0000000000001000: 0x03020100 0x07060504 0x0b0a0908 0x0f0e0d0c\n' +
        '0000000000001010: Cannot access memory',
    );
  });

  it('wraps negative addresses to 64 bits', async () => {
    const dump = memoryDump(machine(0x2000n), { fmt: { count: 1, format: 'x', size: 4 }, addr: -256n });
    await expect(dump).rejects.toThrow('ffffffffffffff00: Cannot access memory');
  });

  it('prints nothing for a count of 0', async () => {
    const ctx = machine(0x2000n);
    expect(shown(await memoryDump(ctx, { fmt: { count: 0, format: 'x', size: 1 }, addr: 0n }))).toBe('');
    expect(shown(await memoryDump(ctx, { fmt: { count: 0, format: 'i', size: -1 }, addr: 0n }))).toBe('');
  });

  it('hands other failures on', async () => {
    const ctx = testContext({
      'x-read-memory': () => {
        throw new TypeError('broken');
      },
    });
    await expect(memoryDump(ctx, { fmt: { count: 1, format: 'x', size: 1 }, addr: 0n })).rejects.toThrow(
      'broken',
    );
  });
});

describe('a long dump', () => {
  const CHUNK = 64 * 1024;

  it('is printed piece by piece', async () => {
    const ctx = machine(0x1000n + 3n * BigInt(CHUNK));
    const fmt = { count: 2 * CHUNK + 8, format: 'x', size: 1 } as const;
    const result = await memoryDump(ctx, { fmt, addr: 0x1000n });
    expect(ctx.written.map(piece => piece.split('\n').length - 1)).toEqual([CHUNK / 8, CHUNK / 8]);
    expect(ctx.written[1]).toMatch(/^0000000000011000: /);
    expect(result).toEqual({ kind: 'text', text: `0000000000021000: ${hexBytes(0, 8)}\n` });
  });

  it('ends where memory ends', async () => {
    const ctx = machine(0x1000n + BigInt(CHUNK) + 8n);
    const fmt = { count: 10 * CHUNK, format: 'x', size: 1 } as const;
    await expect(memoryDump(ctx, { fmt, addr: 0x1000n })).rejects.toThrow(
      `0000000000011000: ${hexBytes(0, 8)}\n0000000000011008: Cannot access memory`,
    );
    expect(ctx.written.length).toBe(1);
  });

  it('of instructions too', async () => {
    const ctx = testContext({
      'x-disassemble': ({ address, count }: Commands['x-disassemble']['args']) =>
        Array.from({ length: count }, (_, index) => ({
          address: address + BigInt(2 * index),
          bytes: '0100',
          text: 'nop',
        })),
    });
    const fmt = { count: 4097, format: 'i', size: -1 } as const;
    const result = await physicalMemoryDump(ctx, { fmt, addr: 0n });
    expect(ctx.written.join('').split('\n').length - 1).toBe(4096);
    expect(shown(result)).toMatch(/^0x00002000: /);
  });
});

describe('xp', () => {
  it('asks for the physical address', async () => {
    const ctx = machine(0x2000n);
    await physicalMemoryDump(ctx, { fmt: { count: 1, format: 'x', size: 8 }, addr: 0x1000n });
    expect(ctx.asked[0]?.args).toMatchObject({ size: 8n, physical: true });
  });

  it('lists instructions in columns', async () => {
    const ctx = testContext({
      'x-disassemble': () => [
        { address: 0x1000n, bytes: '97020000', text: 'auipc t0,0 # 0x1000' },
        { address: 0x1004n, bytes: '13868202', text: 'addi                    a2,t0,40' },
        { address: 0x1008n, bytes: '0100', text: 'nop' },
      ],
    });
    const result = await physicalMemoryDump(ctx, { fmt: { count: 3, format: 'i', size: -1 }, addr: 0x1000n });
    expect(shown(result)).toBe(
      '0x00001000:  00000297          auipc                   t0,0                    # 0x1000\n' +
        '0x00001004:  02828613          addi                    a2,t0,40\n' +
        '0x00001008:  0001              nop                     \n',
    );
  });

  it('says where the instructions end', async () => {
    const ctx = testContext({ 'x-disassemble': () => [{ address: 0x1000n, bytes: '0100', text: 'nop' }] });
    const listing = physicalMemoryDump(ctx, { fmt: { count: 2, format: 'i', size: -1 }, addr: 0x1000n });
    await expect(listing).rejects.toThrow('0x00001002: Cannot access memory');
  });
});

describe('print', () => {
  it('keeps 64 bits', async () => {
    const fmt = { count: 1, format: 'x', size: 4 } as const;
    expect(await print(testContext(), { fmt, val: -2118107664n })).toEqual({
      kind: 'data',
      data: -2118107664n,
      text: '0xffffffff81c03df0\n',
    });
  });
});

describe('gva2gpa', () => {
  it('prints the physical address, or that there is none', async () => {
    const mapped = testContext({ 'x-translate': () => ({ physical: 0x80c6944cn }) });
    expect(shown(await gva2gpa(mapped, { addr: -1n }))).toBe('gpa: 0x80c6944c\n');
    expect(mapped.asked[0]?.args).toEqual({ address: 0xffff_ffff_ffff_ffffn, 'cpu-index': 0n });
    const unmapped = testContext({ 'x-translate': () => ({}) });
    expect(shown(await gva2gpa(unmapped, { addr: 0n }))).toBe('Unmapped\n');
  });
});

describe('sum', () => {
  it('is the BSD checksum', () => {
    const vector = Buffer.from('97020000138682027325 40f183b50202'.replace(' ', ''), 'hex');
    expect(addToSum(0, vector)).toBe(37481);
  });

  it('reads physical memory in pieces and prints five digits', async () => {
    const ctx = testContext({
      'x-read-memory': ({ size }) => ({ data: Buffer.alloc(Number(size)).toString('base64') }),
    });
    expect(shown(await sum(ctx, { start: 0x8000_0000n, size: 0x10_0001n }))).toBe('00000\n');
    expect(ctx.asked.map(({ args }) => args)).toMatchObject([
      { address: 0x8000_0000n, size: 0x10_0000n, physical: true },
      { address: 0x8010_0000n, size: 1n },
    ]);
  });

  it('fails where there is no memory', async () => {
    await expect(sum(machine(0x2000n), { start: 0n, size: 4n })).rejects.toThrow('Cannot access memory');
  });
});
