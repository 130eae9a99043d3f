import type { HostNetwork, TcpEvents, TcpSocket } from '../../../host/types.ts';
import type { UserNetContext } from './context.ts';
import { type Address, keyOf } from './endpoint.ts';
import type { Ipv4Fragment, Ipv4Packet } from './ipv4.ts';
import { TcpConnection, type TcpOwner } from './tcp-connection.ts';
import { advance, buildTcp, FLAG, parseTcp, type Segment } from './tcp-segment.ts';
import { SharedTimer } from './timers.ts';

/** Connections at a time; each takes a descriptor of the host. */
const MOST_CONNECTIONS = 512;
const FIRST_FREE_PORT = 49_152;
const PORTS = 0x10000;
const NOTHING = new Uint8Array(0);

/** All TCP connections of a user network. */
export class TcpLayer implements TcpOwner {
  readonly #context: UserNetContext;
  readonly #network: HostNetwork;
  readonly #connections = new Map<string, TcpConnection>();
  /** The SYN of a connection that the host is still opening, for an ICMP error. */
  readonly #opening = new WeakMap<TcpConnection, Ipv4Fragment>();
  readonly #timer: SharedTimer;

  constructor(context: UserNetContext) {
    this.#context = context;
    this.#network = context.network;
    this.#timer = new SharedTimer(context.clock, () => this.#connections.values());
  }

  /** Oldest first. */
  get connections(): Iterable<TcpConnection> {
    return this.#connections.values();
  }

  /** A packet from the guest. */
  handle(packet: Ipv4Fragment): void {
    const segment = parseTcp(packet);
    if (segment === null) return;
    const guest = { address: packet.source, port: segment.sourcePort };
    const peer = { address: packet.destination, port: segment.destinationPort };
    const known = this.#connections.get(pairOf(guest, peer));
    const opens = (segment.flags & (FLAG.syn | FLAG.ack | FLAG.rst)) === FLAG.syn;
    if (known && !(opens && known.state === 'TIME_WAIT')) {
      known.handle(segment);
      return;
    }
    if (known) this.forget(known);
    const connect = opens ? this.#way(peer) : null;
    if (connect === null || !this.#makeRoom()) this.#refuse(packet, segment);
    else this.#open(packet, segment, connect);
  }

  /** How the guest's connection to a peer goes on; null if it may not or cannot. */
  #way(peer: Address): ((events: TcpEvents) => TcpSocket) | null {
    const service = this.#context.service(peer);
    if (service) return events => service.connect(events);
    const target = this.#context.reach(peer);
    return target && (events => this.#network.connectTcp(target, events));
  }

  #open(packet: Ipv4Fragment, syn: Segment, connect: (events: TcpEvents) => TcpSocket): void {
    const guest = { address: packet.source, port: syn.sourcePort };
    const peer = { address: packet.destination, port: syn.destinationPort };
    const connection = new TcpConnection(this, guest, peer, null);
    this.#connections.set(pairOf(guest, peer), connection);
    this.#opening.set(connection, {
      ...packet,
      payload: packet.payload.slice(),
      header: packet.header.slice(),
    });
    connection.opened(syn);
    connection.attach(connect(connection));
  }

  /** Answers what belongs to no connection (RFC 9293, 3.5.2). */
  #refuse(packet: Ipv4Packet, { flags, sequence, acknowledgment, data, ...ports }: Segment): void {
    if ((flags & FLAG.rst) !== 0) return;
    const length = data.length + ((flags & FLAG.syn) !== 0 ? 1 : 0) + ((flags & FLAG.fin) !== 0 ? 1 : 0);
    const answers = (flags & FLAG.ack) !== 0;
    const reset: Segment = {
      sourcePort: ports.destinationPort,
      destinationPort: ports.sourcePort,
      sequence: answers ? acknowledgment : 0,
      acknowledgment: answers ? 0 : advance(sequence, length),
      flags: answers ? FLAG.rst : FLAG.rst | FLAG.ack,
      window: 0,
      mss: null,
      data: NOTHING,
    };
    this.#context.sendIp(buildTcp(packet.destination, packet.source, reset));
  }

  /** A connection that the host took for the guest; null if there is no room for it. */
  forward(socket: TcpSocket, from: Address, guest: Address, at: Address): TcpConnection | null {
    if (!this.#makeRoom()) return null;
    const peer = this.#freePeer(guest, from);
    const connection = new TcpConnection(this, guest, peer, at);
    this.#connections.set(pairOf(guest, peer), connection);
    connection.attach(socket);
    return connection;
  }

  /** Peers with loopback addresses look alike to the guest: their ports must differ. */
  #freePeer(guest: Address, from: Address): Address {
    let port = from.port;
    for (let next = FIRST_FREE_PORT; this.#connections.has(pairOf(guest, { ...from, port })); next++) {
      port = next % PORTS;
    }
    return { address: from.address, port };
  }

  /** Lets go of the oldest connection that is over but for its waiting time, if there are too many. */
  #makeRoom(): boolean {
    if (this.#connections.size < MOST_CONNECTIONS) return true;
    for (const connection of this.#connections.values()) {
      if (connection.state !== 'TIME_WAIT') continue;
      this.forget(connection);
      return true;
    }
    return false;
  }

  now(): number {
    return this.#timer.now();
  }

  random32(): number {
    return this.#context.random32();
  }

  transmit({ guest, peer }: TcpConnection, segment: Omit<Segment, 'sourcePort' | 'destinationPort'>): void {
    const ports = { sourcePort: peer.port, destinationPort: guest.port };
    this.#context.sendIp(buildTcp(peer.address, guest.address, { ...ports, ...segment }));
  }

  refused(connection: TcpConnection, code: string): void {
    const packet = this.#opening.get(connection);
    if (packet === undefined) return;
    const segment = parseTcp(packet);
    if (segment && !this.#context.unreachable(packet, code)) this.#refuse(packet, segment);
  }

  forget(connection: TcpConnection): void {
    const key = pairOf(connection.guest, connection.peer);
    if (this.#connections.get(key) === connection) this.#connections.delete(key);
  }

  schedule(connection: TcpConnection): void {
    this.#timer.request(connection.deadline);
  }

  /** Breaks every connection. */
  close(): void {
    for (const connection of this.#connections.values()) connection.abort();
    this.#timer.cancel();
  }
}

function pairOf(guest: Address, peer: Address): string {
  return `${keyOf(guest)} ${keyOf(peer)}`;
}
