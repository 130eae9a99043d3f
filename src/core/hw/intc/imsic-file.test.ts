import { describe, expect, it } from 'vitest';
import { boardTypes } from '../../board/board-types.ts';
import { registersOf, TestLine } from '../../board/testing/registers.ts';
import { TypeTable } from '../../qom/types.ts';
import { InterruptFile } from './imsic-file.ts';
import { RiscvImsic } from './riscv-imsic.ts';

const [EIDELIVERY, EITHRESHOLD, EIP0, EIE0] = [0x70, 0x72, 0x80, 0xc0];
const ALL = (1n << 64n) - 1n;
const top = (identity: bigint) => (identity << 16n) | identity;

function newFile() {
  const file = new InterruptFile();
  const line = new TestLine();
  const device = new RiscvImsic(new TypeTable(boardTypes), 0, false, file, line);
  const set = (select: number, value: bigint) => file.access(select, { value, mask: ALL });
  return { file, line, set, device, send: (value: number) => registersOf(device.region).write(0, value) };
}

describe('an interrupt file', () => {
  it('tells of messages that are enabled, the lowest identity first', () => {
    const { file, line, set, send } = newFile();
    set(EIDELIVERY, 1n);
    send(200);
    expect(line.level).toBe(false);
    set(EIE0 + 6, 1n << 8n);
    expect(line.level).toBe(true);
    expect(file.top).toBe(top(200n));
    set(EIE0, 1n << 40n);
    send(40);
    expect(file.top).toBe(top(40n));
    file.claim();
    expect(file.top).toBe(top(200n));
    file.claim();
    expect(line.level).toBe(false);
    expect(file.top).toBe(0n);
  });

  it('holds back what is not below the threshold', () => {
    const { file, line, set, send } = newFile();
    set(EIDELIVERY, 1n);
    set(EIE0, ALL);
    send(20);
    set(EITHRESHOLD, 20n);
    expect([file.top, line.level]).toEqual([0n, false]);
    set(EITHRESHOLD, 21n);
    expect([file.top, line.level]).toEqual([top(20n), true]);
  });

  it('has no identity 0, none beyond the last, and every other register', () => {
    const { file, set, send } = newFile();
    set(EIP0, ALL);
    expect(file.access(EIP0, null)).toBe(ALL - 1n);
    set(EIP0, 0n);
    for (const identity of [0, 256, 0xffff_ffff]) send(identity);
    for (const select of [0x80, 0x82, 0x84, 0x86]) expect(file.access(select, null)).toBe(0n);
    for (const select of [0x71, 0x74, 0x81, 0x88, 0xc8, 0x100]) {
      expect(file.access(select, null)).toBeUndefined();
    }
  });

  it('takes bits one by one, and forgets all at a reset', () => {
    const { file, line, device, set } = newFile();
    set(EIDELIVERY, 1n);
    file.access(EIP0, { value: ALL, mask: 2n });
    file.access(EIE0, { value: ALL, mask: 6n });
    expect(file.access(EIP0, null)).toBe(2n);
    expect(line.level).toBe(true);
    device.reset();
    expect([line.level, file.access(EIE0, null), file.access(EIDELIVERY, null)]).toEqual([false, 0n, 0n]);
  });
});
