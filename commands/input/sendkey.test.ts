import { describe, expect, it } from 'vitest';
import { introspect, loadSchema } from '../../src/qapi/index.ts';
import { testContext } from '../test-support.ts';
import { completeSendkey, sendkey } from './sendkey.ts';

const schema = introspect(loadSchema());

function setUp() {
  return testContext({ 'query-qmp-schema': () => schema, 'send-key': () => ({}) });
}

const qcode = (data: string) => ({ type: 'qcode', data });

describe('sendkey', () => {
  it.each([
    ['ctrl-alt-f1', [qcode('ctrl'), qcode('alt'), qcode('f1')]],
    ['5', [qcode('5')]],
    ['shift-<', [qcode('shift'), qcode('less')]],
    [
      '0x1e-0X2',
      [
        { type: 'number', data: 0x1en },
        { type: 'number', data: 2n },
      ],
    ],
    ['0x7fffffff', [{ type: 'number', data: 0x7fff_ffffn }]],
  ])('%s', async (keys, expected) => {
    const ctx = setUp();
    await sendkey(ctx, { keys });
    expect(ctx.asked.at(-1)).toEqual({ command: 'send-key', args: { keys: expected } });
  });

  it('says how long keys are held', async () => {
    const ctx = setUp();
    await sendkey(ctx, { keys: 'a', 'hold-time': 500n });
    expect(ctx.asked.at(-1)?.args).toEqual({ keys: [qcode('a')], 'hold-time': 500n });
  });

  it.each([
    ['foo', 'foo'],
    ['ctrl-alt-foo', 'foo'],
    ['a-', ''],
    ['0xzz', '0xzz'],
    ['0x80000000', '0x80000000'],
    ['A', 'A'],
  ])('refuses %s and sends nothing', async (keys, name) => {
    const ctx = setUp();
    await expect(sendkey(ctx, { keys })).rejects.toMatchObject({ message: `invalid parameter: ${name}` });
    expect(ctx.asked.map(({ command }) => command)).not.toContain('send-key');
  });

  it('completes the key behind the last dash', async () => {
    const { qmp, session, signal } = setUp();
    const at = (index: number, prefix: string) =>
      completeSendkey({ qmp, session, signal, words: ['sendkey', prefix], index, prefix });
    expect(await at(1, 'ctrl-alt-de')).toContain('ctrl-alt-delete');
    expect(await at(1, '')).toEqual(expect.arrayContaining(['unmapped', 'ret', 'f24']));
    expect(await at(2, '')).toEqual([]);
  });
});
