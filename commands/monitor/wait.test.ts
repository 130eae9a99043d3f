import { describe, expect, it } from 'vitest';
import { shown, testContext } from '../test-support.ts';
import { completeEvent, wait } from './wait.ts';

const replies = {
  'query-qmp-schema': () => [
    { name: 'STOP', 'meta-type': 'event' as const, 'arg-type': '0' },
    { name: 'RESET', 'meta-type': 'event' as const, 'arg-type': '1' },
    { name: 'stop', 'meta-type': 'command' as const, 'arg-type': '0', 'ret-type': '0' },
  ],
};

describe('wait', () => {
  it('shows the event, even one that comes while the name is checked', async () => {
    const ctx = testContext(replies);
    const waiting = wait(ctx, { event: 'reset' });
    ctx.emit('STOP', {});
    ctx.emit('RESET', { guest: true, reason: 'guest-reset' });
    expect(await waiting).toEqual({
      kind: 'data',
      data: {
        event: 'RESET',
        data: { guest: true, reason: 'guest-reset' },
        timestamp: { seconds: 1, microseconds: 2 },
      },
      text: 'RESET {"guest": true, "reason": "guest-reset"}\n',
    });
  });

  it('fails with exit code 4 when the time is over', async () => {
    const waiting = wait(testContext(replies), { event: 'STOP', timeout: 0.01 });
    await expect(waiting).rejects.toMatchObject({ exitCode: 4 });
  });

  it('fails with exit code 3 when the machine ends', async () => {
    const ctx = testContext(replies);
    const waiting = wait(ctx, { event: 'STOP' });
    ctx.disconnect(null);
    await expect(waiting).rejects.toMatchObject({ exitCode: 3 });
  });

  it('refuses an event that does not exist and names those that do', async () => {
    await expect(wait(testContext(replies), { event: 'stopp' })).rejects.toThrow(
      "unknown event 'STOPP': expected one of RESET, STOP",
    );
  });

  it('refuses a time that is negative', async () => {
    await expect(wait(testContext(replies), { event: 'STOP', timeout: -1 })).rejects.toThrow('negative');
  });

  it('answers with an event that came although the machine has gone since', async () => {
    const ctx = testContext(); // which refuses every command
    const event = { event: 'STOP' as const, data: {}, timestamp: { seconds: 1, microseconds: 2 } };
    const session = { ...ctx.session, takeEvent: () => event };
    expect(shown(await wait({ ...ctx, session }, { event: 'stop' }))).toBe('STOP {}\n');
  });

  it('ends with the signal', async () => {
    const cancel = new AbortController();
    const waiting = wait({ ...testContext(replies), signal: cancel.signal }, { event: 'STOP' });
    cancel.abort(new Error('given up'));
    await expect(waiting).rejects.toThrow('given up');
  });

  it('completes event names', async () => {
    const { qmp } = testContext(replies);
    expect(await completeEvent({ qmp, index: 1 })).toEqual(['STOP', 'RESET']);
    expect(await completeEvent({ qmp, index: 2 })).toEqual([]);
  });
});
