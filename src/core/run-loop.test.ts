import { describe, expect, it } from 'vitest';
import type { Host } from '../host/types.ts';
import { ManualTime, VirtualClock } from './clock.ts';
import { RunLoop } from './run-loop.ts';

/** A host whose event loop turns only when told. */
function manualHost() {
  const time = new ManualTime();
  const turns: (() => void)[] = [];
  const sleeps: { ms: number; wake: () => void; cancelled: boolean }[] = [];
  const host = {
    now: () => time.now(),
    defer: (callback: () => void) => void turns.push(callback),
    sleep: (ms: number, wake: () => void) => {
      const sleep = { ms, wake, cancelled: false };
      sleeps.push(sleep);
      return () => {
        sleep.cancelled = true;
      };
    },
  } as unknown as Host;
  return { host, time, turns, sleeps, turn: () => turns.shift()?.() };
}

describe('RunLoop', () => {
  it('runs every hart in a slice and yields after it', () => {
    const { host, time, turn, turns } = manualHost();
    const ran: number[] = [];
    const hart = (id: number) => ({
      waiting: false,
      run: () => {
        ran.push(id);
        time.advance(1e6);
      },
    });
    const loop = new RunLoop(host, new VirtualClock(time), [hart(0), hart(1)], () => {});
    loop.resume();
    turn();
    expect(ran).toEqual([0, 1]);
    expect(turns).toHaveLength(1);
  });

  it('keeps slices short while code is slow, and looks at the clock less often once it is fast', () => {
    const { host, time, turn } = manualHost();
    let nsPerInstruction = 1000;
    const budgets: number[] = [];
    const hart = {
      waiting: false,
      run: (budget: number) => {
        budgets.push(budget);
        time.advance(budget * nsPerInstruction);
      },
    };
    const loop = new RunLoop(host, new VirtualClock(time), [hart], () => {});
    loop.resume();
    turn();
    expect(time.now()).toBeLessThan(4e6);
    nsPerInstruction = 1;
    budgets.length = 0;
    for (let round = 0; round < 5; round++) turn();
    expect(budgets.at(-1)).toBe(40_000);
    nsPerInstruction = 1000;
    for (let round = 0; round < 10; round++) turn();
    expect(budgets.at(-1)).toBe(1000);
    expect(budgets.every(Number.isInteger)).toBe(true);
  });

  it('sleeps until the next timer when all harts wait, and wakes on a kick', () => {
    const { host, time, turn, turns, sleeps } = manualHost();
    const clock = new VirtualClock(time);
    clock.start();
    clock.timer(() => {}).arm(5e6);
    const loop = new RunLoop(host, clock, [{ waiting: true, run: () => {} }], () => {});
    loop.resume();
    turn();
    expect(turns).toHaveLength(0);
    expect(sleeps.map(({ ms }) => ms)).toEqual([5]);
    loop.kick();
    expect(sleeps[0]!.cancelled).toBe(true);
    expect(turns).toHaveLength(1);
  });

  it('does not run harts while paused, but still carries out requests', () => {
    const { host, turn, turns, time } = manualHost();
    let between = 0;
    const hart = {
      waiting: false,
      run: () => {
        throw new Error('must not run');
      },
    };
    const loop = new RunLoop(host, new VirtualClock(time), [hart], () => between++);
    loop.pause();
    loop.kick();
    turn();
    expect(between).toBe(1);
    expect(turns).toHaveLength(0);
  });
});
