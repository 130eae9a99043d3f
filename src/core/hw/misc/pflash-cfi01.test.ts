import { beforeEach, describe, expect, it } from 'vitest';
import { type TestMachine, testBoard } from '../../board/testing/test-board.ts';

const FLASH = 0x2000_0000;
const SECTOR = 0x40000;

describe('PflashCfi01', () => {
  let machine: TestMachine;

  beforeEach(() => {
    machine = testBoard();
  });

  const write = (offset: number, value: number) => machine.board.memory.store(FLASH + offset, 4, value, 0);

  function read(offset: number): number {
    expect(machine.board.memory.load(FLASH + offset, 4)).toBe(true);
    return machine.board.memory.readLow;
  }

  const direct = () => machine.board.memory.hostOffset(FLASH, false) >= 0;

  it('is memory to readers until a command comes', () => {
    expect(direct()).toBe(true);
    write(0, 0x0070_0070);
    expect(direct()).toBe(false);
    expect(read(0)).toBe(0x0080_0080);
    write(0, 0x00ff_00ff);
    expect(direct()).toBe(true);
  });

  it('identifies itself on both chips', () => {
    write(0, 0x0090_0090);
    expect([read(0), read(4)]).toEqual([0x0089_0089, 0x0018_0018]);
    write(0x55 * 4, 0x0098_0098);
    expect([0x10, 0x11, 0x12].map(index => String.fromCharCode(read(4 * index) & 0xff)).join('')).toBe('QRY');
    expect(2 ** (read(4 * 0x27) & 0xff)).toBe(0x1000000); // 16 MiB a chip
    expect((read(4 * 0x2d) & 0xff) + 1).toBe(128); // blocks
    expect((read(4 * 0x2f) & 0xff) * 256 + (read(4 * 0x30) & 0xff) * 65536).toBe(SECTOR / 2);
  });

  it('programs a word', () => {
    write(0x100, 0x0040_0040);
    write(0x100, 0xcafe_f00d);
    write(0, 0x00ff_00ff);
    expect(read(0x100)).toBe(0xcafe_f00d);
  });

  it('programs through the write buffer', () => {
    write(SECTOR, 0x00e8_00e8);
    write(SECTOR, 0x0001_0001);
    write(SECTOR, 0x1111_1111);
    write(SECTOR + 4, 0x2222_2222);
    write(SECTOR, 0x00d0_00d0);
    expect(read(SECTOR)).toBe(0x0080_0080); // status
    write(0, 0x00ff_00ff);
    expect([read(SECTOR), read(SECTOR + 4), read(SECTOR + 8)]).toEqual([0x1111_1111, 0x2222_2222, 0]);
  });

  it('drops a buffer that is not confirmed, and says so', () => {
    write(0, 0x00e8_00e8);
    write(0, 0);
    write(0, 0x3333_3333);
    write(0, 0x00ff_00ff);
    expect(read(0)).toBe(0x0090_0090);
    write(0, 0x0050_0050);
    expect(read(0)).toBe(0);
  });

  it('erases a block when the second cycle confirms it', () => {
    write(SECTOR + 16, 0x0020_0020);
    write(SECTOR + 16, 0x00d0_00d0);
    write(0, 0x00ff_00ff);
    expect([read(SECTOR - 4), read(SECTOR), read(2 * SECTOR - 4), read(2 * SECTOR)]).toEqual([
      0, 0xffff_ffff, 0xffff_ffff, 0,
    ]);
    write(0, 0x0020_0020);
    write(0, 0x00ff_00ff);
    expect(read(0)).toBe(0x00b0_00b0);
  });

  it('keeps its contents over a reset, and is memory again', () => {
    write(0, 0x0040_0040);
    write(0, 0x1234_5678);
    machine.board.reset();
    expect(direct()).toBe(true);
    expect(read(0)).toBe(0x1234_5678);
  });
});
