import { QmpError } from '../../qapi/errors.ts';
import type { ChardevBackend, ChardevBackendKind, SocketAddressLegacy } from '../../qapi/generated/types.ts';
import { checkIdentifier, splitOptions } from '../../qapi/keyval.ts';
import { booleanOf, integerOf, sizeOf } from '../../qapi/text-values.ts';

/** What every back end can be told beside what is its own. */
const COMMON = ['backend', 'id', 'logfile', 'logappend', 'mux'];
const SOCKET_ADDRESS = ['host', 'port', 'to', 'ipv4', 'ipv6', 'path', 'fd'];

/** What each kind can be told. */
const KNOWN: Readonly<Record<ChardevBackendKind, readonly string[]>> = {
  file: ['path', 'append', 'input-path'],
  serial: ['path'],
  parallel: ['path'],
  pipe: ['path'],
  socket: [...SOCKET_ADDRESS, 'server', 'wait', 'telnet', 'delay', 'nodelay', 'reconnect', 'reconnect-ms'],
  udp: ['host', 'port', 'localaddr', 'localport', 'ipv4', 'ipv6'],
  pty: ['path'],
  null: [],
  mux: ['chardev'],
  stdio: ['signal'],
  vc: ['width', 'height', 'cols', 'rows'],
  ringbuf: ['size'],
  memory: ['size'],
};

/** A character device as `-chardev` and `chardev-add` ask for it. */
export interface ChardevRequest {
  readonly id: string;
  readonly backend: ChardevBackend;
  /** Several users share it: a mux of this name stands before it. */
  readonly mux: boolean;
}

/** `socket,id=c0,path=/run/c0,server=on`. @throws QmpError in QEMU's words */
export function parseChardev(text: string): ChardevRequest {
  const options = new Options(text);
  const id = options.text('id');
  if (id === undefined) throw new QmpError('chardev: no id specified');
  return { id, ...parseBackend(options, id) };
}

/** The same without an id, for a device that exists. @throws QmpError */
export function parseChardevChange(id: string, text: string): ChardevBackend {
  const options = new Options(text);
  if (options.text('id') !== undefined) throw new QmpError("Unexpected 'id' parameter");
  return parseBackend(options, id).backend;
}

function parseBackend(options: Options, id: string): { backend: ChardevBackend; mux: boolean } {
  const kind = options.text('backend');
  if (kind === undefined) throw new QmpError(`chardev: "${id}" missing backend`);
  if (!Object.hasOwn(KNOWN, kind)) throw new QmpError(`'${kind}' is not a valid char driver name`);
  const type = kind as ChardevBackendKind;
  options.check([...COMMON, ...KNOWN[type]]);
  const data = { ...options.optional('logfile', 'text'), ...options.optional('logappend', 'boolean') };
  const backend = { type, data: { ...data, ...settings(type, options) } } as ChardevBackend;
  return { backend, mux: options.boolean('mux') ?? false };
}

function settings(type: ChardevBackendKind, options: Options): object {
  switch (type) {
    case 'file':
      return fileSettings(options);
    case 'serial':
    case 'parallel':
    case 'pipe':
      return { device: options.required('path', `chardev: ${type}: no device path given`) };
    case 'socket':
      return socketSettings(options);
    case 'udp':
      return udpSettings(options);
    case 'mux':
      return { chardev: options.required('chardev', 'chardev: mux: no chardev given') };
    case 'ringbuf':
    case 'memory':
      return options.optional('size', 'size');
    case 'stdio':
      return options.optional('signal', 'boolean');
    case 'pty':
      return options.optional('path', 'text');
    default:
      return {};
  }
}

function fileSettings(options: Options): object {
  const input = options.text('input-path');
  return {
    out: options.required('path', 'chardev: file: no filename given'),
    ...options.optional('append', 'boolean'),
    ...(input === undefined ? {} : { in: input }),
  };
}

function socketSettings(options: Options): object {
  const server = options.boolean('server') ?? false;
  const wait = options.boolean('wait');
  return {
    addr: socketAddress(options),
    server,
    ...(wait !== undefined || server ? { wait: wait ?? true } : {}),
    ...options.optional('telnet', 'boolean'),
    ...reconnect(options, server),
  };
}

function socketAddress(options: Options): SocketAddressLegacy {
  const path = options.text('path');
  const host = options.text('host');
  const port = options.text('port');
  if ([path, host, options.text('fd')].filter(each => each !== undefined).length > 1) {
    throw new QmpError("None or one of 'path', 'fd' or 'host' option required.");
  }
  if (path !== undefined) return { type: 'unix', data: { path } };
  if (host === undefined && port === undefined) {
    return { type: 'fd', data: { str: options.text('fd') ?? '' } };
  }
  if (port === undefined) throw new QmpError('chardev: socket: no port given');
  const to = options.integer('to');
  return {
    type: 'inet',
    data: { host: host ?? '', port, ...(to === undefined ? {} : { to: Number(to) }) },
  };
}

/** Seconds or milliseconds. */
function reconnect(options: Options, server: boolean): object {
  const [name, scale] = options.text('reconnect') === undefined ? ['reconnect-ms', 1n] : ['reconnect', 1000n];
  const value = options.integer(name as string);
  if (value === undefined) return {};
  if (server) {
    throw new QmpError(`'${name}' option is incompatible with socket in server listen mode`);
  }
  return { 'reconnect-ms': value * (scale as bigint) };
}

function udpSettings(options: Options): object {
  const port = options.required('port', 'chardev: udp: remote port not specified');
  const remote = { type: 'inet', data: { host: options.text('host') || 'localhost', port } };
  const [localHost, localPort] = [options.text('localaddr'), options.text('localport')];
  if (localHost === undefined && localPort === undefined) return { remote };
  return { remote, local: { type: 'inet', data: { host: localHost ?? '', port: localPort ?? '0' } } };
}

type Reading = 'text' | 'boolean' | 'size';

/** Options by their keys; the last of a key counts. */
class Options {
  readonly #values: ReadonlyMap<string, string>;

  constructor(text: string) {
    this.#values = new Map(splitOptions(text, 'backend'));
    const id = this.#values.get('id');
    if (id !== undefined) checkIdentifier(id);
  }

  check(known: readonly string[]): void {
    const unknown = [...this.#values.keys()].find(key => !known.includes(key));
    if (unknown !== undefined) throw new QmpError(`Invalid parameter '${unknown}'`);
  }

  text(key: string): string | undefined {
    return this.#values.get(key);
  }

  required(key: string, complaint: string): string {
    const value = this.#values.get(key);
    if (value === undefined) throw new QmpError(complaint);
    return value;
  }

  boolean(key: string): boolean | undefined {
    const value = this.#values.get(key);
    return value === undefined ? undefined : booleanOf(key, value);
  }

  integer(key: string): bigint | undefined {
    return this.#number(key, integerOf, 'a number');
  }

  #number(key: string, read: (text: string) => bigint | undefined, due: string): bigint | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    const number = read(value);
    if (number === undefined || number < 0n) throw new QmpError(`Parameter '${key}' expects ${due}`);
    return number;
  }

  /** A member of that name, or none. */
  optional(key: string, reading: Reading): object {
    const value =
      reading === 'text'
        ? this.text(key)
        : reading === 'boolean'
          ? this.boolean(key)
          : this.#number(key, sizeOf, 'a size');
    return value === undefined ? {} : { [key]: value };
  }
}
