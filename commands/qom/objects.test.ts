import { describe, expect, it } from 'vitest';
import { shown, testContext } from '../test-support.ts';
import { completeObjectAdd, completeObjectDel, objectAdd, objectDel } from './objects.ts';

function machine() {
  return testContext({
    'x-query-object-help': ({ type }) => ({
      'human-readable-text':
        type === undefined ? 'List of user creatable objects:\n  secret\n' : `${type}!\n`,
    }),
    'x-object-add': () => ({}),
    'object-del': () => ({}),
    'qom-list': () => [
      { name: 'type', type: 'string' },
      { name: 'r0', type: 'child<rng-random>' },
    ],
  });
}

describe('objects', () => {
  it.each([
    ['help', 'List of user creatable objects:\n  secret\n'],
    ['?', 'List of user creatable objects:\n  secret\n'],
    ['secret,help', 'secret!\n'],
    ['qom-type=secret,id=x,?', 'secret!\n'],
  ])('%s', async (object, answer) => {
    expect(shown(await objectAdd(machine(), { object }))).toBe(answer);
  });

  it('hands on what is written', async () => {
    const ctx = machine();
    await objectAdd(ctx, { object: 'secret,id=s,data=help' });
    await objectDel(ctx, { id: 's' });
    expect(ctx.asked).toEqual([
      { command: 'x-object-add', args: { options: 'secret,id=s,data=help' } },
      { command: 'object-del', args: { id: 's' } },
    ]);
  });

  it('completes types and objects', async () => {
    const { qmp, session, signal } = machine();
    const at = (index: number) => ({ qmp, session, signal, words: [], index, prefix: '' });
    expect(await completeObjectAdd(at(1))).toEqual([{ text: 'help' }, { text: 'secret,id=' }]);
    expect(await completeObjectDel(at(1))).toEqual([{ text: 'r0', help: 'rng-random' }]);
    expect([await completeObjectAdd(at(2)), await completeObjectDel(at(2))]).toEqual([[], []]);
  });
});
