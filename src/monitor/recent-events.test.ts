import { beforeEach, describe, expect, it } from 'vitest';
import type { QmpClient, QmpEvent } from '../qmp/client.ts';
import { RecentEvents } from './recent-events.ts';

describe('RecentEvents', () => {
  let emit: (name: 'STOP' | 'RESUME') => void;
  let recent: RecentEvents;
  beforeEach(() => {
    let listener: (event: QmpEvent) => void = () => {};
    const qmp = {
      onEvent: (added: typeof listener) => {
        listener = added;
        return () => {};
      },
    } as unknown as QmpClient;
    recent = new RecentEvents(qmp);
    emit = event => listener({ event, data: {}, timestamp: { seconds: 0, microseconds: 0 } });
  });

  it('keeps what came since the previous command began, and forgets the rest', () => {
    recent.commandBegins();
    emit('STOP');
    recent.commandBegins();
    expect(recent.take('STOP')?.event).toBe('STOP');
    expect(recent.take('STOP')).toBeUndefined();
    emit('RESUME');
    recent.commandBegins();
    recent.commandBegins();
    expect(recent.take('RESUME')).toBeUndefined();
  });

  it('gives the oldest of a name first', () => {
    recent.commandBegins();
    emit('STOP');
    emit('RESUME');
    emit('STOP');
    expect(recent.take('STOP')).toBeDefined();
    expect(recent.take('STOP')).toBeDefined();
    expect(recent.take('STOP')).toBeUndefined();
    expect(recent.take('RESUME')).toBeDefined();
  });
});
