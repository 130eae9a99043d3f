import { describe, expect, it } from 'vitest';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { Throttle, type ThrottleLimits } from './throttle.ts';

const NONE: ThrottleLimits = {
  bps: 0,
  bpsRead: 0,
  bpsWrite: 0,
  iops: 0,
  iopsRead: 0,
  iopsWrite: 0,
  group: 'g',
};

function setUp(limits: Partial<ThrottleLimits> | null) {
  const host = new FakeHost();
  const throttle = new Throttle(host);
  throttle.limits = limits && { ...NONE, ...limits };
  const admitted: string[] = [];
  const ask = (name: string, direction: 'rd' | 'wr', bytes: number) =>
    void throttle.admit(direction, bytes).then(() => admitted.push(name));
  return { host, throttle, admitted, ask };
}

describe('throttle', () => {
  it('holds back what comes too fast, in its order', async () => {
    const { host, admitted, ask } = setUp({ bps: 1000 });
    for (const name of ['a', 'b', 'c']) ask(name, 'rd', 500);
    await host.settle();
    expect(admitted).toEqual(['a']);
    host.pass(399);
    await host.settle();
    expect(admitted).toEqual(['a']);
    host.pass(2); // half a second, less the tenth that may be ahead
    await host.settle();
    expect(admitted).toEqual(['a', 'b']);
    host.pass(500);
    await host.settle();
    expect(admitted).toEqual(['a', 'b', 'c']);
  });

  it('counts requests and directions on their own', async () => {
    const { host, admitted, ask } = setUp({ iopsWrite: 1, bpsRead: 10_000 });
    for (const name of ['r1', 'r2', 'r3']) ask(name, 'rd', 100);
    ask('w1', 'wr', 1 << 20);
    ask('w2', 'wr', 1);
    await host.settle();
    expect(admitted).toEqual(['r1', 'r2', 'r3', 'w1']);
    host.pass(1000);
    await host.settle();
    expect(admitted).toContain('w2');
  });

  it.each([
    ['limits are taken away', (throttle: Throttle) => (throttle.limits = null)],
    ['the machine drains', (throttle: Throttle) => (throttle.suspended = true)],
  ])('lets everything go when %s', async (_, change) => {
    const { host, throttle, admitted, ask } = setUp({ bps: 1 });
    for (const name of ['a', 'b', 'c']) ask(name, 'wr', 1 << 20);
    await host.settle();
    change(throttle);
    await host.settle();
    expect(admitted).toEqual(['a', 'b', 'c']);
  });

  it('lets a burst pass', async () => {
    const { host, admitted, ask } = setUp({ bps: 1000, bursts: { bps: { max: 2000, seconds: 1 } } });
    for (const name of ['a', 'b', 'c', 'd']) ask(name, 'wr', 1500);
    await host.settle();
    expect(admitted).toEqual(['a', 'b']);
  });

  it('counts a long request more than once', async () => {
    const { host, admitted, ask } = setUp({ iops: 10, iopsSize: 512 });
    for (const name of ['a', 'b']) ask(name, 'wr', 1024);
    await host.settle();
    expect(admitted).toEqual(['a']);
  });
});
