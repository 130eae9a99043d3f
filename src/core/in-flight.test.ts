import { describe, expect, it } from 'vitest';
import { InFlight } from './in-flight.ts';

const never = new Promise<void>(() => {});
const turn = () => new Promise(resolve => setImmediate(resolve));

function gate() {
  let open = () => {};
  const passed = new Promise<void>(resolve => {
    open = resolve;
  });
  return { open: () => open(), passed };
}

describe('requests in flight', () => {
  it('are waited for', async () => {
    const inFlight = new InFlight();
    const [first, second] = [gate(), gate()];
    void inFlight.track(first.passed);
    void inFlight.track(second.passed);
    let drained = false;
    const draining = inFlight.drain(never).then(() => {
      drained = true;
    });
    first.open();
    await turn();
    expect([inFlight.count, inFlight.draining, drained]).toEqual([1, true, false]);
    second.open();
    await draining;
    expect([inFlight.count, inFlight.draining]).toEqual([0, false]);
    await inFlight.drain(never); // nothing to wait for
  });

  it('are not waited for without end', async () => {
    const inFlight = new InFlight();
    void inFlight.track(never);
    await inFlight.drain(Promise.resolve());
    expect([inFlight.count, inFlight.draining]).toEqual([1, false]);
  });

  it('do not count while they wait for the machine themselves', async () => {
    const inFlight = new InFlight();
    const resumed = gate();
    void inFlight.track(inFlight.aside(resumed.passed));
    await inFlight.drain(never);
    resumed.open();
    await turn();
    expect(inFlight.count).toBe(0);
  });
});
