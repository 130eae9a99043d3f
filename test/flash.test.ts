/** Flash that a file keeps: what the guest programs is in it, and what is in it is booted. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtBoard } from '../src/core/board/virt.ts';
import { TestVm } from './support/vm.ts';

const FLASH = 0x2000_0000;
const BANK = 32 << 20;
/** lui t0, 0x100; lui t1, 5; addi t1, t1, 0x555; sw t1, 0(t0): powers the machine off. */
const POWER_OFF = Uint32Array.of(0x001002b7, 0x00005337, 0x55530313, 0x0062a023);
/** jr a0-less park: wfi; j -4. */
const PARKED = Uint32Array.of(0x10500073, 0xffdff06f);

describe('flash', () => {
  let folder: string;
  let image: string;
  let vm: TestVm | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-flash-'));
    image = file('flash.raw', POWER_OFF, BANK);
  });
  afterEach(async () => {
    await vm?.close();
    vm = undefined;
    rmSync(folder, { recursive: true });
  });

  function file(name: string, words: Uint32Array, size: number): string {
    const path = join(folder, name);
    writeFileSync(path, new Uint8Array(words.buffer));
    truncateSync(path, size);
    return path;
  }

  const drive = (more = '') => ['-drive', `if=pflash,format=raw,file=${image}${more}`];
  const start = async (...args: string[]) => {
    vm = await TestVm.start(['-M', 'virt', ...args]);
    return vm;
  };

  it('is booted at reset without firmware', async () => {
    await start('-bios', 'none', ...drive());
    expect((await vm!.ended).cause).toBe('guest-shutdown');
  });

  it('is what the firmware starts', async () => {
    await start(...drive());
    expect(await vm!.console().expect('next 0x20000000')).toContain('firmware');
  });

  it('is booted with -machine pflash0 as well', async () => {
    vm = await TestVm.start([
      ...['-M', 'virt,pflash0=f0', '-bios', 'none'],
      ...['-drive', `if=none,id=f0,format=raw,file=${image}`],
    ]);
    expect((await vm.ended).cause).toBe('guest-shutdown');
  });

  it('offers the kernel as firmware items', async () => {
    const kernel = file('kernel', PARKED, 8);
    await start('-S', '-bios', 'none', '-kernel', kernel, '-append', 'hello', ...drive());
    const { board } = vm!.machine;
    if (!(board instanceof VirtBoard)) throw new Error('another board');
    const { items } = board.fwCfg;
    expect(items.get(0x11)?.data).toEqual(new Uint8Array(PARKED.buffer));
    expect(new TextDecoder().decode(items.get(0x15)?.data)).toBe('hello\0');
    expect(await vm!.hmp('info roms')).not.toContain('kernel');
  });

  it('keeps what the guest programs and erases', async () => {
    await start('-bios', file('parked', PARKED, 8), ...drive(',unit=1'));
    const { memory } = vm!.machine.board;
    const second = FLASH + BANK;
    const write = (offset: number, value: number) => memory.store(second + offset, 4, value, 0);
    write(0x80000, 0x0040_0040);
    write(0x80000, 0x1234_5678);
    write(0, 0x0020_0020); // the sector of the code is erased
    write(0, 0x00d0_00d0);
    expect(await vm!.hmp('info block')).toMatch(
      /^pflash1 .*flash\.raw \(raw\)\n {4}Attached to: {6}\/machine\/virt\.flash1/,
    );
    await vm!.close();
    const kept = readFileSync(image);
    expect([kept.readUInt32LE(0x80000), kept.readUInt32LE(0), kept.length]).toEqual([
      0x1234_5678,
      0xffff_ffff,
      BANK,
    ]);
  });

  it('is not changed when it is read-only', async () => {
    await start('-bios', file('parked', PARKED, 8), ...drive(',readonly=on'));
    const { memory } = vm!.machine.board;
    memory.store(FLASH, 4, 0x0040_0040, 0);
    memory.store(FLASH, 4, 0, 0);
    memory.load(FLASH, 4);
    expect(memory.readLow & 0x10).toBe(0x10); // programming failed
    await vm!.close();
    expect(readFileSync(image).readUInt32LE(0)).toBe(POWER_OFF[0]);
  });

  it.each([
    [
      'size',
      ['-drive', 'if=pflash,file=mem:1M'],
      "cfi.pflash01 device '/machine/virt.flash0' requires 33554432 bytes",
    ],
    [
      'bank',
      ['-drive', 'if=pflash,file=mem:32M,unit=2'],
      'machine type does not support if=pflash,bus=0,unit=2',
    ],
    ['drive', ['-M', 'virt,pflash1=none'], "Property 'cfi.pflash01.drive' can't find value 'none'"],
  ])('must have the right %s', async (_, options, message) => {
    await expect(start(...options)).rejects.toThrow(message);
  });
});
