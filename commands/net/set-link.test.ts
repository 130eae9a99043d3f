import { expect, it } from 'vitest';
import { testContext } from '../test-support.ts';
import { completeSetLink, setLink } from './set-link.ts';

it('set_link hands name and state on', async () => {
  const ctx = testContext({ set_link: () => ({}) });
  await setLink(ctx, { name: 'net0', up: false });
  expect(ctx.asked[0]?.args).toEqual({ name: 'net0', up: false });
});

it('completes devices that have a back end, and the back ends', async () => {
  const { qmp, session, signal } = testContext({
    'qom-list': ({ path }) =>
      path === '/machine/peripheral'
        ? [
            { name: 'type', type: 'string' },
            { name: 'net0', type: 'child<virtio-net-device>' },
            { name: 'rng0', type: 'child<virtio-rng-device>' },
          ]
        : [{ name: path.endsWith('net0') ? 'netdev' : 'rng', type: 'str' }],
    'qom-get': () => 'n0',
  });
  const at = (index: number) =>
    completeSetLink({ qmp, session, signal, words: ['set_link', ''], index, prefix: '' });
  expect(await at(1)).toEqual(['net0', 'n0']);
  expect(await at(2)).toEqual(['on', 'off']);
});
