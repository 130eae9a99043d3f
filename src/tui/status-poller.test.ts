import { describe, expect, it } from 'vitest';
import type { QmpClient } from '../qmp/client.ts';
import type { StatusView } from './layout/status-row.ts';
import { StatusPoller } from './status-poller.ts';

function setUp(supported: readonly string[]) {
  const machine = { status: 'running', instructions: [0n, 0n], fail: false };
  const asked: string[] = [];
  const qmp = {
    supports: (command: string) => supported.includes(command),
    execute: async (command: string) => {
      asked.push(command);
      if (machine.fail) throw new Error('gone');
      if (command === 'query-status')
        return { status: machine.status, running: machine.status === 'running' };
      return machine.instructions.map((instructions, index) => ({
        'cpu-index': index,
        instructions,
        halted: false,
      }));
    },
  } as unknown as QmpClient;
  const clock = { now: 0 };
  let status: Partial<StatusView> = {};
  const timers: (() => void)[] = [];
  const poller = new StatusPoller({
    qmp,
    now: () => clock.now,
    currentCpu: () => 1,
    delay: (_milliseconds, run) => {
      timers.push(run);
      return () => timers.splice(timers.indexOf(run), 1);
    },
    changed: change => {
      status = { ...status, ...change };
    },
  });
  return { machine, asked, clock, poller, timers, status: () => status };
}

const BOTH = ['query-status', 'x-query-vcpu-stats'];

describe('StatusPoller', () => {
  it('computes the speed from two measurements over all vCPUs', async () => {
    const { machine, clock, poller, status } = setUp(BOTH);
    await poller.refresh();
    expect(status()).toEqual({ runState: 'running', cpu: { index: 1, count: 2 } });
    machine.instructions = [30_000_000n, 20_000_000n];
    clock.now = 500;
    await poller.refresh();
    expect(status().mips).toBe(100);
  });

  it('starts anew after a reset and shows no speed while stopped', async () => {
    const { machine, clock, poller, status } = setUp(BOTH);
    machine.instructions = [9_000_000n];
    await poller.refresh();
    machine.instructions = [1_000_000n];
    clock.now = 500;
    await poller.refresh();
    expect(status().mips).toBeUndefined();
    machine.instructions = [2_000_000n];
    clock.now = 1000;
    await poller.refresh();
    expect(status().mips).toBe(2);
    machine.status = 'paused';
    await poller.refresh();
    expect(status()).toMatchObject({ runState: 'paused', mips: undefined });
  });

  it('asks only what the server offers, and goes on after an error', async () => {
    const { machine, asked, poller, timers } = setUp(['query-status']);
    machine.fail = true;
    await poller.refresh();
    expect(asked).toEqual(['query-status']);
    expect(timers).toHaveLength(1);
    poller.stop();
    expect(timers).toHaveLength(0);
    await poller.refresh();
    expect(asked).toHaveLength(1);
  });
});
