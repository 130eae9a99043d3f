import { beforeEach, describe, expect, it } from 'vitest';
import { registersOf } from '../../board/testing/registers.ts';
import { type TestMachine, testBoard } from '../../board/testing/test-board.ts';
import type { FwCfg } from './fw-cfg.ts';

const RAM = 0x8100_0000;
const DATA = 0x8100_1000;
const FILE_DIR = 0x19;
const SELECT = 0x08;
const READ = 0x02;
const SKIP = 0x04;
const WRITE = 0x10;

describe('FwCfg', () => {
  let machine: TestMachine;
  let fwCfg: FwCfg;

  beforeEach(() => {
    machine = testBoard({ harts: 3 });
    fwCfg = machine.board.fwCfg;
  });

  function select(key: number): void {
    registersOf(fwCfg.ctl, 2).write(0, ((key & 0xff) << 8) | (key >> 8)); // big-endian register
  }

  function readBytes(length: number): number[] {
    const data = registersOf(fwCfg.data, 1);
    return Array.from({ length }, () => data.read(0));
  }

  /** Runs a DMA request and returns its control word afterwards. */
  function dma(control: number, length: number, address = DATA): number {
    const request = new DataView(new ArrayBuffer(16));
    request.setUint32(0, control);
    request.setUint32(4, length);
    request.setBigUint64(8, BigInt(address));
    machine.board.memory.write(RAM, new Uint8Array(request.buffer));
    const registers = registersOf(fwCfg.dma);
    registers.write(0, 0);
    registers.write(4, new DataView(Uint32Array.of(RAM).buffer).getUint32(0)); // byte-swapped
    return machine.board.memory.readU32(RAM);
  }

  it('signs itself', () => {
    select(0);
    expect(String.fromCharCode(...readBytes(4))).toBe('QEMU');
    expect(readBytes(2)).toEqual([0, 0]); // past the end
    select(1);
    expect(readBytes(4)).toEqual([3, 0, 0, 0]);
    const dmaRegisters = registersOf(fwCfg.dma);
    const signature = new DataView(new ArrayBuffer(8));
    signature.setUint32(0, dmaRegisters.read(0), true);
    signature.setUint32(4, dmaRegisters.read(4), true);
    expect(new TextDecoder().decode(signature.buffer)).toBe('QEMU CFG');
  });

  it('counts the harts', () => {
    select(5);
    expect(readBytes(2)).toEqual([3, 0]);
  });

  it('reads in the order of memory whatever the access size', () => {
    select(0);
    expect(registersOf(fwCfg.data).read(0)).toBe(0x554d_4551);
    select(0);
    expect(registersOf(fwCfg.data).read64(0)).toBe(0x554d_4551n);
  });

  it('lists its files by name', () => {
    fwCfg.items.addFile('etc/a-file', { data: Uint8Array.of(1, 2, 3) });
    select(FILE_DIR);
    const directory = new DataView(Uint8Array.from(readBytes(4 + 6 * 64)).buffer);
    expect(directory.getUint32(0)).toBe(6);
    const names = [0, 1, 2, 3, 4, 5].map(index =>
      new TextDecoder().decode(new Uint8Array(directory.buffer, 4 + 64 * index + 8, 56)).replace(/\0+$/, ''),
    );
    const acpi = ['etc/acpi/rsdp', 'etc/acpi/tables', 'etc/table-loader'];
    expect(names).toEqual(['bootorder', 'etc/a-file', ...acpi.slice(0, 2), 'etc/boot-fail-wait', acpi[2]]);
    expect(directory.getUint32(4 + 64)).toBe(3);
    select(directory.getUint16(4 + 64 + 4));
    expect(readBytes(3)).toEqual([1, 2, 3]);
  });

  it('copies items by DMA and fills with zeros', () => {
    machine.board.memory.write(DATA, new Uint8Array(8).fill(0xff));
    expect(dma(SELECT | READ, 8)).toBe(0);
    expect([...machine.board.memory.read(DATA, 8)]).toEqual([0x51, 0x45, 0x4d, 0x55, 0, 0, 0, 0]);
    expect(dma(SELECT | SKIP, 2)).toBe(0);
    expect(dma(READ, 2)).toBe(0);
    expect([...machine.board.memory.read(DATA, 2)]).toEqual([0x4d, 0x55]);
  });

  it('takes writes for items that allow them only', () => {
    let written = '';
    const data = new Uint8Array(4);
    fwCfg.items.addFile('etc/box', { data, onWrite: (offset, length) => (written = `${offset}+${length}`) });
    machine.board.memory.write(DATA, Uint8Array.of(9, 8, 7, 6));
    const key = 0x24; // fifth by name
    expect(dma((key << 16) | SELECT | WRITE, 4)).toBe(0);
    expect([[...data], written]).toEqual([[9, 8, 7, 6], '0+4']);
    expect(dma((key << 16) | SELECT | WRITE, 5)).toBe(0x0100_0000); // longer than the item
    expect(dma(SELECT | WRITE, 4)).toBe(0x0100_0000);
  });

  it('reports an address that is not RAM, and survives a request that is nowhere', () => {
    expect(dma(SELECT | READ, 4, 0x1000_0000)).toBe(0x0100_0000);
    expect(() => registersOf(fwCfg.dma).write(4, 0)).not.toThrow();
  });
});
