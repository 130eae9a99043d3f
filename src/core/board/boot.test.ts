import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BootImage } from '../config.ts';
import { planBoot } from './boot.ts';
import type { IsaDescription } from './device-tree.ts';
import { cells, findNode, readFdt, texts } from './fdt-reader.ts';
import { testBoard, testConfig } from './testing/test-board.ts';

const MIB = 1024 * 1024;
const GOLDEN = join(process.env['HMP_SHARED'] ?? '../shared', 'golden/qemu-10.2.2/linux-hmp.json');
const ISA: IsaDescription = {
  base: 'rv64i',
  extensions: ['i', 'm', 'a', 'c', 'zicsr'],
  mmuType: 'riscv,sv57',
  blockSizes: { cbop: 64, cboz: 64, cbom: 64 },
};
const seed = (length: number) => new Uint8Array(length).fill(7);

function raw(name: string, size: number): BootImage {
  return { name, data: new Uint8Array(size).fill(0x13) };
}

/** A 64-bit RISC-V ELF with one segment of four bytes that takes sixteen in memory. */
function elf(name: string, address: number, machine = 243): BootImage {
  const data = new Uint8Array(124);
  const view = new DataView(data.buffer);
  data.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(18, machine, true);
  view.setBigUint64(24, BigInt(address + 2), true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 1, true);
  view.setUint32(64, 1, true);
  view.setBigUint64(64 + 8, 120n, true);
  view.setBigUint64(64 + 24, BigInt(address), true);
  view.setBigUint64(64 + 32, 4n, true);
  view.setBigUint64(64 + 40, 16n, true);
  data.set([1, 2, 3, 4], 120);
  return { name, data };
}

function plan(changes: Parameters<typeof testConfig>[0]) {
  return planBoot(testConfig(changes), ISA, seed);
}

const at = (roms: ReturnType<typeof plan>, name: string) => roms.roms.find(rom => rom.name === name);

describe('planBoot', () => {
  it('starts the firmware and tells it the kernel', () => {
    const roms = plan({ firmware: raw('fw', 0x43d68), kernel: raw('Image', 3 * MIB) });
    expect(at(roms, 'fw')?.address).toBe(0x8000_0000);
    expect(at(roms, 'Image')?.address).toBe(0x8020_0000);
    const vector = new DataView(at(roms, 'mrom.reset')!.contents().buffer);
    expect(Array.from({ length: 6 }, (_, i) => vector.getUint32(4 * i, true))).toEqual([
      0x00000297, 0x02828613, 0xf1402573, 0x0202b583, 0x0182b283, 0x00028067,
    ]);
    expect([vector.getBigUint64(24, true), vector.getBigUint64(32, true)]).toEqual([
      0x8000_0000n,
      0x87e0_0000n,
    ]);
    const info = new BigUint64Array(at(roms, 'mrom.finfo')!.contents().buffer);
    expect([...info]).toEqual([0x4942534fn, 2n, 0x8020_0000n, 1n, 0n, 0n]);
  });

  it('starts a kernel without firmware at its entry', () => {
    const start = (roms: ReturnType<typeof plan>) =>
      new DataView(at(roms, 'mrom.reset')!.contents().buffer).getBigUint64(24, true);
    expect(start(plan({ kernel: raw('k', 4096) }))).toBe(0x8000_0000n);
    expect(start(plan({ kernel: elf('k', 0x8040_0000) }))).toBe(0x8040_0002n);
    expect(start(plan({}))).toBe(0x8000_0000n);
  });

  it('puts an ELF file where it wants to be, with its bss', () => {
    const rom = at(plan({ kernel: elf('k', 0x8040_0000) }), 'k ELF program header segment 0');
    expect([rom?.address, rom?.size, [...rom!.contents()]]).toEqual([0x8040_0000, 16, [1, 2, 3, 4]]);
  });

  it('tells the kernel its command line and ramdisk', () => {
    const roms = plan({ kernel: raw('k', 4096), initrd: raw('rd', 5000), append: 'console=ttyS0' });
    const initrd = at(roms, 'rd')!;
    expect(initrd.address).toBe(0x8000_0000 + 64 * MIB);
    const chosen = findNode(readFdt(at(roms, 'fdt')!.contents()), '/chosen');
    expect(texts(chosen, 'bootargs')).toEqual(['console=ttyS0']);
    expect(cells(chosen, 'linux,initrd-start')).toEqual([0, initrd.address]);
    expect(cells(chosen, 'linux,initrd-end')).toEqual([0, initrd.address + 5000]);
  });

  it('draws a new seed for each reset', () => {
    let draws = 0;
    const roms = planBoot(testConfig(), ISA, length => new Uint8Array(length).fill(++draws));
    const seedOf = () => cells(findNode(readFdt(at(roms, 'fdt')!.contents()), '/chosen'), 'rng-seed');
    expect(seedOf()).not.toEqual(seedOf());
  });

  it.each([
    ['an empty file', { kernel: raw('k', 0) }, "could not load kernel 'k': the file is empty"],
    [
      'another architecture',
      { kernel: elf('k', 0x8040_0000, 62) },
      "could not load 'k': it is not a RISC-V ELF file",
    ],
    [
      'a file cut short',
      { kernel: { name: 'k', data: elf('k', 0x8040_0000).data.slice(0, 70) } },
      "could not load 'k': its program headers lie outside the file",
    ],
    [
      'addresses that are not RAM',
      { firmware: elf('f', 0x1000) },
      "could not load firmware 'f': it needs 0x1000 to 0x100f, RAM is 0x80000000 to 0x87ffffff",
    ],
    [
      'a compressed kernel',
      { kernel: { name: 'Image.gz', data: Uint8Array.of(0x1f, 0x8b, 8) } },
      "could not load kernel 'Image.gz': it is compressed with gzip, unpack it first",
    ],
    ['a ramdisk alone', { initrd: raw('rd', 10) }, '-initrd only allowed with -kernel option'],
    [
      'a ramdisk that does not fit',
      { kernel: raw('k', 4096), initrd: raw('rd', 65 * MIB) },
      "could not load ramdisk 'rd': 128 MiB of RAM are too few",
    ],
    [
      'images on top of each other',
      { firmware: elf('f', 0x8020_0000), kernel: elf('k', 0x8020_0008) },
      /^Some ROM regions are overlapping: 'f ELF .*' \(0x80200000 to 0x8020000f\) and 'k ELF/,
    ],
    [
      'too little RAM for the device tree',
      { kernel: raw('k', 127 * MIB) },
      'not enough memory to place the device tree behind the firmware, kernel and ramdisk',
    ],
  ])('refuses %s', (_what, changes, message) => {
    expect(() => plan(changes)).toThrow(message);
  });

  it.skipIf(!existsSync(GOLDEN))('lists ROMs as the golden capture does', () => {
    const { hmp } = JSON.parse(readFileSync(GOLDEN, 'utf8')) as { hmp: Record<string, string> };
    const theirs = hmp['info roms']!.replaceAll('\r', '').split('\n');
    const ours = plan({
      ramSize: 512 * MIB,
      firmware: raw('/usr/share/qemu/opensbi-riscv64-generic-fw_dynamic.bin', 0x43d68),
      kernel: raw('Image', 0x1db8e00),
      initrd: raw('initrd.gz', 0x340def),
    }).format();
    // The size of the device tree depends on the extensions; tables in fw_cfg are ACPI's.
    const comparable = (lines: string[]) =>
      lines.filter(line => !line.includes('/rom@')).map(line => line.replace(/size=\S+ (?=.*"fdt")/, ''));
    expect(comparable(ours.split('\n'))).toEqual(comparable(theirs));
  });
});

describe('reset', () => {
  it('restores ROMs, registers and harts, and leaves the rest of RAM', () => {
    const { board } = testBoard({ kernel: raw('k', 4096) });
    const { memory } = board;
    memory.write(0x8000_0000, Uint8Array.of(1, 2, 3, 4));
    memory.write(0x8000_2000, Uint8Array.of(1, 2, 3, 4));
    board.engine.harts[0]!.pc = 0x1234n;
    board.reset();
    expect(memory.readU32(0x8000_0000)).toBe(0x1313_1313);
    expect(memory.readU32(0x8000_2000)).toBe(0x0403_0201);
    expect(memory.readU32(0x1000)).toBe(0x0000_0297);
    expect(board.engine.harts[0]!.pc).toBe(0x1000n);
  });

  it('runs the reset vector into the kernel with hart id and device tree', () => {
    const kernel = { name: 'k', data: new Uint8Array(Uint32Array.of(0x0000006f).buffer) }; // j .
    const machine = testBoard({ harts: 2, kernel });
    machine.run(1000);
    const hart = machine.board.engine.harts[1]!;
    const fdt = machine.board.roms.roms.find(rom => rom.name === 'fdt')!;
    expect([hart.pc, hart.x(10), hart.x(11), hart.x(12)]).toEqual([
      0x8000_0000n,
      1n,
      BigInt(fdt.address),
      0x1028n,
    ]);
  });
});
