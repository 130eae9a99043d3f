import { describe, expect, it } from 'vitest';
import type { RunState } from '../../src/qapi/generated/types.ts';
import { testContext } from '../test-support.ts';
import { cont, stop, systemPowerdown, systemReset, systemWakeup } from './control.ts';
import { infoStatus } from './info-status.ts';
import { completeWatchdogAction, watchdogAction } from './watchdog-action.ts';

describe('run state commands', () => {
  it.each([
    ['stop', stop],
    ['cont', cont],
    ['system_reset', systemReset],
    ['system_powerdown', systemPowerdown],
    ['system_wakeup', systemWakeup],
  ] as const)('%s is the QMP command of its name', async (command, handler) => {
    const ctx = testContext({ [command]: () => ({}) });
    expect(await handler(ctx, {})).toBeUndefined();
    expect(ctx.asked.map(each => each.command)).toEqual([command]);
  });
});

describe('info status', () => {
  it.each<[boolean, RunState, string]>([
    [true, 'running', 'VM status: running\n'],
    [false, 'paused', 'VM status: paused\n'],
    [false, 'prelaunch', 'VM status: paused (prelaunch)\n'],
    [false, 'guest-panicked', 'VM status: paused (guest-panicked)\n'],
  ])('running %s in state %s', async (running, status, text) => {
    const reply = { running, status };
    const ctx = testContext({ 'query-status': () => reply });
    expect(await infoStatus(ctx)).toEqual({ kind: 'data', data: reply, text });
  });
});

describe('watchdog_action', () => {
  it('sets an action', async () => {
    const ctx = testContext({ 'watchdog-set-action': () => ({}) });
    await watchdogAction(ctx, { action: 'inject-nmi' });
    await watchdogAction(ctx, { action: 'PAUSE' });
    expect(ctx.asked.map(({ args }) => args)).toEqual([{ action: 'inject-nmi' }, { action: 'pause' }]);
  });

  it.each(['foo', 'toString', ''])('refuses %j', async action => {
    await expect(watchdogAction(testContext(), { action })).rejects.toThrow(
      `invalid parameter value: ${action.toLowerCase()}`,
    );
  });

  it('completes every action', async () => {
    const actions = await completeWatchdogAction();
    expect(actions).toEqual(['reset', 'shutdown', 'poweroff', 'pause', 'debug', 'none', 'inject-nmi']);
  });
});
