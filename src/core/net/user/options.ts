import { QmpError } from '../../../qapi/errors.ts';
import type { NetdevUserOptions } from '../../../qapi/generated/types.ts';
import { parseAddress, sameNetwork } from './address.ts';

/** `-netdev user`, digested. Addresses are numbers. */
export interface UserNetConfig {
  readonly network: number;
  readonly mask: number;
  /** The gateway: what the guest calls the host. */
  readonly host: number;
  readonly dns: number;
  /** The first address that DHCP gives away: the guest's, unless it chooses another. */
  readonly dhcpStart: number;
  /** What DHCP tells beside addresses. */
  readonly hostname: string | null;
  readonly domain: string | null;
  readonly search: readonly string[];
  readonly bootFile: string | null;
  readonly tftpServer: string | null;
  /** Folder of the host whose files the gateway serves. */
  readonly tftpFolder: string | null;
  readonly restricted: boolean;
  /** Rules of `hostfwd=`, in order. */
  readonly forwards: readonly string[];
  /** Those of `guestfwd=`. */
  readonly guestForwards: readonly string[];
}

const DEFAULT_NETWORK = '10.0.2.0/24';
/** Last bytes of the addresses that are not given, inside any network. */
const HOST = 0x0202;
const DNS = 0x0203;
const DHCP_START = 0x020f;
const LONGEST_HOSTNAME = 255;
const LONGEST_BOOT_FILE = 127;
const LONGEST_DOMAIN = 253;

/** Networks that say no mask: bits of the address, what they are, and the length of the prefix. */
const PREFIXES: readonly (readonly [mask: number, value: number, prefix: number])[] = [
  [0x8000_0000, 0, 8],
  [0xfff0_0000, 0xac10_0000, 12],
  [0xc000_0000, 0x8000_0000, 16],
  [0xffff_0000, 0xc0a8_0000, 16],
  [0xffff_0000, 0xc612_0000, 15],
  [0xe000_0000, 0xe000_0000, 24],
  [0, 0, 28],
];

/** @throws QmpError in QEMU's words */
export function parseUserNet(options: Omit<NetdevUserOptions, 'type' | 'id'>): UserNetConfig {
  checkFamilies(options);
  const { network, mask } = parseNetwork(options.net ?? options.ip ?? DEFAULT_NETWORK);
  const within = (suffix: number) => (network | (suffix & ~mask)) >>> 0;
  const config = {
    network,
    mask,
    host: address(options.host, 'Failed to parse host') ?? within(HOST),
    dns: address(options.dns, 'Failed to parse DNS') ?? within(DNS),
    dhcpStart: address(options.dhcpstart, 'Failed to parse DHCP start address') ?? within(DHCP_START),
    hostname: hostname(options.hostname),
    domain: domainName(options.domainname),
    search: searchList(strings(options.dnssearch)),
    bootFile: atMost('bootfile', options.bootfile, LONGEST_BOOT_FILE),
    tftpServer: atMost('tftp-server-name', options['tftp-server-name'], LONGEST_HOSTNAME),
    tftpFolder: options.tftp ?? null,
    restricted: options.restrict ?? false,
    forwards: strings(options.hostfwd),
    guestForwards: strings(options.guestfwd),
  };
  check(config);
  return config;
}

const strings = (list: NetdevUserOptions['hostfwd'] = []) => list.map(({ str }) => str);

function check({ network, mask, host, dns, dhcpStart, restricted }: UserNetConfig): void {
  const inside = (address: number) => sameNetwork(address, network, mask);
  if (!inside(host)) throw new QmpError("Host doesn't belong to network");
  if (!inside(dhcpStart)) throw new QmpError("DHCP doesn't belong to network");
  if (restricted && !inside(dns)) throw new QmpError("DNS doesn't belong to network");
  if (dns === host) throw new QmpError('DNS must be different from host');
  if (dhcpStart === host || dhcpStart === dns) {
    throw new QmpError('DHCP must be different from host and DNS');
  }
}

function address(text: string | undefined, complaint: string): number | null {
  if (text === undefined) return null;
  const value = parseAddress(text);
  if (value === null) throw new QmpError(complaint);
  return value;
}

function hostname(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (new TextEncoder().encode(text).length <= LONGEST_HOSTNAME) return text;
  throw new QmpError(`Parameter 'hostname' expects at most ${LONGEST_HOSTNAME} bytes`);
}

function domainName(text: string | undefined): string | null {
  if (text === '') throw new QmpError("'domainname' parameter cannot be empty");
  return atMost('domainname', text, LONGEST_HOSTNAME);
}

function atMost(name: string, text: string | undefined, most: number): string | null {
  if (text === undefined || new TextEncoder().encode(text).length <= most) return text ?? null;
  throw new QmpError(`'${name}' parameter cannot exceed ${most} bytes`);
}

function searchList(domains: readonly string[]): readonly string[] {
  const bad = domains.find(
    domain => !/^([^.]{1,63}\.)*[^.]{1,63}\.?$/.test(domain) || domain.length > LONGEST_DOMAIN,
  );
  if (bad !== undefined) throw new QmpError(`'dnssearch' parameter '${bad}' is not a domain name`);
  return domains;
}

/** There is IPv4 and nothing else. @throws QmpError */
function checkFamilies({ ipv4 = true, ipv6 = false }: Pick<NetdevUserOptions, 'ipv4' | 'ipv6'>): void {
  if (ipv6) throw new QmpError('IPv6 cannot be had here: leave ipv6= out');
  if (!ipv4) throw new QmpError('IPv4 and IPv6 disabled');
}

/** `10.0.2.0`, `10.0.2.0/24` or `10.0.2.0/255.255.255.0`. */
function parseNetwork(text: string): { network: number; mask: number } {
  const slash = text.indexOf('/');
  const value = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (value === null) throw new QmpError('Failed to parse netmask');
  const mask = slash < 0 ? maskOf(customaryPrefix(value)) : parseMask(text.slice(slash + 1));
  return { network: (value & mask) >>> 0, mask };
}

function customaryPrefix(address: number): number {
  return PREFIXES.find(([mask, value]) => (address & mask) >>> 0 === value)![2];
}

function parseMask(text: string): number {
  if (text.includes('.')) {
    const mask = parseAddress(text);
    if (mask === null) throw new QmpError('Failed to parse netmask');
    return mask;
  }
  if (!/^[0-9]*$/.test(text)) throw new QmpError('Failed to parse netmask (trailing chars)');
  const prefix = Number(text);
  if (prefix < 4 || prefix > 32) throw new QmpError('Invalid netmask provided (must be in range 4-32)');
  return maskOf(prefix);
}

function maskOf(prefix: number): number {
  return (0xffff_ffff << (32 - prefix)) >>> 0;
}
