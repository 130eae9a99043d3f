/** A guest made of frames, on a user network of the real host: everything stays on the loopback. */
import { createNodeHost } from '../../../host/node-host.ts';
import { NullStream } from '../../../host/streams.ts';
import type { HostNetwork } from '../../../host/types.ts';
import type { Netdev } from '../../../qapi/generated/types.ts';
import { VirtualClock } from '../../clock.ts';
import { connect, NetClient } from '../client.ts';
import { parseNetdev } from '../create.ts';
import { parseAddress } from './address.ts';
import { type ArpMessage, buildArp, parseArp } from './arp.ts';
import { BROADCAST_MAC, buildEthernet, parseEthernet, TYPE_ARP, TYPE_IPV4 } from './ethernet.ts';
import { buildIpv4, type Ipv4Packet, PROTOCOL, parseIpv4 } from './ipv4.ts';
import { parseUserNet, type UserNetConfig } from './options.ts';
import { parseTcp, type Segment } from './tcp-segment.ts';
import { buildUdp, parseUdp } from './udp.ts';
import { UserNetwork } from './user-network.ts';

export const GUEST_MAC = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56);

export function ip(text: string): number {
  return parseAddress(text)!;
}

export const GATEWAY = ip('10.0.2.2');
export const DNS_SERVER = ip('10.0.2.3');
export const GUEST = ip('10.0.2.15');

export interface ReceivedDatagram {
  readonly source: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly data: Uint8Array;
}

/** The guest's card with what a small stack on it saw. Frames are taken in turns of the event loop. */
export class TestGuest extends NetClient {
  readonly arps: ArpMessage[] = [];
  readonly packets: Ipv4Packet[] = [];
  readonly datagrams: ReceivedDatagram[] = [];
  /** Loses a frame that it says true for. */
  loses: (frame: Uint8Array) => boolean = () => false;
  losesSent: (frame: Uint8Array) => boolean = () => false;
  onSegment: (segment: Segment, packet: Ipv4Packet) => void = () => {};
  answersArp = true;
  address = GUEST;
  #frames: Uint8Array[] = [];
  #waiters: (() => void)[] = [];
  #identification = 1;

  constructor() {
    super('guest', 'nic');
  }

  get info(): string {
    return 'model=test';
  }

  override send(frame: Uint8Array): void {
    if (!this.losesSent(frame)) super.send(frame);
  }

  protected receive(frame: Uint8Array): boolean {
    if (this.loses(frame)) return true;
    if (this.#frames.length === 0) setImmediate(() => this.#takeAll());
    this.#frames.push(frame.slice());
    return true;
  }

  #takeAll(): void {
    for (const frame of this.#frames.splice(0)) this.#take(frame);
    for (const wake of this.#waiters.splice(0)) wake();
  }

  #take(bytes: Uint8Array): void {
    const frame = parseEthernet(bytes)!;
    const arp = frame.type === TYPE_ARP ? parseArp(frame.payload) : null;
    if (arp) this.#takeArp(arp);
    const packet = frame.type === TYPE_IPV4 ? parseIpv4(frame.payload) : null;
    if (!packet) return;
    this.packets.push(packet);
    const { source } = packet;
    const datagram = packet.protocol === PROTOCOL.udp && !packet.more ? parseUdp(packet) : null;
    if (datagram) this.datagrams.push({ source, ...datagram });
    const segment = packet.protocol === PROTOCOL.tcp ? parseTcp(packet) : null;
    if (segment) {
      this.packets.pop();
      this.onSegment(segment, packet);
    }
  }

  #takeArp(message: ArpMessage): void {
    this.arps.push(message);
    if (message.operation === 1 && message.target === this.address && this.answersArp) {
      const { sender: target, senderMac: targetMac } = message;
      this.sendArp({ operation: 2, sender: this.address, senderMac: GUEST_MAC, target, targetMac });
    }
  }

  sendArp(message: ArpMessage): void {
    const payload = buildArp(message);
    this.send(buildEthernet({ destination: BROADCAST_MAC, source: GUEST_MAC, type: TYPE_ARP, payload }));
  }

  askFor(target: number): void {
    const targetMac = new Uint8Array(6);
    this.sendArp({ operation: 1, sender: this.address, senderMac: GUEST_MAC, target, targetMac });
  }

  sendIp(packet: Ipv4Packet): void {
    for (const payload of buildIpv4(packet, this.#identification++)) {
      this.send(buildEthernet({ destination: BROADCAST_MAC, source: GUEST_MAC, type: TYPE_IPV4, payload }));
    }
  }

  sendUdp(
    destination: number,
    destinationPort: number,
    data: Uint8Array,
    { sourcePort = 40_000, source = this.address } = {},
  ): void {
    this.sendIp(buildUdp(source, destination, { sourcePort, destinationPort, data }));
  }

  /** Resolves once the condition holds; looked at after each burst of frames. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>(resolve => this.#waiters.push(resolve));
  }

  async nextDatagram(): Promise<ReceivedDatagram> {
    await this.until(() => this.datagrams.length > 0);
    return this.datagrams.shift()!;
  }

  async nextPacket(): Promise<Ipv4Packet> {
    await this.until(() => this.packets.length > 0);
    return this.packets.shift()!;
  }
}

export interface TestNet {
  readonly net: UserNetwork;
  readonly guest: TestGuest;
  readonly clock: VirtualClock;
  close(): void;
}

/** Virtual time passes this much faster, so that no test has to wait for a retransmission. */
const SPEED = 10;

/** Settings of `-netdev user` by their keys; those that may be given again have lists. */
export type UserOptions = Readonly<Record<string, string | readonly string[]>>;

/** What the command line makes of them. */
export function configOf(options: UserOptions): UserNetConfig {
  const given = Object.entries(options).flatMap(([key, value]) => [value].flat().map(one => `${key}=${one}`));
  return parseUserNet(parseNetdev(['user,id=n0', ...given].join(',')) as Netdev & { type: 'user' });
}

/** A user network with a guest on it. */
export async function startNet(
  options: UserOptions = {},
  changes: Partial<HostNetwork> = {},
): Promise<TestNet> {
  const real = createNodeHost(() => new NullStream());
  const host = { ...real, network: { ...real.network, ...changes } };
  const clock = new VirtualClock({ now: () => host.now() * SPEED });
  const net = new UserNetwork('n0', configOf(options), host, clock);
  for (const rule of net.config.forwards) await net.forwards.add(rule);
  const guest = new TestGuest();
  connect(guest, net);
  clock.start();
  const pump = setInterval(() => clock.runTimers(), 1);
  const close = () => {
    clearInterval(pump);
    net.close();
  };
  return { net, guest, clock, close };
}

/** Bytes that differ from place to place, so that nothing can be swapped unseen. */
export function pattern(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0, x = seed; at < length; at++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) | 0;
    bytes[at] = x >>> 16;
  }
  return bytes;
}
