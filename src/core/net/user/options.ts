import { ConfigError, type NetdevOptions } from '../../config.ts';
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

const KNOWN = ['net', 'host', 'dns', 'dhcpstart', 'hostname', 'restrict', 'hostfwd'];
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

/** @throws ConfigError in QEMU's words */
export function parseUserNet(options: NetdevOptions): UserNetConfig {
  const { type: _type, id: _id, hostfwd = [], ...rest } = options;
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (!KNOWN.includes(key) || typeof value !== 'string')
      throw new ConfigError(`Invalid parameter '${key}'`);
    values[key] = value;
  }
  const { network, mask } = parseNetwork(values['net'] ?? DEFAULT_NETWORK);
  const within = (suffix: number) => (network | (suffix & ~mask)) >>> 0;
  const config = {
    network,
    mask,
    host: address(values['host'], 'Failed to parse host') ?? within(HOST),
    dns: address(values['dns'], 'Failed to parse DNS') ?? within(DNS),
    dhcpStart: address(values['dhcpstart'], 'Failed to parse DHCP start address') ?? within(DHCP_START),
    hostname: hostname(values['hostname']),
    restricted: isOn('restrict', values['restrict'] ?? 'off'),
    forwards: typeof hostfwd === 'string' ? [hostfwd] : hostfwd,
  };
  check(config);
  return config;
}

function check({ network, mask, host, dns, dhcpStart, restricted }: UserNetConfig): void {
  const inside = (address: number) => sameNetwork(address, network, mask);
  if (!inside(host)) throw new ConfigError("Host doesn't belong to network");
  if (!inside(dhcpStart)) throw new ConfigError("DHCP doesn't belong to network");
  if (restricted && !inside(dns)) throw new ConfigError("DNS doesn't belong to network");
  if (dns === host) throw new ConfigError('DNS must be different from host');
  if (dhcpStart === host || dhcpStart === dns) {
    throw new ConfigError('DHCP must be different from host and DNS');
  }
}

function address(text: string | undefined, complaint: string): number | null {
  if (text === undefined) return null;
  const value = parseAddress(text);
  if (value === null) throw new ConfigError(complaint);
  return value;
}

function hostname(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (new TextEncoder().encode(text).length <= LONGEST_HOSTNAME) return text;
  throw new ConfigError(`Parameter 'hostname' expects at most ${LONGEST_HOSTNAME} bytes`);
}

/** `10.0.2.0`, `10.0.2.0/24` or `10.0.2.0/255.255.255.0`. */
function parseNetwork(text: string): { network: number; mask: number } {
  const slash = text.indexOf('/');
  const value = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (value === null) throw new ConfigError('Failed to parse netmask');
  const mask = slash < 0 ? maskOf(customaryPrefix(value)) : parseMask(text.slice(slash + 1));
  return { network: (value & mask) >>> 0, mask };
}

function customaryPrefix(address: number): number {
  return PREFIXES.find(([mask, value]) => (address & mask) >>> 0 === value)![2];
}

function parseMask(text: string): number {
  if (text.includes('.')) {
    const mask = parseAddress(text);
    if (mask === null) throw new ConfigError('Failed to parse netmask');
    return mask;
  }
  if (!/^[0-9]*$/.test(text)) throw new ConfigError('Failed to parse netmask (trailing chars)');
  const prefix = Number(text);
  if (prefix < 4 || prefix > 32) throw new ConfigError('Invalid netmask provided (must be in range 4-32)');
  return maskOf(prefix);
}

function maskOf(prefix: number): number {
  return (0xffff_ffff << (32 - prefix)) >>> 0;
}

function isOn(name: string, value: string): boolean {
  if (['on', 'yes', 'true', 'y'].includes(value)) return true;
  if (['off', 'no', 'false', 'n'].includes(value)) return false;
  throw new ConfigError(`Parameter '${name}' expects 'on' or 'off'`);
}
