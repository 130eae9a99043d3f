import { QmpError } from '../../../qapi/errors.ts';
import { parseAddress } from './address.ts';
import type { Address } from './endpoint.ts';

/** A port of the host; address 0 is every address. */
export interface HostPort extends Address {
  readonly protocol: 'tcp' | 'udp';
}

export interface ForwardRule extends HostPort {
  readonly guest: Address;
}

const HIGHEST_PORT = 0xffff;

/**
 * Reads `[tcp|udp]:[hostaddr]:hostport-[guestaddr]:guestport`.
 * @throws QmpError saying what is wrong with it
 */
export function parseForwardRule(text: string, defaultGuest: number): ForwardRule {
  const invalid = (reason: string) => new QmpError(`Invalid host forwarding rule '${text}' (${reason})`);
  const reader = new Reader(text);
  const protocol = reader.upTo(':', () => invalid('No : separators'));
  if (!['', 'tcp', 'udp'].includes(protocol)) throw invalid('Bad protocol name');
  const hostText = reader.upTo(':', () => invalid('Missing : separator'));
  const address = hostText === '' ? 0 : parseAddress(hostText);
  if (address === null) throw invalid('Bad host address');
  const port = parsePort(reader.upTo('-', () => invalid('Bad host port separator')));
  if (port === null) throw invalid('Bad host port');
  const guestText = reader.upTo(':', () => invalid('Missing guest address'));
  const guest = guestText === '' ? defaultGuest : parseAddress(guestText);
  if (guest === null) throw invalid('Bad guest address');
  const guestPort = parsePort(reader.rest);
  if (!guestPort) throw invalid('Bad guest port');
  return {
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    address,
    port,
    guest: { address: guest, port: guestPort },
  };
}

/** Reads `[tcp|udp]:[hostaddr]:hostport`. @throws QmpError */
export function parseHostPort(text: string): HostPort {
  const invalid = () => new QmpError('invalid format');
  const reader = new Reader(text);
  const protocol = reader.upTo(':', invalid);
  const hostText = reader.upTo(':', invalid);
  const address = hostText === '' ? 0 : parseAddress(hostText);
  const port = reader.rest === '' ? null : parsePort(reader.rest);
  if (!['', 'tcp', 'udp'].includes(protocol) || address === null || port === null) throw invalid();
  return { protocol: protocol === 'udp' ? 'udp' : 'tcp', address, port };
}

/** Takes a text apart. */
export class Reader {
  rest: string;

  constructor(text: string) {
    this.rest = text;
  }

  /** What stands before the separator, which is taken too. */
  upTo(separator: string, missing: () => QmpError): string {
    const at = this.rest.indexOf(separator);
    if (at < 0) throw missing();
    const part = this.rest.slice(0, at);
    this.rest = this.rest.slice(at + 1);
    return part;
  }
}

/** Decimal, octal or hexadecimal as strtol reads it; nothing at all is 0, any free port. */
export function parsePort(text: string): number | null {
  if (!/^(|[1-9][0-9]*|0[0-7]*|0x[0-9a-f]+)$/i.test(text)) return null;
  const octal = /^0[0-7]+$/.test(text);
  const port = octal ? Number.parseInt(text, 8) : Number(text);
  return port <= HIGHEST_PORT ? port : null;
}
