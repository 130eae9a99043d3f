import { beforeEach, describe, expect, it } from 'vitest';
import { boardTypes } from '../../board/board-types.ts';
import { registersOf, TestLine } from '../../board/testing/registers.ts';
import { TEST_EPOCH, TestHost } from '../../board/testing/test-board.ts';
import { VirtualClock } from '../../clock.ts';
import { TypeTable } from '../../qom/types.ts';
import { GoldfishRtc } from './goldfish-rtc.ts';

const REG = {
  timeLow: 0,
  timeHigh: 4,
  alarmLow: 8,
  alarmHigh: 12,
  enable: 16,
  clearAlarm: 20,
  status: 24,
  clear: 28,
};

describe('GoldfishRtc', () => {
  let host: TestHost;
  let clock: VirtualClock;
  let irq: TestLine;
  let rtc: GoldfishRtc;
  let regs: ReturnType<typeof registersOf>;

  beforeEach(() => {
    host = new TestHost();
    clock = new VirtualClock(host);
    irq = new TestLine();
    rtc = new GoldfishRtc(new TypeTable(boardTypes), host, clock, irq);
    regs = registersOf(rtc.region);
    rtc.reset();
    clock.start();
  });

  const now = () => BigInt(regs.read(REG.timeLow)) | (BigInt(regs.read(REG.timeHigh)) << 32n);

  function setAlarm(at: bigint): void {
    regs.write(REG.alarmHigh, Number(at >> 32n));
    regs.write(REG.alarmLow, Number(at & 0xffff_ffffn));
  }

  function pass(ns: number): void {
    host.time.advance(ns);
    clock.runTimers();
  }

  it('tells the time of the host, also while the machine stands still', () => {
    expect(now()).toBe(TEST_EPOCH);
    clock.stop();
    host.time.advance(1024);
    expect(now()).toBe(TEST_EPOCH + 1024n);
  });

  it('keeps the halves of one reading together', () => {
    const low = regs.read(REG.timeLow);
    host.time.advance(5e9);
    expect((BigInt(regs.read(REG.timeHigh)) << 32n) | BigInt(low)).toBe(TEST_EPOCH);
  });

  it('fires its alarm once', () => {
    regs.write(REG.enable, 1);
    setAlarm(TEST_EPOCH + 2_000_000n);
    expect([irq.level, regs.read(REG.status)]).toEqual([false, 1]);
    pass(2_000_000);
    expect([irq.level, regs.read(REG.status)]).toEqual([true, 0]);
    regs.write(REG.clear, 1);
    expect(irq.level).toBe(false);
  });

  it('fires at once for an alarm in the past, and holds it back until enabled', () => {
    setAlarm(TEST_EPOCH - 1_000_000n);
    expect(irq.level).toBe(false);
    regs.write(REG.enable, 1);
    expect(irq.level).toBe(true);
  });

  it('forgets an alarm that is cleared', () => {
    regs.write(REG.enable, 1);
    setAlarm(TEST_EPOCH + 1_000_000n);
    regs.write(REG.clearAlarm, 1);
    pass(1e9);
    expect(irq.level).toBe(false);
  });

  it('can be set, until the next reset', () => {
    const wanted = 5n << 32n;
    regs.write(REG.timeHigh, 5);
    regs.write(REG.timeLow, 0);
    expect(now()).toBe(wanted);
    rtc.reset();
    expect(now()).toBe(TEST_EPOCH);
  });
});
