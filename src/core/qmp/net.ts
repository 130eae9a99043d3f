import { QmpError } from '../../qapi/errors.ts';
import type { NetClient } from '../net/client.ts';
import { HubPort } from '../net/hub.ts';
import type { NetTable } from '../net/table.ts';
import { describeUserNetwork } from '../net/user/report.ts';
import { UserNetwork } from '../net/user/user-network.ts';
import type { CommandHandlers } from './handlers.ts';

/** Network clients: their links, and the text of `info network`. */
export function netHandlers(table: NetTable): CommandHandlers {
  return {
    set_link: ({ name, up }) => {
      const client = table.find(name);
      if (!client) throw new QmpError(`Device '${name}' not found`, 'DeviceNotFound');
      setLink(client, up);
      return {};
    },
    'x-query-usernet': () => ({
      'human-readable-text': table.userNetworks.map(describeUserNetwork).join(''),
    }),
    'x-hostfwd-add': async ({ netdev, rule }) => {
      await userNetwork(table, netdev).forwards.add(rule);
      return {};
    },
    'x-hostfwd-remove': ({ netdev, rule }) => {
      userNetwork(table, netdev).forwards.remove(rule);
      return {};
    },
    'x-query-network': () => ({
      'human-readable-text': [...hubLines(table), ...clientLines(table)].join(''),
    }),
  };
}

/** The user network of the name; without a name the newest. @throws QmpError */
function userNetwork(table: NetTable, name: string | undefined): UserNetwork {
  if (name === undefined) {
    const newest = table.userNetworks.at(-1);
    if (!newest) throw new QmpError('user mode network stack not in use');
    return newest;
  }
  const client = table.find(name);
  if (!client) throw new QmpError(`unrecognized netdev id '${name}'`, 'DeviceNotFound');
  if (!(client instanceof UserNetwork)) throw new QmpError('invalid device specified');
  return client;
}

/** A back end takes the card that is plugged into it along; a card leaves its back end alone. */
function setLink(client: NetClient, up: boolean): void {
  client.linkDown = !up;
  client.linkChanged();
  const { peer } = client;
  if (!peer) return;
  if (peer.kind === 'nic') peer.linkDown = !up;
  peer.linkChanged();
}

function hubLines(table: NetTable): string[] {
  return table.hubs.flatMap(hub => [
    `hub ${hub.id}\n`,
    ...hub.ports.map(port => ` \\ ${port.name}${port.peer ? `: ${describe(port.peer)}` : '\n'}`),
  ]);
}

/** Cards with their back ends below; whatever hangs on a hub is listed there. */
function clientLines(table: NetTable): string[] {
  return table.clients
    .filter(client => !onHub(client) && (client.peer === null || client.kind === 'nic'))
    .flatMap(client => [describe(client), ...(client.peer ? [` \\ ${describe(client.peer)}`] : [])]);
}

function onHub(client: NetClient): boolean {
  return client instanceof HubPort || client.peer instanceof HubPort;
}

function describe(client: NetClient): string {
  return `${client.name}: index=0,type=${client.kind},${client.info}\n`;
}
