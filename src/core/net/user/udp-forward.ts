import type { Endpoint, UdpSocket } from '../../../host/types.ts';
import type { UserNetContext } from './context.ts';
import { type Address, keyOf } from './endpoint.ts';
import { buildUdp } from './udp.ts';

const MOST_PEERS = 64;
const MOST_PENDING = 64;

/** A port of the host whose datagrams go to the guest. The guest can answer those who wrote to it. */
export class UdpForward {
  readonly guest: Address;
  readonly #context: UserNetContext;
  /** Who wrote lately, by what the guest calls them. */
  readonly #peers = new Map<string, Endpoint>();
  #socket: UdpSocket | null = null;

  constructor(context: UserNetContext, guest: Address) {
    this.#context = context;
    this.guest = guest;
  }

  /** @throws when the host refuses */
  async open(at: Endpoint): Promise<UdpSocket> {
    this.#socket = await this.#context.network.openUdp(at, (data, from) => this.#receive(data, from));
    return this.#socket;
  }

  #receive(data: Uint8Array, from: Endpoint): void {
    const peer = this.#context.peerOf(from);
    if (peer === null) return;
    const key = keyOf(peer);
    this.#peers.delete(key);
    if (this.#peers.size >= MOST_PEERS) this.#peers.delete(this.#peers.keys().next().value!);
    this.#peers.set(key, from);
    sendToGuest(this.#context, peer, this.guest, data);
  }

  /** Sends an answer of the guest; false if that peer has not written. */
  answer(peer: Address, data: Uint8Array): boolean {
    const to = this.#peers.get(keyOf(peer));
    if (to === undefined || this.#socket === null) return false;
    if (this.#socket.pending < MOST_PENDING) this.#socket.send(data.slice(), to, () => {});
    return true;
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
  }
}

/** Puts a datagram on the guest's wire. */
export function sendToGuest(context: UserNetContext, from: Address, guest: Address, data: Uint8Array): void {
  const datagram = { sourcePort: from.port, destinationPort: guest.port, data };
  context.sendIp(buildUdp(from.address, guest.address, datagram));
}
