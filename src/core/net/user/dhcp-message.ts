/** Messages of the dynamic host configuration protocol (RFC 2131, RFC 2132). */
export const DHCP_SERVER_PORT = 67;
export const DHCP_CLIENT_PORT = 68;
export const BOOT_REQUEST = 1;
export const BOOT_REPLY = 2;
export const DHCP = { discover: 1, offer: 2, request: 3, decline: 4, ack: 5, nak: 6, release: 7 } as const;
export const OPTION = {
  mask: 1,
  router: 3,
  dns: 6,
  hostname: 12,
  domain: 15,
  requested: 50,
  lease: 51,
  type: 53,
  server: 54,
  tftpServer: 66,
  search: 119,
  end: 255,
} as const;
const OPTION_PAD = 0;
const MOST_OPTION = 255;
const MAGIC = 0x6382_5363;
const OPTIONS = 240;
const HARDWARE_ADDRESS = 28;
const BOOT_FILE = 108;
const ETHERNET = 1;
/** Shortest reply that every client takes. */
const SHORTEST = 300;

export interface DhcpRequest {
  readonly transaction: number;
  readonly flags: number;
  /** The address that the client has, 0 if none. */
  readonly client: number;
  readonly mac: Uint8Array;
  readonly type: number;
  readonly requested: number | null;
  readonly server: number | null;
}

export interface DhcpReply {
  /** The address that the client gets, 0 if none. */
  readonly yours: number;
  readonly server: number;
  readonly options: readonly (readonly [code: number, value: Uint8Array])[];
  /** The file to boot from. */
  readonly bootFile?: string;
}

/** Null unless it is a request of an Ethernet client with a DHCP message type. */
export function parseDhcp(bytes: Uint8Array): DhcpRequest | null {
  if (bytes.length < OPTIONS || bytes[0] !== BOOT_REQUEST || bytes[1] !== ETHERNET || bytes[2] !== 6)
    return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(OPTIONS - 4) !== MAGIC) return null;
  const options = readOptions(bytes.subarray(OPTIONS));
  const type = options.get(OPTION.type)?.[0];
  if (type === undefined) return null;
  return {
    transaction: view.getUint32(4),
    flags: view.getUint16(10),
    client: view.getUint32(12),
    mac: bytes.slice(HARDWARE_ADDRESS, HARDWARE_ADDRESS + 6),
    type,
    requested: readAddress(options.get(OPTION.requested)),
    server: readAddress(options.get(OPTION.server)),
  };
}

function readOptions(bytes: Uint8Array): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  for (let at = 0; at < bytes.length && bytes[at] !== OPTION.end; ) {
    if (bytes[at] === OPTION_PAD) {
      at++;
      continue;
    }
    const length = bytes[at + 1];
    if (length === undefined || at + 2 + length > bytes.length) break;
    options.set(bytes[at]!, bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return options;
}

function readAddress(value: Uint8Array | undefined): number | null {
  if (value?.length !== 4) return null;
  return new DataView(value.buffer, value.byteOffset).getUint32(0);
}

export function buildDhcp(
  request: DhcpRequest,
  { yours, server, options, bootFile = '' }: DhcpReply,
): Uint8Array {
  const length = OPTIONS + options.reduce((sum, [, value]) => sum + 2 + value.length, 1);
  const bytes = new Uint8Array(Math.max(length, SHORTEST));
  const view = new DataView(bytes.buffer);
  bytes.set([BOOT_REPLY, ETHERNET, 6]);
  view.setUint32(4, request.transaction);
  view.setUint16(10, request.flags);
  view.setUint32(12, yours === 0 ? 0 : request.client);
  view.setUint32(16, yours);
  view.setUint32(20, server);
  bytes.set(request.mac, HARDWARE_ADDRESS);
  bytes.set(new TextEncoder().encode(bootFile), BOOT_FILE);
  view.setUint32(OPTIONS - 4, MAGIC);
  let at = OPTIONS;
  for (const [code, value] of options) {
    bytes.set([code, value.length], at);
    bytes.set(value, at + 2);
    at += 2 + value.length;
  }
  bytes[at] = OPTION.end;
  return bytes;
}

/** Four bytes of a number: an address or seconds. */
export function word(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** Domains as labels, each with its length before it and the root's zero behind them (RFC 3397), in options of its size. */
export function searchOptions(domains: readonly string[]): (readonly [number, Uint8Array])[] {
  const labels = domains.flatMap(domain => [...domain.replace(/\.$/, '').split('.'), '']);
  const bytes = labels.flatMap(label => {
    const text = new TextEncoder().encode(label);
    return [text.length, ...text];
  });
  return Array.from({ length: Math.ceil(bytes.length / MOST_OPTION) }, (_, n) => {
    return [OPTION.search, Uint8Array.from(bytes.slice(n * MOST_OPTION, (n + 1) * MOST_OPTION))] as const;
  });
}
