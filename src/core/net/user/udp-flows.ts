import type { Endpoint, UdpSocket } from '../../../host/types.ts';
import type { UserNetContext } from './context.ts';
import { type Address, keyOf } from './endpoint.ts';
import type { Ipv4Fragment } from './ipv4.ts';
import { SharedTimer, type Timed } from './timers.ts';
import type { Datagram } from './udp.ts';
import { sendToGuest, type UdpForward } from './udp-forward.ts';

const MOST_FLOWS = 256;
/** Datagrams that wait for the host's socket; more are dropped, as networks do. */
const MOST_PENDING = 64;
const LIFETIME_NS = 240e9;
/** Where the guest asked one question. */
const SHORT_LIFETIME_NS = 10e9;
const DNS_PORT = 53;

/** A socket of the host that stands for one port of the guest, whoever it talks to (RFC 4787). */
export class UdpFlow implements Timed {
  readonly guest: Address;
  /** Whom the guest talked to last. */
  peer: Address;
  deadline = Number.POSITIVE_INFINITY;
  readonly #context: UserNetContext;
  readonly #forget: () => void;
  #socket: UdpSocket | null = null;
  #waiting: (() => void)[] = [];
  #closed = false;

  constructor(context: UserNetContext, guest: Address, peer: Address, forget: () => void) {
    this.#context = context;
    this.guest = guest;
    this.peer = peer;
    this.#forget = forget;
  }

  get descriptor(): number {
    return this.#socket?.descriptor ?? -1;
  }

  async open(): Promise<void> {
    const receive = (data: Uint8Array, from: Endpoint) => this.#receive(data, from);
    try {
      this.#attach(await this.#context.network.openUdp({ address: '0.0.0.0', port: 0 }, receive));
    } catch {
      this.close(); // the host has no sockets left: the datagrams are lost
    }
  }

  #attach(socket: UdpSocket): void {
    if (this.#closed) {
      socket.close();
      return;
    }
    this.#socket = socket;
    for (const send of this.#waiting.splice(0)) send();
  }

  #receive(data: Uint8Array, from: Endpoint): void {
    const peer = this.#context.peerOf(from);
    if (this.#closed || peer === null) return;
    this.renew();
    sendToGuest(this.#context, peer, this.guest, data);
  }

  /** A datagram from the guest. */
  send(packet: Ipv4Fragment, { data }: Datagram, peer: Address, to: Endpoint): void {
    this.peer = peer;
    this.renew();
    const bytes = data.slice();
    const send = () => {
      const socket = this.#socket;
      if (socket === null || socket.pending >= MOST_PENDING) return;
      socket.send(bytes, to, code => void this.#context.unreachable(packet, code));
    };
    if (this.#socket) send();
    else if (this.#waiting.length < MOST_PENDING) this.#waiting.push(send);
  }

  renew(): void {
    const lifetime = this.peer.port === DNS_PORT ? SHORT_LIFETIME_NS : LIFETIME_NS;
    this.deadline = this.#context.clock.now() + lifetime;
  }

  expire(): void {
    this.close();
  }

  close(): void {
    this.deadline = Number.POSITIVE_INFINITY;
    this.#closed = true;
    this.#waiting = [];
    this.#socket?.close();
    this.#socket = null;
    this.#forget();
  }
}

/** All flows of a user network, by the port of the guest. */
export class UdpFlows {
  readonly #context: UserNetContext;
  readonly #flows = new Map<string, UdpFlow>();
  readonly #forwards = new Map<string, UdpForward>();
  readonly #timer: SharedTimer;

  constructor(context: UserNetContext) {
    this.#context = context;
    this.#timer = new SharedTimer(context.clock, () => this.#flows.values());
  }

  /** Least recently used first. */
  get flows(): Iterable<UdpFlow> {
    return this.#flows.values();
  }

  /** A datagram from the guest to somebody outside. */
  send(packet: Ipv4Fragment, datagram: Datagram): void {
    const guest = { address: packet.source, port: datagram.sourcePort };
    const peer = { address: packet.destination, port: datagram.destinationPort };
    if (this.#forwards.get(keyOf(guest))?.answer(peer, datagram.data)) return;
    const to = this.#context.reach(peer);
    if (to === null) this.#context.unreachable(packet, 'EHOSTUNREACH');
    else this.#flowOf(guest, peer).send(packet, datagram, peer, to);
  }

  #flowOf(guest: Address, peer: Address): UdpFlow {
    const key = keyOf(guest);
    const known = this.#flows.get(key);
    this.#flows.delete(key);
    if (!known && this.#flows.size >= MOST_FLOWS) this.#flows.values().next().value!.close();
    const flow = known ?? new UdpFlow(this.#context, guest, peer, () => this.#forget(key, flow));
    this.#flows.set(key, flow);
    flow.renew();
    this.#timer.request(flow.deadline);
    if (!known) void flow.open();
    return flow;
  }

  #forget(key: string, flow: UdpFlow): void {
    if (this.#flows.get(key) === flow) this.#flows.delete(key);
  }

  /** From now on the guest's port answers by this rule first. */
  addForward(forward: UdpForward): void {
    this.#forwards.set(keyOf(forward.guest), forward);
  }

  removeForward(forward: UdpForward): void {
    const key = keyOf(forward.guest);
    if (this.#forwards.get(key) === forward) this.#forwards.delete(key);
  }

  close(): void {
    for (const flow of this.#flows.values()) flow.close();
    this.#timer.cancel();
  }
}
