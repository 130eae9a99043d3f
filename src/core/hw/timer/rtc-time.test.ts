import { expect, it } from 'vitest';
import { TEST_EPOCH, TestHost } from '../../board/testing/test-board.ts';
import { VirtualClock } from '../../clock.ts';
import { rtcTime } from './rtc-time.ts';

const HOUR = 3_600_000;

it.each([
  ['host', 7],
  ['rt', 7],
  ['vm', 4],
] as const)('%s: goes on by %i of 7 seconds, of which the machine stood still for 3', (clock, seconds) => {
  const host = new TestHost();
  const machine = new VirtualClock(host);
  const time = rtcTime({ clock, offsetMs: HOUR }, host, machine);
  const start = Number(TEST_EPOCH) + HOUR * 1e6;
  expect(time.wallClock()).toBe(start);
  machine.start();
  host.time.advance(4e9);
  machine.stop();
  host.time.advance(3e9);
  expect(time.wallClock() - start).toBe(seconds * 1e9);
});
