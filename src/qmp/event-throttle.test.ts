import { describe, expect, it } from 'vitest';
import { EventThrottle } from './event-throttle.ts';
import type { SourceEvent } from './port-server.ts';

/** Time that moves by hand. */
class Sleeper {
  #now = 0;
  #entries: { at: number; callback: () => void }[] = [];

  readonly sleep = (ms: number, callback: () => void) => {
    const entry = { at: this.#now + ms, callback };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter(other => other !== entry);
    };
  };

  get waiting(): number {
    return this.#entries.length;
  }

  pass(ms: number): void {
    this.#now += ms;
    const due = this.#entries.filter(entry => entry.at <= this.#now);
    this.#entries = this.#entries.filter(entry => entry.at > this.#now);
    for (const { callback } of due) callback();
  }
}

function rig() {
  const time = new Sleeper();
  let emit: (event: SourceEvent) => void = () => {};
  const source = {
    on: (listener: (event: SourceEvent) => void) => {
      emit = listener;
      return () => {
        emit = () => {};
      };
    },
  };
  const throttle = new EventThrottle(source, time.sleep);
  const seen: unknown[] = [];
  throttle.on(({ event, data }) => seen.push([event, data]));
  const tell = (event: string, data: object) =>
    emit({ event, data, timestamp: { seconds: 0, microseconds: 0 } } as SourceEvent);
  return { time, throttle, seen, tell };
}

describe('rates of events', () => {
  it('tells the first at once and the newest of each second after it', () => {
    const { time, seen, tell } = rig();
    for (const actual of [1n, 2n, 3n]) tell('BALLOON_CHANGE', { actual });
    expect(seen).toEqual([['BALLOON_CHANGE', { actual: 1n }]]);
    time.pass(1000);
    expect(seen.slice(1)).toEqual([['BALLOON_CHANGE', { actual: 3n }]]);
    tell('BALLOON_CHANGE', { actual: 4n });
    expect(seen).toHaveLength(2);
    time.pass(1000);
    time.pass(1000);
    tell('BALLOON_CHANGE', { actual: 5n });
    expect(seen.slice(2).map(entry => (entry as [string, { actual: bigint }])[1].actual)).toEqual([4n, 5n]);
  });

  it('counts by whom they concern, and not at all where each matters', () => {
    const { seen, tell } = rig();
    tell('VSERPORT_CHANGE', { id: 'a', open: true });
    tell('VSERPORT_CHANGE', { id: 'b', open: true });
    tell('VSERPORT_CHANGE', { id: 'a', open: false });
    tell('STOP', {});
    tell('STOP', {});
    expect(seen).toHaveLength(4);
  });

  it('counts errors of a disk, unless one stops the machine', () => {
    const { time, seen, tell } = rig();
    const error = (path: string, action: string) => tell('BLOCK_IO_ERROR', { 'qom-path': path, action });
    error('/a', 'report');
    error('/a', 'report');
    error('/b', 'report');
    error('/a', 'stop');
    error('/a', 'ignore');
    expect(seen).toHaveLength(3);
    time.pass(1000);
    expect(seen.slice(3)).toEqual([['BLOCK_IO_ERROR', { 'qom-path': '/a', action: 'ignore' }]]);
  });

  it('leaves nothing behind when closed', () => {
    const { time, throttle, seen, tell } = rig();
    tell('RTC_CHANGE', { offset: 1n });
    tell('RTC_CHANGE', { offset: 2n });
    throttle.close();
    expect(time.waiting).toBe(0);
    tell('RTC_CHANGE', { offset: 3n });
    expect(seen).toHaveLength(1);
  });
});
