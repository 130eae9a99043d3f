import { formatMac } from '../client.ts';
import { BROADCAST } from './address.ts';
import type { UserNetContext } from './context.ts';
import {
  buildDhcp,
  DHCP,
  DHCP_CLIENT_PORT,
  DHCP_SERVER_PORT,
  type DhcpRequest,
  OPTION,
  parseDhcp,
  searchOptions,
  word,
} from './dhcp-message.ts';
import { sendToGuest } from './udp-forward.ts';

const LEASES = 16;
const LEASE_SECONDS = 86_400;

/** Gives each hardware address an IP address, from the configured start on. */
export class DhcpServer {
  readonly #context: UserNetContext;
  /** Hardware address of each lease, in the order of the addresses. */
  readonly #leases: (string | null)[] = new Array<string | null>(LEASES).fill(null);

  constructor(context: UserNetContext) {
    this.#context = context;
  }

  /** A datagram to the server's port. */
  handle(data: Uint8Array): void {
    const request = parseDhcp(data);
    if (request === null) return;
    if (request.type === DHCP.discover) this.#discover(request);
    else if (request.type === DHCP.request) this.#request(request);
    else if (request.type === DHCP.release || request.type === DHCP.decline) this.#release(request);
  }

  #discover(request: DhcpRequest): void {
    const lease = this.#find(request);
    if (lease >= 0) this.#reply(request, DHCP.offer, lease);
  }

  #request(request: DhcpRequest): void {
    const { host, dhcpStart } = this.#context.config;
    if (request.server !== null && request.server !== host) return; // meant for another server
    const lease = (request.requested ?? request.client) - dhcpStart;
    const holder = this.#leases[lease];
    const mac = formatMac(request.mac);
    if (holder === undefined || (holder !== null && holder !== mac) || !this.#inNetwork(lease)) {
      this.#refuse(request);
      return;
    }
    this.#free(mac);
    this.#leases[lease] = mac;
    this.#reply(request, DHCP.ack, lease);
  }

  #release({ mac }: DhcpRequest): void {
    this.#free(formatMac(mac));
  }

  #free(mac: string): void {
    const lease = this.#leases.indexOf(mac);
    if (lease >= 0) this.#leases[lease] = null;
  }

  /** The client's lease, or the one it would like, or a free one; -1 if there is none. */
  #find({ mac, requested }: DhcpRequest): number {
    const own = this.#leases.indexOf(formatMac(mac));
    if (own >= 0) return own;
    const wish = requested === null ? -1 : requested - this.#context.config.dhcpStart;
    if (this.#leases[wish] === null && this.#inNetwork(wish)) return wish;
    const free = this.#leases.indexOf(null);
    return this.#inNetwork(free) ? free : -1;
  }

  #inNetwork(lease: number): boolean {
    const { network, mask, dhcpStart } = this.#context.config;
    return ((dhcpStart + lease) & mask) >>> 0 === network;
  }

  #reply(request: DhcpRequest, type: number, lease: number): void {
    const { host, dns, mask, restricted, dhcpStart, search, bootFile } = this.#context.config;
    const options: (readonly [number, Uint8Array])[] = [
      [OPTION.type, Uint8Array.of(type)],
      [OPTION.server, word(host)],
      [OPTION.mask, word(mask)],
      [OPTION.lease, word(LEASE_SECONDS)],
    ];
    if (!restricted) options.push([OPTION.router, word(host)], [OPTION.dns, word(dns)]);
    for (const [code, text] of this.#texts()) {
      if (text !== null) options.push([code, new TextEncoder().encode(text)]);
    }
    options.push(...searchOptions(search));
    const boot = bootFile === null ? {} : { bootFile };
    this.#send(buildDhcp(request, { yours: dhcpStart + lease, server: host, options, ...boot }));
  }

  #texts(): readonly (readonly [code: number, text: string | null])[] {
    const { hostname, domain, tftpServer } = this.#context.config;
    return [
      [OPTION.hostname, hostname],
      [OPTION.domain, domain],
      [OPTION.tftpServer, tftpServer],
    ];
  }

  #refuse(request: DhcpRequest): void {
    const { host } = this.#context.config;
    const options = [
      [OPTION.type, Uint8Array.of(DHCP.nak)],
      [OPTION.server, word(host)],
    ] as const;
    this.#send(buildDhcp(request, { yours: 0, server: 0, options }));
  }

  #send(message: Uint8Array): void {
    const from = { address: this.#context.config.host, port: DHCP_SERVER_PORT };
    sendToGuest(this.#context, from, { address: BROADCAST, port: DHCP_CLIENT_PORT }, message);
  }
}
