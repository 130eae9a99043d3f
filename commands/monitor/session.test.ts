import { describe, expect, it } from 'vitest';
import { shown, testContext } from '../test-support.ts';
import { clear, detach, help, infoHelp, infoHistory, quit } from './session.ts';

describe('session commands', () => {
  it('help and info ask the session', async () => {
    expect(shown(await help(testContext(), { name: 'stop' }))).toBe('help about stop\n');
    expect(shown(await help(testContext(), {}))).toBe('help about everything\n');
    expect(shown(await infoHelp(testContext()))).toBe('help about info\n');
  });

  it('info history numbers the lines', async () => {
    const result = await infoHistory(testContext({}, ['info status', 'info history']));
    expect(result).toEqual({
      kind: 'data',
      data: ['info status', 'info history'],
      text: "0: 'info status'\n1: 'info history'\n",
    });
  });

  it('clear clears', async () => {
    expect(await clear()).toEqual({ kind: 'clear' });
  });

  it('quit ends machine and session', async () => {
    const ctx = testContext({ quit: () => ({}) });
    await quit(ctx);
    expect(ctx.asked.map(each => each.command)).toEqual(['quit']);
    expect(ctx.session.quitting).toBe(true);
  });

  it('detach leaves a machine of others, not our own', async () => {
    const ctx = testContext();
    await expect(detach(ctx)).rejects.toThrow('the machine is part of this program');
    expect(ctx.session.quitting).toBe(false);
    const session = Object.assign(ctx.session, { attached: true });
    await detach({ ...ctx, session });
    expect(session.quitting).toBe(true);
    expect(ctx.asked).toEqual([]);
  });
});
