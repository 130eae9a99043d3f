import { beforeEach, describe, expect, it } from 'vitest';
import { ManualTime, VirtualClock } from './clock.ts';
import { EventBus } from './events.ts';
import { Lifecycle } from './lifecycle.ts';

describe('Lifecycle', () => {
  let clock: VirtualClock;
  let life: Lifecycle;
  let events: string[];
  beforeEach(() => {
    clock = new VirtualClock(new ManualTime());
    const bus = new EventBus(() => 1_500_000_123_456_789);
    events = [];
    bus.on(({ event, data }) => events.push(`${event} ${JSON.stringify(data)}`));
    life = new Lifecycle(clock, bus);
  });

  it('starts and stops with the clock, telling once', () => {
    life.start();
    life.start();
    expect(clock.running).toBe(true);
    life.stop('paused');
    life.stop('paused');
    expect(clock.running).toBe(false);
    expect(life.state.current).toBe('paused');
    expect(events).toEqual(['RESUME {}', 'STOP {}']);
  });

  it('keeps the state of a machine that was not running when stop comes', () => {
    life.stop('paused');
    expect(life.state.current).toBe('prelaunch');
    expect(events).toEqual([]);
  });

  it('resets a running machine and goes on', () => {
    let resets = 0;
    life.start();
    life.requestReset('guest-reset');
    expect(life.process(() => resets++)).toBeNull();
    expect(resets).toBe(1);
    expect(life.state.current).toBe('running');
    expect(events.at(-1)).toBe('RESET {"guest":true,"reason":"guest-reset"}');
  });

  it('puts a paused machine before launch on reset', () => {
    life.start();
    life.stop('paused');
    life.requestReset('host-qmp-system-reset');
    life.process(() => {});
    expect(life.state.current).toBe('prelaunch');
  });

  it('ends on shutdown, unless it shall only pause; then only a reset leads on', () => {
    life.start();
    life.requestShutdown('guest-shutdown', 7);
    expect(life.process(() => {})).toEqual({ cause: 'guest-shutdown', status: 7 });
    life.actions.shutdown = 'pause';
    life.requestShutdown('guest-shutdown');
    expect(life.process(() => {})).toBeNull();
    expect(life.state.current).toBe('shutdown');
    expect(() => life.resume()).toThrow('Resetting the Virtual Machine is required');
    life.requestReset('host-qmp-system-reset');
    life.process(() => {});
    life.resume();
    expect(life.state.running).toBe(true);
  });

  it('turns a reset into a shutdown where that was asked for', () => {
    life.actions.reboot = 'shutdown';
    life.start();
    life.requestReset('guest-reset');
    expect(life.process(() => {})?.cause).toBe('guest-reset');
    expect(events.at(-1)).toBe('SHUTDOWN {"guest":true,"reason":"guest-reset"}');
  });

  it.each([
    ['none', 'poweroff', 'run', 'running', undefined],
    ['pause', 'poweroff', 'pause', 'guest-panicked', undefined],
    ['shutdown', 'pause', 'pause', 'guest-panicked', undefined],
    ['shutdown', 'poweroff', 'poweroff', 'guest-panicked', { cause: 'guest-panic', status: 0 }],
    ['exit-failure', 'poweroff', 'poweroff', 'guest-panicked', { cause: 'guest-panic', status: 1 }],
  ] as const)('panic=%s, shutdown=%s: a panic leads to %s', (panic, shutdown, action, state, ending) => {
    Object.assign(life.actions, { panic, shutdown });
    life.start();
    life.guestPanicked();
    expect(events).toContain(`GUEST_PANICKED {"action":"${action}"}`);
    expect(life.state.current).toBe(state);
    expect(life.process(() => {}) ?? undefined).toEqual(ending);
  });

  it('goes on after a panic that only paused it', () => {
    life.actions.panic = 'pause';
    life.start();
    life.guestPanicked();
    life.resume();
    expect(life.state.running).toBe(true);
  });

  it('ends when the guest asks for it through the panic device', () => {
    life.start();
    life.guestShutDown();
    expect(events.at(-1)).toBe('GUEST_PVSHUTDOWN {}');
    expect(life.process(() => {})?.cause).toBe('guest-shutdown');
  });
});
