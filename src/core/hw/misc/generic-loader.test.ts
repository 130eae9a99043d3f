import { describe, expect, it } from 'vitest';
import { testBoard } from '../../board/testing/test-board.ts';
import type { OptionValues } from '../../config.ts';
import { GenericLoader } from './generic-loader.ts';

const RAM = 0x8000_0000;
const FILES = new Map([
  ['some.bin', Uint8Array.of(1, 2, 3)],
  ['empty.bin', new Uint8Array(0)],
  ['start.elf', tinyElf(RAM + 0x1000, RAM + 0x1004, Uint8Array.of(5, 6, 7, 8, 9))],
  ['broken.elf', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)],
]);

/** An executable with one segment. */
function tinyElf(address: number, entry: number, data: Uint8Array): Uint8Array {
  const file = new Uint8Array(120 + data.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(18, 243, true);
  view.setBigUint64(24, BigInt(entry), true);
  view.setBigUint64(32, 64n, true);
  view.setUint16(54, 56, true);
  view.setUint16(56, 1, true);
  view.setUint32(64, 1, true);
  view.setBigUint64(72, 120n, true);
  view.setBigUint64(88, BigInt(address), true);
  view.setBigUint64(96, BigInt(data.length), true);
  view.setBigUint64(104, BigInt(data.length), true);
  file.set(data, 120);
  return file;
}

function setUp(...devices: OptionValues[]) {
  const { board } = testBoard({ harts: 2 });
  const { memory, roms, engine, types } = board;
  const add = (options: OptionValues, hotplug = false) => {
    const create = () => new GenericLoader(types, { memory, roms, harts: engine.harts, files: FILES });
    return board.plugger.add({ driver: 'loader', ...options }, create, hotplug);
  };
  for (const options of devices) add(options);
  board.reset();
  return { board, add };
}

describe('-device loader', () => {
  it('puts a number into memory at every reset', () => {
    const { board } = setUp(
      { addr: '0x80000010', data: '0x11223344', 'data-len': '4' },
      { addr: '0x80000020', data: '0x0102', 'data-len': '8', 'data-be': 'on' },
    );
    expect([...board.memory.read(RAM + 0x10, 6)]).toEqual([0x44, 0x33, 0x22, 0x11, 0, 0]);
    expect([...board.memory.read(RAM + 0x20, 8)]).toEqual([0, 0, 0, 0, 0, 0, 1, 2]);
    board.memory.write(RAM + 0x10, new Uint8Array(4));
    board.reset();
    expect([...board.memory.read(RAM + 0x10, 1)]).toEqual([0x44]);
  });

  it('puts a file into memory and lists it', () => {
    const { board } = setUp({ file: 'some.bin', addr: '0x80000100' });
    expect([...board.memory.read(RAM + 0x100, 3)]).toEqual([1, 2, 3]);
    expect(board.roms.format()).toContain('addr=0000000080000100 size=0x000003 mem=ram name="some.bin"\n');
    expect(board.engine.harts.map(({ pc }) => pc)).toEqual([0x1000n, 0x1000n]);
  });

  it('puts an executable where it belongs, and has a hart begin at its entry', () => {
    const { board } = setUp({ file: 'start.elf', 'cpu-num': '1' });
    expect([...board.memory.read(RAM + 0x1000, 5)]).toEqual([5, 6, 7, 8, 9]);
    expect(board.engine.harts.map(({ pc }) => pc)).toEqual([0x1000n, BigInt(RAM + 0x1004)]);
    expect(board.roms.format()).toContain('name="start.elf ELF program header segment 0"\n');
  });

  it('takes an executable for plain bytes on request', () => {
    const { board } = setUp({ file: 'start.elf', 'force-raw': 'on', addr: '0x80002000', 'cpu-num': '0' });
    expect([...board.memory.read(RAM + 0x2000, 4)]).toEqual([0x7f, 0x45, 0x4c, 0x46]);
    expect(board.engine.harts[0]!.pc).toBe(0x8000_2000n);
  });

  it('has a hart begin at an address', () => {
    const { board } = setUp({ addr: '0x80000040', 'cpu-num': '0' });
    expect(board.engine.harts.map(({ pc }) => pc)).toEqual([0x8000_0040n, 0x1000n]);
  });

  it.each([
    [{}, 'please include valid arguments'],
    [{ addr: '5' }, 'cpu_num must be specified when setting a program counter'],
    [{ addr: '5', 'cpu-num': '2' }, 'Specified boot CPU#2 is nonexistent'],
    [{ data: '5' }, 'Both data and data-len must be specified'],
    [{ data: '5', 'data-len': '9' }, 'data-len cannot be greater then 8 bytes'],
    [{ data: '5', file: 'some.bin' }, 'Specifying a file is not supported when loading memory values'],
    [{ data: '5', 'force-raw': 'on' }, 'Specifying force-raw is not supported when loading memory values'],
    [{ file: 'nosuch' }, 'Cannot load specified image nosuch'],
    [{ file: 'empty.bin' }, 'Cannot load specified image empty.bin'],
    [{ file: 'broken.elf' }, "could not load 'broken.elf': the ELF header is cut short"],
    [{ file: 'some.bin', addr: '0x7fffffff' }, 'Cannot load some.bin: no memory at 0x7fffffff to 0x80000001'],
    [
      { file: 'some.bin', addr: '0x1000' },
      "Some ROM regions are overlapping: 'mrom.reset' (0x1000 to 0x1027) and 'some.bin' (0x1000 to 0x1002)",
    ],
  ])('refuses %o', (options, message) => {
    const { add, board } = setUp();
    const listed = board.roms.format();
    expect(() => add(options)).toThrow(message);
    expect(board.roms.format()).toBe(listed);
  });

  it('does not come later', () => {
    const { add } = setUp();
    expect(() => add({ addr: '5', 'cpu-num': '0' }, true)).toThrow(
      "Device 'loader' can not be hotplugged on this machine",
    );
    expect(() => add({ addr: '5', 'cpu-num': '0', bus: 'pcie.0' })).toThrow(
      "Device 'loader' can't go on PCIE bus",
    );
  });
});
