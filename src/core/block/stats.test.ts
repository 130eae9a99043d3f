import { describe, expect, it } from 'vitest';
import { DriveStats } from './stats.ts';

describe('DriveStats', () => {
  function statsAt(accounting?: DriveStats['accounting']) {
    const time = { now: 0 };
    const stats = new DriveStats(() => time.now);
    if (accounting) stats.accounting = accounting;
    return { stats, time };
  }

  it('counts requests, the time they took, and the time since the last', () => {
    const { stats, time } = statsAt();
    expect(stats.idle).toBeUndefined();
    const ended = stats.start('rd', 512);
    time.now = 30;
    ended(true);
    time.now = 35;
    expect(stats.of.rd).toEqual({ bytes: 512, operations: 1, failed: 0, invalid: 0, nanoseconds: 30 });
    expect(stats.idle).toBe(5);
  });

  it.each([
    [true, 30],
    [false, 0],
  ])('takes what failed for work if that is wanted: %s', (failed, nanoseconds) => {
    const { stats, time } = statsAt({ invalid: true, failed });
    stats.setHistogram('wr', [10]);
    const ended = stats.start('wr', 512);
    time.now = 30;
    ended(false);
    expect(stats.of.wr).toEqual({ bytes: 0, operations: 0, failed: 1, invalid: 0, nanoseconds });
    expect(stats.idle !== undefined).toBe(failed);
    expect(stats.histograms.get('wr')?.bins).toEqual([0, 1]);
  });

  it.each([true, false])('takes what was refused for work if that is wanted: %s', invalid => {
    const { stats } = statsAt({ invalid, failed: true });
    stats.invalid('unmap');
    expect(stats.of.unmap.invalid).toBe(1);
    expect(stats.idle !== undefined).toBe(invalid);
  });
});
