import { formatMac, type NetClient, NicClient } from './client.ts';
import { Hub } from './hub.ts';
import { UserNetwork } from './user/user-network.ts';

export const FIRST_MAC = '52:54:00:12:34:56';
const MAC_BASE = [0x52, 0x54, 0x00, 0x12, 0x34, 0x56] as const;

/** All network clients of the machine, its hubs, and the hardware addresses that are taken. */
export class NetTable {
  readonly #clients: NetClient[] = [];
  readonly #closeListeners: (() => void)[] = [];
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

  /**
   * Takes a back end out and lets go of it. A card that is plugged into it stays so, with its cable cut; a hub's port
   * is free again.
   */
  removeBackend(client: NetClient): void {
    this.#clients.splice(this.#clients.indexOf(client), 1);
    client.linkDown = true;
    client.close();
    const { peer } = client;
    if (peer?.kind === 'nic') {
      peer.linkDown = true;
      peer.linkChanged();
    } else if (peer) peer.peer = client.peer = null;
    if (this.#hubs.some(hub => hub.ports.length === 0)) {
      this.#hubs.splice(0, this.#hubs.length, ...this.#hubs.filter(hub => hub.ports.length > 0));
    }
  }

  /** Takes a card out; its back end is free again. */
  removeCard(card: NetClient): void {
    this.#clients.splice(this.#clients.indexOf(card), 1);
    if (card.peer) card.peer.peer = null;
    card.peer = null;
  }

  /** Lets go of everything of the host. */
  close(): void {
    for (const client of this.#clients) client.close();
    for (const listener of this.#closeListeners) listener();
  }

  /** Told when everything is let go of. */
  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
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

  /** Name of a card without id: MODEL.N, by how many cards of the model there are. */
  nameFor(model: string): string {
    const same = this.#clients.filter(client => client instanceof NicClient && client.model === model);
    return `${model}.${same.length}`;
  }
}
