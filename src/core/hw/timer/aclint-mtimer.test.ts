import { beforeEach, describe, expect, it } from 'vitest';
import { boardTypes } from '../../board/board-types.ts';
import { registersOf, TestLine } from '../../board/testing/registers.ts';
import { ManualTime, VirtualClock } from '../../clock.ts';
import { TypeTable } from '../../qom/types.ts';
import { AclintMtimer } from './aclint-mtimer.ts';
import { SupervisorTimer } from './supervisor-timer.ts';

const MTIME = 0x7ff8;
const NEVER = 2n ** 64n - 1n;

describe('AclintMtimer', () => {
  let time: ManualTime;
  let clock: VirtualClock;
  let lines: TestLine[];
  let timer: AclintMtimer;
  let regs: ReturnType<typeof registersOf>;

  beforeEach(() => {
    time = new ManualTime();
    clock = new VirtualClock(time);
    lines = [new TestLine(), new TestLine()];
    timer = new AclintMtimer(new TypeTable(boardTypes), clock, lines);
    regs = registersOf(timer.region);
    timer.reset();
    clock.start();
  });

  function pass(ns: number): void {
    time.advance(ns);
    clock.runTimers();
  }

  it('counts at 10 MHz and stands still with the clock', () => {
    pass(12_345);
    expect(regs.read64(MTIME)).toBe(123n);
    clock.stop();
    time.advance(1e9);
    expect(timer.time()).toBe(123n);
  });

  it('has every MTIP pending after reset, since mtimecmp is 0', () => {
    expect(lines.map(line => line.level)).toEqual([true, true]);
  });

  it('fires one hart when mtime reaches its mtimecmp', () => {
    regs.write64(8, 50n);
    expect(lines[1]?.level).toBe(false);
    pass(4_999);
    expect(lines[1]?.level).toBe(false);
    pass(1);
    expect(lines[1]?.level).toBe(true);
  });

  it('takes mtimecmp in halves', () => {
    regs.write(4, 0xffff_ffff);
    regs.write(0, 70);
    expect(lines[0]?.level).toBe(false);
    regs.write(4, 0);
    pass(7_000);
    expect(lines[0]?.level).toBe(true);
    expect(regs.read64(0)).toBe(70n);
  });

  it('never fires for a compare value that is out of reach', () => {
    regs.write64(0, NEVER);
    pass(1e15);
    expect(lines[0]?.level).toBe(false);
  });

  it('lets mtime be set, which moves deadlines', () => {
    regs.write64(0, 1_000n);
    regs.write64(MTIME, 990n);
    pass(1_000);
    expect(lines[0]?.level).toBe(true);
    expect(regs.read(MTIME)).toBe(1_000);
  });

  describe('SupervisorTimer', () => {
    it('compares with mtime, also after mtime was set', () => {
      const line = new TestLine();
      const supervisor = new SupervisorTimer(clock, timer, line);
      supervisor.setCompare(500n);
      expect(line.level).toBe(false);
      regs.write64(MTIME, 490n);
      pass(1_000);
      expect(line.level).toBe(true);
      supervisor.setCompare(NEVER);
      expect(line.level).toBe(false);
      supervisor.reset();
      pass(1e12);
      expect(line.level).toBe(false);
    });
  });
});
