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
  readonly hostname: string | null;
  readonly restricted: boolean;
  /** Rules of `hostfwd=`, in order. */
  readonly forwards: readonly string[];
}

const DEFAULT_NETWORK = '10.0.2.0/24';
/** Last bytes of the addresses that are not given, inside any network. */
const HOST = 0x0202;
const DNS = 0x0203;
const DHCP_START = 0x020f;
const LONGEST_HOSTNAME = 255;

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
  const { network, mask } = parseNetwork(options.net ?? options.ip ?? DEFAULT_NETWORK);
  const within = (suffix: number) => (network | (suffix & ~mask)) >>> 0;
  const config = {
    network,
    mask,
    host: address(options.host, 'Failed to parse host') ?? within(HOST),
    dns: address(options.dns, 'Failed to parse DNS') ?? within(DNS),
    dhcpStart: address(options.dhcpstart, 'Failed to parse DHCP start address') ?? within(DHCP_START),
    hostname: hostname(options.hostname),
    restricted: options.restrict ?? false,
    forwards: (options.hostfwd ?? []).map(({ str }) => str),
  };
  check(config);
  return config;
}

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
