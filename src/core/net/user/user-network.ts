import type { Endpoint, Host, HostFolder, HostNetwork } from '../../../host/types.ts';
import type { VirtualClock } from '../../clock.ts';
import { NetClient } from '../client.ts';
import { BROADCAST, formatAddress, isLoopback, isUnicast, parseAddress, sameNetwork } from './address.ts';
import { type ArpLink, type ArpMessage, ArpTable, buildArp, parseArp } from './arp.ts';
import type { UserNetContext } from './context.ts';
import { DhcpServer } from './dhcp.ts';
import { DHCP_SERVER_PORT } from './dhcp-message.ts';
import { DnsForwarder } from './dns.ts';
import { type Address, endpointOf } from './endpoint.ts';
import {
  BROADCAST_MAC,
  buildEthernet,
  type EthernetFrame,
  parseEthernet,
  TYPE_ARP,
  TYPE_IPV4,
} from './ethernet.ts';
import { Forwards } from './forwards.ts';
import { type GuestForward, GuestForwards } from './guest-forwards.ts';
import { echoReply, isEchoRequest, mayBeQuoted, UNREACHABLE_CODE, unreachable } from './icmp.ts';
import { buildIpv4, type Ipv4Fragment, type Ipv4Packet, PROTOCOL, parseIpv4 } from './ipv4.ts';
import type { UserNetConfig } from './options.ts';
import { Reassembler } from './reassembly.ts';
import { TcpLayer } from './tcp.ts';
import { TFTP_PORT, TftpServer } from './tftp.ts';
import { parseUdp } from './udp.ts';
import { UdpFlows } from './udp-flows.ts';
import { sendToGuest } from './udp-forward.ts';

const LOOPBACK = '127.0.0.1';
const DNS_PORT = 53;

/** What the host's error codes mean to the sender of a packet. */
const CODES: Readonly<Record<string, number>> = {
  ENETUNREACH: UNREACHABLE_CODE.net,
  EHOSTUNREACH: UNREACHABLE_CODE.host,
  EHOSTDOWN: UNREACHABLE_CODE.host,
};

/**
 * A network of its own behind `-netdev user`: a gateway that reaches the world with sockets of the host, a
 * DHCP and a DNS server. No privileges are needed. Whatever a guest sends is checked before it is looked into, and
 * all tables have limits.
 */
export class UserNetwork extends NetClient implements UserNetContext, ArpLink {
  readonly config: UserNetConfig;
  readonly clock: VirtualClock;
  readonly network: HostNetwork;
  readonly tcp: TcpLayer;
  readonly udp: UdpFlows;
  readonly forwards: Forwards;
  readonly guestForwards: GuestForwards;
  readonly #host: Host;
  readonly #arp: ArpTable;
  readonly #dhcp: DhcpServer;
  readonly #dns: DnsForwarder;
  #tftp: TftpServer | undefined;
  readonly #reassembler = new Reassembler();
  #identification = 0;

  constructor(name: string, config: UserNetConfig, host: Host, clock: VirtualClock) {
    super(name, 'user');
    this.config = config;
    this.clock = clock;
    this.network = host.network;
    this.#host = host;
    this.#arp = new ArpTable(this);
    this.#dhcp = new DhcpServer(this);
    this.#dns = new DnsForwarder(host.network);
    this.tcp = new TcpLayer(this);
    this.udp = new UdpFlows(this);
    this.guestForwards = new GuestForwards(config, callback => host.defer(callback));
    this.forwards = new Forwards(this, this.tcp, this.udp);
  }

  /** Serves the files of a folder. */
  serveFiles(folder: HostFolder): void {
    this.#tftp = new TftpServer(this, folder);
  }

  get info(): string {
    const { network, restricted } = this.config;
    return `net=${formatAddress(network)},restrict=${restricted ? 'on' : 'off'}`;
  }

  get gateway(): number {
    return this.config.host;
  }

  protected receive(bytes: Uint8Array): boolean {
    const frame = parseEthernet(bytes);
    if (frame?.type === TYPE_ARP) this.#receiveArp(frame);
    else if (frame?.type === TYPE_IPV4) this.#receiveIpv4(frame);
    return true;
  }

  #receiveArp({ payload }: EthernetFrame): void {
    const message = parseArp(payload);
    if (message) this.#arp.handle(message);
  }

  #receiveIpv4({ source: mac, payload }: EthernetFrame): void {
    const fragment = parseIpv4(payload);
    if (fragment === null) return;
    const { source } = fragment;
    const inside = sameNetwork(source, this.config.network, this.config.mask) && !this.#isOurs(source);
    if (inside) this.#arp.learn(source, mac);
    else if (source !== 0) return;
    const packet = this.#reassembler.add(fragment);
    if (packet === null) return;
    if (packet.protocol === PROTOCOL.udp) this.#receiveUdp(packet, inside);
    else if (!inside) return;
    else if (packet.protocol === PROTOCOL.tcp) this.tcp.handle(packet);
    else if (packet.protocol === PROTOCOL.icmp) this.#receiveIcmp(packet);
  }

  #isOurs(address: number): boolean {
    return address === this.config.host || address === this.config.dns || this.guestForwards.has(address);
  }

  /** A client without an address may talk to the DHCP server only. */
  #receiveUdp(packet: Ipv4Fragment, hasAddress: boolean): void {
    const datagram = parseUdp(packet);
    if (datagram === null) return;
    const { destination, source: address } = packet;
    const { destinationPort, sourcePort: port, data } = datagram;
    const { host, dns, restricted } = this.config;
    if (destinationPort === DHCP_SERVER_PORT && (destination === BROADCAST || destination === host)) {
      this.#dhcp.handle(data);
    } else if (!hasAddress) {
      return;
    } else if (destination === dns && destinationPort === DNS_PORT && !restricted) {
      const reply = (answer: Uint8Array) =>
        sendToGuest(this, { address: dns, port: DNS_PORT }, { address, port }, answer);
      void this.#dns.handle(data, reply);
    } else if (destination === host && destinationPort === TFTP_PORT && this.#tftp) {
      void this.#tftp.handle({ address, port }, data.slice());
    } else {
      this.udp.send(packet, datagram);
    }
  }

  #receiveIcmp(packet: Ipv4Fragment): void {
    const { source, destination, protocol, payload } = packet;
    if (!isEchoRequest(payload)) return;
    if (this.#isOurs(destination)) {
      this.sendIp({ source: destination, destination: source, protocol, payload: echoReply(payload) });
    } else {
      this.unreachable(packet, 'ENETUNREACH');
    }
  }

  sendIp(packet: Ipv4Packet): void {
    this.#identification = (this.#identification + 1) & 0xffff;
    for (const bytes of buildIpv4(packet, this.#identification)) {
      if (packet.destination === BROADCAST) this.sendTo(bytes, BROADCAST_MAC);
      else this.#arp.send(packet.destination, bytes);
    }
  }

  sendTo(payload: Uint8Array, destination: Uint8Array): void {
    this.send(buildEthernet({ destination, source: macOf(this.config.host), type: TYPE_IPV4, payload }));
  }

  sendArp(message: ArpMessage, to: Uint8Array | null): void {
    const destination = to ?? BROADCAST_MAC;
    const payload = buildArp(message);
    this.send(buildEthernet({ destination, source: message.senderMac, type: TYPE_ARP, payload }));
  }

  ownMac(address: number): Uint8Array | null {
    return this.#isOurs(address) ? macOf(address) : null;
  }

  random32(): number {
    const bytes = this.#host.entropy(4);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  }

  service(peer: Address): GuestForward | undefined {
    return this.guestForwards.at(peer);
  }

  reach(peer: Address): Endpoint | null {
    const { host, network, mask, restricted } = this.config;
    if (restricted || peer.port === 0) return null;
    if (peer.address === host) return { address: LOOPBACK, port: peer.port };
    const outside = isUnicast(peer.address) && !isLoopback(peer.address);
    return outside && !sameNetwork(peer.address, network, mask) ? endpointOf(peer) : null;
  }

  peerOf({ address: text, port }: Endpoint): Address | null {
    const { host, network, mask } = this.config;
    const address = parseAddress(text);
    if (address === null) return null;
    const hidden = isLoopback(address) || sameNetwork(address, network, mask);
    return { address: hidden ? host : address, port };
  }

  unreachable(packet: Ipv4Fragment, code: string): boolean {
    const refused = code === 'ECONNREFUSED' && packet.protocol === PROTOCOL.udp;
    const told = refused ? UNREACHABLE_CODE.port : CODES[code];
    if (told === undefined) return false;
    const { source: destination } = packet;
    if (isUnicast(packet.destination) && mayBeQuoted(packet)) {
      const payload = unreachable(packet, told);
      this.sendIp({ source: this.config.host, destination, protocol: PROTOCOL.icmp, payload });
    }
    return true;
  }

  /** Lets go of every socket of the host. */
  override close(): void {
    this.forwards.close();
    this.guestForwards.close();
    this.#tftp?.close();
    this.tcp.close();
    this.udp.close();
  }
}

/** Hardware addresses of ours: 52:55 and the IP address. */
function macOf(address: number): Uint8Array {
  return Uint8Array.from(
    [0x52, 0x55, address >>> 24, address >>> 16, address >>> 8, address],
    byte => byte & 0xff,
  );
}
