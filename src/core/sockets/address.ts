import type { Endpoint } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { SocketAddress, SocketAddressLegacy, UnixSocketAddress } from '../../qapi/generated/types.ts';

/** Where a socket leads or listens, of those kinds that the host has. */
export type Address =
  | { readonly kind: 'inet'; readonly host: string; readonly port: number; readonly lastPort: number }
  | { readonly kind: 'unix'; readonly path: string; readonly abstract?: { readonly tight: boolean } }
  /** A socket that the program was given. */
  | { readonly kind: 'fd'; readonly descriptor: number };

/** The kernel's room for a path, its end included. */
const LONGEST_PATH = 107;
/** An address that is not said is nobody's but ours. */
const LOOPBACK = '127.0.0.1';

/** @throws QmpError for a kind or a port that there is not */
export function readAddress(address: SocketAddress): Address {
  switch (address.type) {
    case 'inet':
      return inetAddress(address.host, address.port, address.to);
    case 'unix':
      return unixAddress(address);
    case 'vsock':
      throw new QmpError('socket family AF_VSOCK unsupported');
    case 'fd':
      return descriptorAddress(address.str);
  }
}

/** A descriptor by its number; nobody has given it a name. @throws QmpError */
export function descriptorAddress(text: string): Address {
  if (!/^\d{1,6}$/.test(text)) throw new QmpError(`File descriptor named '${text}' has not been found`);
  return { kind: 'fd', descriptor: Number(text) };
}

/** The same for the older form of addresses. @throws QmpError */
export function readLegacyAddress(address: SocketAddressLegacy): Address {
  return readAddress({ type: address.type, ...address.data } as SocketAddress);
}

function inetAddress(host: string, port: string, to: number | undefined): Address {
  const number = portOf(host, port);
  if (to !== undefined && to < number)
    throw new QmpError('Failed to find an available port: Invalid argument');
  return { kind: 'inet', host: host === '' ? LOOPBACK : host, port: number, lastPort: to ?? number };
}

function portOf(host: string, port: string): number {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 65536;
  if (number < 65536) return number;
  throw new QmpError(`address resolution failed for ${host}:${port}: Servname not supported for ai_socktype`);
}

function unixAddress({ path, abstract = false, tight = true }: UnixSocketAddress): Address {
  if (path === '' && !abstract) throw new QmpError('UNIX socket path is empty');
  if (new TextEncoder().encode(path).length > LONGEST_PATH) {
    throw new QmpError(
      `UNIX socket path '${path}' is too long\nPath must be less than ${abstract ? LONGEST_PATH : LONGEST_PATH + 1} bytes`,
    );
  }
  return { kind: 'unix', path, ...(abstract ? { abstract: { tight } } : {}) };
}

/** What the kernel knows it by: an abstract name begins with a zero, and is filled with them unless it is tight. */
export function unixName({ path, abstract }: Address & { kind: 'unix' }): string {
  if (!abstract) return path;
  const filling = LONGEST_PATH - new TextEncoder().encode(path).length;
  return `\0${path}${abstract.tight ? '' : '\0'.repeat(filling)}`;
}

/** `[host]:port`, as `-netdev socket` takes it. @throws QmpError */
export function parseHostPort(text: string): Address & { kind: 'inet' } {
  const colon = text.lastIndexOf(':');
  if (colon < 0) {
    throw new QmpError(`host address '${text}' doesn't contain ':' separating host from port`);
  }
  const port = text.slice(colon + 1);
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 65536;
  if (number > 65535) throw new QmpError(`port number '${port}' is invalid`);
  return { kind: 'inet', host: text.slice(0, colon) || LOOPBACK, port: number, lastPort: number };
}

/** As messages and listings name it: PATH, HOST:PORT or the number of a descriptor. */
export function formatAddress(address: Address): string {
  switch (address.kind) {
    case 'unix':
      return address.path;
    case 'inet':
      return `${address.host}:${address.port}`;
    case 'fd':
      return String(address.descriptor);
  }
}

/** What is said of a descriptor that is no such socket. */
export function noDescriptor(descriptor: number): QmpError {
  return new QmpError(`File descriptor ${descriptor} is not a socket`);
}

/** As listings name one end of a connection. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
