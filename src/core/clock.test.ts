import { beforeEach, describe, expect, it } from 'vitest';
import { ManualTime, VirtualClock } from './clock.ts';

describe('VirtualClock', () => {
  let time: ManualTime;
  let clock: VirtualClock;
  beforeEach(() => {
    time = new ManualTime();
    clock = new VirtualClock(time);
  });

  it('stands still until started and while stopped', () => {
    time.advance(10);
    expect(clock.now()).toBe(0);
    clock.start();
    time.advance(10);
    clock.stop();
    time.advance(100);
    expect(clock.now()).toBe(10);
    clock.start();
    time.advance(5);
    expect(clock.now()).toBe(15);
  });

  it('calls back after a sleep that was not cancelled', () => {
    const fired: number[] = [];
    clock.start();
    clock.sleep(1, () => fired.push(1));
    clock.sleep(1, () => fired.push(2))();
    time.advance(999_999);
    clock.runTimers();
    expect(fired).toEqual([]);
    time.advance(1);
    clock.runTimers();
    expect(fired).toEqual([1]);
  });

  it('fires timers once, earliest first, when they are due', () => {
    const fired: string[] = [];
    clock.timer(() => fired.push('late')).arm(30);
    clock.timer(() => fired.push('early')).arm(20);
    clock.start();
    time.advance(19);
    clock.runTimers();
    expect(fired).toEqual([]);
    expect(clock.nextDeadline).toBe(20);
    time.advance(11);
    clock.runTimers();
    expect(fired).toEqual(['early', 'late']);
    time.advance(100);
    clock.runTimers();
    expect(fired).toHaveLength(2);
    expect(clock.nextDeadline).toBe(Number.POSITIVE_INFINITY);
  });

  it('forgets a cancelled timer and moves one that is armed again', () => {
    let fired = 0;
    const timer = clock.timer(() => fired++);
    timer.arm(10);
    timer.arm(50);
    clock.start();
    time.advance(20);
    clock.runTimers();
    expect(fired).toBe(0);
    timer.cancel();
    expect(timer.armed).toBe(false);
    time.advance(100);
    clock.runTimers();
    expect(fired).toBe(0);
  });

  it('runs a timer that its own callback armed for now', () => {
    let fired = 0;
    const timer = clock.timer(() => {
      if (++fired < 3) timer.arm(clock.now());
    });
    timer.arm(0);
    clock.start();
    clock.runTimers();
    expect(fired).toBe(3);
  });
});
