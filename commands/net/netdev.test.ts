import { describe, expect, it } from 'vitest';
import { shown, testContext } from '../test-support.ts';
import {
  announceSelf,
  completeAnnounceSelf,
  completeNetdevAdd,
  completeNetdevDel,
  netdevAdd,
  netdevDel,
} from './netdev.ts';

const LISTING = `hub 0
 \\ hub0port1: #net145: index=0,type=user,net=10.0.2.0,restrict=off
 \\ hub0port0
net0: index=0,type=nic,model=virtio-net-device,macaddr=52:54:00:12:34:56
 \\ n0: index=0,type=socket,
`;

function machine() {
  return testContext({
    'x-netdev-add': () => ({}),
    netdev_del: () => ({}),
    'announce-self': () => ({}),
    'x-query-network': () => ({ 'human-readable-text': LISTING }),
  });
}

describe('network back ends', () => {
  it('lists the kinds', async () => {
    expect(shown(await netdevAdd(machine(), { netdev: { type: 'help' } }))).toMatch(
      /^Available netdev backend types:\nsocket\n/,
    );
  });

  it('hands settings on as the command line has them', async () => {
    const ctx = machine();
    await netdevAdd(ctx, { netdev: { type: 'user', id: 'n1', hostname: 'a,b' } });
    await netdevAdd(ctx, { netdev: { id: 'n2' } });
    await netdevDel(ctx, { id: 'n1' });
    await announceSelf(ctx, { interfaces: 'net0,net1', id: 'x' });
    expect(ctx.asked.map(({ args }) => args)).toEqual([
      { options: 'type=user,id=n1,hostname=a,,b' },
      { options: 'id=n2' },
      { id: 'n1' },
      { initial: 50n, max: 550n, rounds: 5n, step: 100n, interfaces: ['net0', 'net1'], id: 'x' },
    ]);
  });

  it('completes kinds, back ends and cards', async () => {
    const { qmp, session, signal } = machine();
    const at = (index: number) => ({ qmp, session, signal, words: [], index, prefix: '' });
    const texts = (candidates: { text: string }[]) => candidates.map(candidate => candidate.text);
    expect(texts(await completeNetdevAdd(at(1)))).toContain('user,id=');
    expect(texts(await completeNetdevDel(at(1)))).toEqual(['#net145', 'n0']);
    expect(texts(await completeAnnounceSelf(at(1)))).toEqual(['net0']);
    expect([await completeNetdevAdd(at(2)), await completeNetdevDel(at(2))]).toEqual([[], []]);
  });
});
