import { expect, it } from 'vitest';
import { connect, NetClient, type NetClientKind } from './client.ts';
import { HubPort } from './hub.ts';
import { NetTable } from './table.ts';
import { unconnected } from './unconnected.ts';

class End extends NetClient {
  readonly info = '';
  protected receive(): boolean {
    return true;
  }
}

it('tells of ends without a peer, and of hubs that lead nowhere', () => {
  const table = new NetTable();
  const add = <T extends NetClient>(client: T): T => {
    table.add(client);
    return client;
  };
  const end = (name: string, kind: NetClientKind) => add(new End(name, kind));
  const port = (name: string, hub: number) => add(new HubPort(name, table.hub(hub)));
  connect(end('card', 'nic'), end('n0', 'user'));
  connect(port('p0', 0), end('n1', 'stream'));
  connect(port('p1', 1), end('card1', 'nic'));
  port('p2', 2);
  end('n2', 'dgram');
  end('card2', 'nic');
  expect(unconnected(table)).toEqual([
    'hub port p2 has no peer',
    'hub 1 is not connected to host network',
    'hub 0 with no nics',
    'netdev p2 has no peer',
    'netdev n2 has no peer',
    'nic card2 has no peer',
  ]);
});
