import { ConfigError, type NetdevOptions } from '../config.ts';
import { formatMac, type NetClient } from './client.ts';
import { Hub, HubPort, Loopback } from './hub.ts';
import { UserNetwork } from './user/user-network.ts';

const MAC_BASE = [0x52, 0x54, 0x00, 0x12, 0x34, 0x56] as const;
const KNOWN: Readonly<Record<string, readonly string[]>> = { hubport: ['hubid'], loopback: [] };

/** All network clients of the machine, its hubs, and the hardware addresses that are taken. */
export class NetTable {
  readonly #clients: NetClient[] = [];
  readonly #hubs: Hub[] = [];
  readonly #macs = new Set<string>();

  /** In the order of their creation. */
  get clients(): readonly NetClient[] {
    return this.#clients;
  }

  /** Newest first. */
  get hubs(): readonly Hub[] {
    return this.#hubs;
  }

  add(client: NetClient): void {
    this.#clients.push(client);
  }

  /** Takes a client out, and its end of the cable. */
  remove(client: NetClient): void {
    const index = this.#clients.indexOf(client);
    if (index >= 0) this.#clients.splice(index, 1);
    if (client.peer) client.peer.peer = null;
    client.peer = null;
  }

  find(name: string): NetClient | undefined {
    return this.#clients.find(client => client.name === name);
  }

  /** The back end that a card's `netdev` property names. */
  findBackend(name: string): NetClient | undefined {
    return this.#clients.find(client => client.name === name && client.kind !== 'nic');
  }

  /** User networks, oldest first. */
  get userNetworks(): UserNetwork[] {
    return this.#clients.filter(client => client instanceof UserNetwork);
  }

  hub(id: number): Hub {
    const known = this.#hubs.find(hub => hub.id === id);
    if (known) return known;
    const hub = new Hub(id);
    this.#hubs.unshift(hub);
    return hub;
  }

  reserveMac(mac: string): void {
    this.#macs.add(mac);
  }

  /** The next of 52:54:00:12:34:56, :57, ... that nobody has. */
  defaultMac(): string {
    for (let n = 0; ; n++) {
      const mac = Uint8Array.from(MAC_BASE);
      mac[5] = MAC_BASE[5] + n;
      const text = formatMac(mac);
      if (n < 256 && this.#macs.has(text)) continue;
      this.#macs.add(text);
      return text;
    }
  }

  /** Name of a card without id: MODEL.N. */
  nameFor(model: string): string {
    for (let n = 0; ; n++) if (!this.find(`${model}.${n}`)) return `${model}.${n}`;
  }
}

/** Makes the back end of `-netdev user`. @throws ConfigError */
export type CreateUserNetwork = (name: string, options: NetdevOptions) => NetClient;

/** Makes what `-netdev` asks for, in order; without `createUser` there are no user networks. @throws ConfigError */
export function createNetdevs(netdevs: readonly NetdevOptions[], createUser?: CreateUserNetwork): NetTable {
  const table = new NetTable();
  for (const options of netdevs) {
    const user = options['type'] === 'user' ? createUser : undefined;
    const id = checkId(options, table, user !== undefined);
    table.add(user ? user(id, options) : createSimple(id, options, table));
  }
  return table;
}

function checkId({ type, id }: NetdevOptions, table: NetTable, isUser: boolean): string {
  if (!isUser && !Object.hasOwn(KNOWN, String(type))) {
    const kinds = ['user', ...Object.keys(KNOWN)];
    throw new ConfigError(`-netdev ${type ?? ''}: no such back end; there are ${kinds.join(', ')}`);
  }
  if (typeof id !== 'string' || id === '') throw new ConfigError("Parameter 'id' is missing");
  if (table.find(id)) throw new ConfigError(`Duplicate ID '${id}' for netdev`);
  return id;
}

/** A back end that stays inside the machine. */
function createSimple(id: string, { type, id: _id, ...rest }: NetdevOptions, table: NetTable): NetClient {
  const known = KNOWN[String(type)] ?? [];
  const unknown = Object.keys(rest).find(key => !known.includes(key));
  if (unknown !== undefined) throw new ConfigError(`Invalid parameter '${unknown}'`);
  return type === 'hubport' ? new HubPort(id, table.hub(hubId(rest['hubid']))) : new Loopback(id);
}

function hubId(text: string | readonly string[] | undefined): number {
  if (text === undefined) throw new ConfigError("Parameter 'hubid' is missing");
  if (typeof text !== 'string' || !/^[0-9]{1,9}$/.test(text))
    throw new ConfigError("Parameter 'hubid' expects int32_t");
  return Number(text);
}
