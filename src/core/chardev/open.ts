import type { ByteStream, Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { ChardevBackend, ChardevBackendKind, ChardevSocket } from '../../qapi/generated/types.ts';
import { readLegacyAddress } from '../sockets/address.ts';
import type { Chardev } from './chardev.ts';
import { Mux } from './mux.ts';
import { NullDevice, RingBuffer } from './ring-buffer.ts';
import { SocketStream } from './socket-stream.ts';
import { UdpStream } from './udp-stream.ts';

/** Every kind of back end that can be had, in the order of listings. */
export const BACKEND_KINDS: readonly ChardevBackendKind[] = [
  ...(['ringbuf', 'mux', 'pipe', 'null', 'socket', 'vc', 'parallel', 'memory', 'udp', 'file'] as const),
  ...(['serial', 'stdio', 'pty'] as const),
];

export interface OpenContext {
  readonly host: Host;
  /** Another character device, for a mux. */
  find(id: string): Chardev | undefined;
}

/** The back end, and the file that gets a copy of its output. */
export interface Opened {
  readonly backend: ByteStream;
  readonly log: ByteStream | null;
}

/** Opens what a character device leads to. @throws QmpError that says why it cannot be had */
export async function openBackend(context: OpenContext, id: string, wanted: ChardevBackend): Promise<Opened> {
  const { logfile, logappend = false } = wanted.data;
  const backend = await open(context, id, wanted);
  try {
    const log =
      logfile === undefined
        ? null
        : byHost(() => context.host.openFileStream(logfile, { append: logappend }));
    return { backend, log };
  } catch (error) {
    backend.close();
    throw error;
  }
}

function open(
  { host, find }: OpenContext,
  id: string,
  wanted: ChardevBackend,
): ByteStream | Promise<ByteStream> {
  switch (wanted.type) {
    case 'null':
      return new NullDevice();
    case 'ringbuf':
    case 'memory':
      return new RingBuffer(wanted.type, wanted.data.size);
    case 'vc':
    case 'stdio':
      return byHost(() => host.openStream(id, wanted.type));
    case 'file': {
      const { out, append = false, in: input } = wanted.data;
      return byHost(() => host.openFileStream(out, { append, ...(input === undefined ? {} : { input }) }));
    }
    case 'pipe':
    case 'serial':
    case 'parallel':
      return byHost(() => host.openDeviceStream(wanted.data.device, wanted.type));
    case 'socket':
      return openSocket(host, wanted.data);
    case 'udp': {
      const { remote, local } = wanted.data;
      return UdpStream.open(host, readLegacyAddress(remote), local ? readLegacyAddress(local) : null);
    }
    case 'mux':
      return openMux(find(wanted.data.chardev), wanted.data.chardev);
    case 'pty':
      return byHost(() => host.openDeviceStream(wanted.data.path ?? '', 'pty'));
  }
}

/** Errors of the host are refusals, not defects. */
function byHost(open: () => ByteStream): ByteStream {
  try {
    return open();
  } catch (error) {
    throw new QmpError((error as Error).message);
  }
}

function openSocket(host: Host, options: ChardevSocket): Promise<SocketStream> {
  const { server = true, wait = false, telnet = false } = options;
  const reconnectMs = Number(options['reconnect-ms'] ?? 0n);
  if (server && reconnectMs > 0) {
    throw new QmpError("'reconnect-ms' option is incompatible with socket in server listen mode");
  }
  if (!server && options.wait !== undefined) {
    throw new QmpError("'wait' option is incompatible with socket in client connect mode");
  }
  if (reconnectMs < 0 || reconnectMs > 2 ** 31 - 1) {
    throw new QmpError(`invalid reconnect-ms ${reconnectMs}: expected 0 to ${2 ** 31 - 1}`);
  }
  return SocketStream.open(
    host,
    { address: readLegacyAddress(options.addr), server, reconnectMs, telnet },
    wait,
  );
}

function openMux(base: Chardev | undefined, name: string): Mux {
  if (!base) throw new QmpError(`mux: base chardev ${name} not found`);
  if (base.inUse || base.kind === 'mux') throw new QmpError(`Chardev '${name}' is busy`);
  return new Mux(base);
}
