import { expect, it } from 'vitest';
import { QmpError } from '../../src/qapi/errors.ts';
import { shown, testContext } from '../test-support.ts';
import { completeHostfwd, hostfwdAdd, hostfwdRemove } from './hostfwd.ts';

it('hands the rule on, with the name of the network if there is one', async () => {
  const ctx = testContext({ 'x-hostfwd-add': () => ({}) });
  await hostfwdAdd(ctx, { arg1: 'tcp::2222-:22' });
  await hostfwdAdd(ctx, { arg1: 'n0', arg2: 'tcp::2222-:22' });
  expect(ctx.asked.map(({ args }) => args)).toEqual([
    { rule: 'tcp::2222-:22' },
    { netdev: 'n0', rule: 'tcp::2222-:22' },
  ]);
});

it('tells that a rule is gone', async () => {
  const ctx = testContext({ 'x-hostfwd-remove': () => ({}) });
  const result = await hostfwdRemove(ctx, { arg1: 'n0', arg2: 'tcp::2222' });
  expect(shown(result)).toBe('host forwarding rule for tcp::2222 removed\n');
});

it('says what is wrong in the words of the network alone', async () => {
  const refuse = () => {
    throw new QmpError("unrecognized netdev id 'nx'");
  };
  const ctx = testContext({ 'x-hostfwd-add': refuse, 'x-hostfwd-remove': refuse });
  const expected = { name: 'CommandError', message: "unrecognized netdev id 'nx'" };
  await expect(hostfwdAdd(ctx, { arg1: 'nx', arg2: 'x' })).rejects.toMatchObject(expected);
  await expect(hostfwdRemove(ctx, { arg1: 'nx', arg2: 'x' })).rejects.toMatchObject(expected);
});

it('completes the names of user networks', async () => {
  const heading = '  Protocol[State]    FD  Source Address\n';
  const connections = `Hub -1 (n0):\n${heading}Hub -1 (wide):\n${heading}`;
  const { qmp, session, signal } = testContext({
    'x-query-usernet': () => ({ 'human-readable-text': connections }),
  });
  const at = (index: number) =>
    completeHostfwd({ qmp, session, signal, words: ['hostfwd_add', ''], index, prefix: '' });
  expect(await at(1)).toEqual(['n0', 'wide']);
  expect(await at(2)).toEqual([]);
});
