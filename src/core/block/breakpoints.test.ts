import { describe, expect, it } from 'vitest';
import { Breakpoints } from './breakpoints.ts';

function setUp() {
  const points = new Breakpoints<'read' | 'write'>();
  const notices: string[] = [];
  points.onNotice(text => void notices.push(text));
  return { points, notices };
}

describe('breakpoints', () => {
  it('stop one request each, until it is resumed', async () => {
    const { points, notices } = setUp();
    expect(points.meet('read')).toBeUndefined();
    points.set('read', 'A');
    expect(points.meet('write')).toBeUndefined();
    const request = points.meet('read');
    expect([points.suspended, points.meet('read')]).toEqual([1, undefined]);
    expect([points.resume('B'), points.resume('A'), points.resume('A')]).toEqual([false, true, false]);
    await request;
    expect(notices).toEqual(["blkdebug: Suspended request 'A'", "blkdebug: Resuming request 'A'"]);
  });

  it('stop a request as often as there are breakpoints', async () => {
    const { points } = setUp();
    points.set('read', 'A');
    points.set('read', 'B');
    const request = points.meet('read');
    expect(points.resume('B')).toBe(false);
    points.resume('A');
    await points.waitFor('B');
    points.resume('B');
    await request;
    expect(points.suspended).toBe(0);
  });

  it('are removed with what they stopped', async () => {
    const { points } = setUp();
    points.set('read', 'A');
    const request = points.meet('read');
    points.set('write', 'A');
    expect([points.remove('A'), points.remove('A')]).toEqual([true, false]);
    await request;
    expect(points.meet('write')).toBeUndefined();
  });

  it('tell when a request stands still', async () => {
    const { points } = setUp();
    expect(points.waitFor('A')).toBeUndefined();
    points.set('read', 'A');
    const told: string[] = [];
    const waiting = points.waitFor('A')!.then(() => void told.push('A'));
    await Promise.resolve();
    expect(told).toEqual([]);
    points.meet('read');
    await waiting;
    await points.waitFor('A');
    expect(told).toEqual(['A']);
  });

  it('hold nothing of an image that goes', async () => {
    const { points } = setUp();
    points.set('read', 'A');
    const request = points.meet('read');
    points.set('write', 'B');
    const waiting = points.waitFor('B');
    points.clear();
    await Promise.all([request, waiting]);
    expect([points.suspended, points.meet('write')]).toEqual([0, undefined]);
  });
});
