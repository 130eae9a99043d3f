import { describe, expect, it } from 'vitest';
import { RunStateError, RunStateMachine } from './run-state.ts';

describe('RunStateMachine', () => {
  it('starts before launch and follows a legal path', () => {
    const state = new RunStateMachine();
    expect(state.current).toBe('prelaunch');
    for (const next of ['running', 'paused', 'running', 'shutdown', 'prelaunch', 'running'] as const) {
      state.set(next);
      expect(state.current).toBe(next);
    }
    expect(state.running).toBe(true);
  });

  it('refuses an illegal transition and keeps its state', () => {
    const state = new RunStateMachine();
    expect(() => state.set('watchdog')).toThrow(RunStateError);
    expect(state.current).toBe('prelaunch');
  });

  it('needs a reset after shutdown and internal error', () => {
    const state = new RunStateMachine();
    state.set('running');
    expect(state.needsReset).toBe(false);
    state.set('internal-error');
    expect(state.needsReset).toBe(true);
  });
});
