import { beforeEach, describe, expect, it } from 'vitest';
import { boardTypes } from '../../board/board-types.ts';
import { registersOf, TestLine } from '../../board/testing/registers.ts';
import { TypeTable } from '../../qom/types.ts';
import { SifivePlic } from './sifive-plic.ts';

const UART = 10;
const RTC = 11;
const PRIORITY = (source: number) => 4 * source;
const ENABLE = (context: number) => 0x2000 + 0x80 * context;
const THRESHOLD = (context: number) => 0x200000 + 0x1000 * context;
const CLAIM = (context: number) => THRESHOLD(context) + 4;
const SUPERVISOR = 1; // context of hart 0 in S mode

describe('SifivePlic', () => {
  let machine: TestLine;
  let supervisor: TestLine;
  let plic: SifivePlic;
  let regs: ReturnType<typeof registersOf>;

  beforeEach(() => {
    [machine, supervisor] = [new TestLine(), new TestLine()];
    plic = new SifivePlic(new TypeTable(boardTypes), [machine, supervisor]);
    regs = registersOf(plic.region);
    regs.write(ENABLE(SUPERVISOR), (1 << UART) | (1 << RTC));
    regs.write(PRIORITY(UART), 1);
    regs.write(PRIORITY(RTC), 1);
  });

  it('raises the context that enabled a source, and no other', () => {
    plic.inputs[UART]!.set(true);
    expect([machine.level, supervisor.level]).toEqual([false, true]);
    expect(regs.read(0x1000)).toBe(1 << UART);
  });

  it('tells of registers that are not there', () => {
    const mistake = (offset: number, write = false) =>
      plic.region.ops!.mistake!({ offset, size: 4, value: 0n, write });
    const there = [PRIORITY(95), 0x1008, ENABLE(1) + 8, THRESHOLD(1), CLAIM(0)];
    expect(there.map(offset => mistake(offset))).toEqual(there.map(() => null));
    expect(mistake(PRIORITY(96))).toBe('sifive_plic_read: Invalid register read 0x180');
    expect(mistake(THRESHOLD(2), true)).toBe('sifive_plic_write: Invalid register write 0x202000');
    expect([0x100c, ENABLE(1) + 12, ENABLE(2), CLAIM(0) + 4].map(offset => mistake(offset))).not.toContain(
      null,
    );
  });

  it('follows the wire while nobody has claimed', () => {
    plic.inputs[UART]!.set(true);
    plic.inputs[UART]!.set(false);
    expect(supervisor.level).toBe(false);
    expect(regs.read(CLAIM(SUPERVISOR))).toBe(0);
  });

  it('gives the highest priority first, then the lowest number', () => {
    plic.inputs[RTC]!.set(true);
    plic.inputs[UART]!.set(true);
    expect(regs.read(CLAIM(SUPERVISOR))).toBe(UART);
    regs.write(CLAIM(SUPERVISOR), UART);
    regs.write(PRIORITY(RTC), 7);
    expect(regs.read(CLAIM(SUPERVISOR))).toBe(RTC);
  });

  it('asks again after completion while the wire stays high', () => {
    plic.inputs[UART]!.set(true);
    expect(regs.read(CLAIM(SUPERVISOR))).toBe(UART);
    expect(supervisor.level).toBe(false);
    regs.write(CLAIM(SUPERVISOR), UART);
    expect(supervisor.level).toBe(true);
  });

  it('masks sources at or below the threshold', () => {
    regs.write(THRESHOLD(SUPERVISOR), 1);
    plic.inputs[UART]!.set(true);
    expect(supervisor.level).toBe(false);
    regs.write(THRESHOLD(SUPERVISOR), 0);
    expect(supervisor.level).toBe(true);
  });

  it('keeps three bits of a priority and has no source 0', () => {
    regs.write(PRIORITY(UART), 0xff);
    expect(regs.read(PRIORITY(UART))).toBe(7);
    regs.write(ENABLE(SUPERVISOR), 0xffff_ffff);
    expect(regs.read(ENABLE(SUPERVISOR))).toBe(0xffff_fffe);
  });

  it('ignores registers of contexts and sources that do not exist', () => {
    for (const offset of [PRIORITY(200), ENABLE(5), 0x2070, THRESHOLD(9), CLAIM(9), 0x1ff0]) {
      regs.write(offset, 0xffff_ffff);
      expect(regs.read(offset)).toBe(0);
    }
  });

  it('forgets everything but the wires at reset', () => {
    plic.inputs[UART]!.set(true);
    plic.reset();
    expect(supervisor.level).toBe(false);
    regs.write(ENABLE(SUPERVISOR), 1 << UART);
    regs.write(PRIORITY(UART), 1);
    expect(supervisor.level).toBe(true);
  });
});
