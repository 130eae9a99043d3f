import { createSocket, type Socket as DatagramSocket, type RemoteInfo } from 'node:dgram';
import { lookup, reverse } from 'node:dns/promises';
import { chmodSync, existsSync, fstatSync, lstatSync, unlinkSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { adoptDatagrams, joinMulticast } from './node-datagrams.ts';
import { systemErrorText } from './system-error.ts';
import type {
  Closable,
  Endpoint,
  HostNetwork,
  TcpEvents,
  TcpListener,
  TcpSocket,
  UdpSocket,
} from './types.ts';

/** The host's network through Node's sockets and resolver. */
export function createNodeNetwork(): HostNetwork {
  return {
    connectTcp,
    listenTcp,
    connectUnix,
    listenUnix,
    adoptStream,
    adoptListener,
    openUdp,
    joinMulticast,
    adoptDatagrams,
    errorText: code => systemErrorText({ code }),
    lookup: async name => (await lookup(name, { all: true })).map(({ address }) => address),
    reverse: address => reverse(address),
  };
}

/** Node keeps a socket's descriptor in its handle; there is no other way to it. */
function descriptorOf(socket: Socket | Server): number {
  return (socket as unknown as { _handle?: { fd?: number } | null })._handle?.fd ?? -1;
}

class NodeTcpSocket implements TcpSocket {
  readonly #socket: Socket;
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
  }

  get descriptor(): number {
    return descriptorOf(this.#socket);
  }

  get pending(): number {
    return this.#socket.writableLength;
  }

  get ends(): TcpSocket['ends'] {
    const { localAddress, localPort, remoteAddress, remotePort } = this.#socket;
    if (localAddress === undefined || remoteAddress === undefined) return null;
    return {
      local: { address: localAddress, port: localPort ?? 0 },
      remote: { address: remoteAddress, port: remotePort ?? 0 },
    };
  }

  follow(events: TcpEvents): void {
    const unlessClosed = (tell: () => void) => {
      if (!this.#closed) tell();
    };
    const closed = (code: string | null) =>
      unlessClosed(() => {
        this.#closed = true;
        events.closed(code);
      });
    this.#flushed = () => unlessClosed(() => events.flushed());
    this.#socket.on('connect', () => unlessClosed(() => events.connected()));
    this.#socket.on('data', bytes => unlessClosed(() => events.data(bytes as Uint8Array)));
    this.#socket.on('end', () => unlessClosed(() => events.ended()));
    this.#socket.on('error', error => closed((error as NodeJS.ErrnoException).code ?? 'EIO'));
    this.#socket.on('close', () => closed(null));
  }

  #flushed = () => {};

  write(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes, () => this.#flushed());
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#closed = true;
    this.#socket.on('error', () => {});
    if (this.#socket.connecting) this.#socket.destroy();
    else if (this.#socket.remoteAddress === undefined) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}

function connectTcp({ address, port }: Endpoint, events: TcpEvents): TcpSocket {
  const socket = new NodeTcpSocket(connect({ host: address, port, allowHalfOpen: true }));
  socket.follow(events);
  return socket;
}

function listenTcp(
  at: Endpoint,
  accept: (socket: TcpSocket, from: Endpoint) => TcpEvents | null,
): Promise<TcpListener> {
  const server = createServer({ allowHalfOpen: true }, connection => {
    const socket = new NodeTcpSocket(connection);
    const { remoteAddress: address = '', remotePort: port = 0 } = connection;
    const events = accept(socket, { address, port });
    if (events) socket.follow(events);
    else socket.destroy();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: at.address, port: at.port, exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', () => {}); // a connection that could not be accepted is the peer's matter
      const { address, port } = server.address() as AddressInfo;
      resolve({
        descriptor: descriptorOf(server),
        local: { address, port },
        close: () => void server.close(),
      });
    });
  });
}

function connectUnix(path: string, events: TcpEvents): TcpSocket {
  const socket = new NodeTcpSocket(connect({ path, allowHalfOpen: true }));
  socket.follow(events);
  return socket;
}

function listenUnix(path: string, accept: (socket: TcpSocket) => TcpEvents | null): Promise<Closable> {
  const server = createServer({ allowHalfOpen: true }, connection => {
    const socket = new NodeTcpSocket(connection);
    const events = accept(socket);
    if (events) socket.follow(events);
    else socket.destroy();
  });
  removeStale(path);
  return new Promise((resolve, reject) => {
    server.once('error', error => reject(existsSync(dirname(path)) ? error : withCode(error, 'ENOENT')));
    maskingOthers(() =>
      server.listen(path, () => {
        server.removeAllListeners('error');
        server.on('error', () => {});
        resolve({ close: () => void server.close() });
      }),
    );
    // It is bound by now, or never. In a thread the mask could not be changed.
    if (isSocket(path)) chmodSync(path, 0o600);
  });
}

/** What is made meanwhile is its owner's alone from the start, where this thread may say so. */
function maskingOthers(make: () => void): void {
  if (!isMainThread) {
    make();
    return;
  }
  const mask = process.umask(0o177);
  try {
    make();
  } finally {
    process.umask(mask);
  }
}

function adoptStream(descriptor: number, events: TcpEvents): TcpSocket | undefined {
  if (!isSocketDescriptor(descriptor)) return undefined;
  const socket = new NodeTcpSocket(new Socket({ fd: descriptor, allowHalfOpen: true }));
  socket.follow(events);
  setImmediate(() => events.connected());
  return socket;
}

function adoptListener(
  descriptor: number,
  accept: (socket: TcpSocket) => TcpEvents | null,
): Promise<Closable> {
  const server = createServer({ allowHalfOpen: true }, connection => {
    const socket = new NodeTcpSocket(connection);
    const events = accept(socket);
    if (events) socket.follow(events);
    else socket.destroy();
  });
  return new Promise((resolve, reject) => {
    if (!isSocketDescriptor(descriptor)) {
      reject(Object.assign(new Error('no socket'), { code: 'EBADF' }));
      return;
    }
    server.once('error', reject);
    server.listen({ fd: descriptor }, () => {
      server.off('error', reject);
      server.on('error', () => {});
      resolve({ close: () => void server.close() });
    });
  });
}

function isSocketDescriptor(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    return false;
  }
}

/** A missing folder is told as missing rights by Node. */
function withCode(error: Error, code: string): Error {
  return Object.assign(error, { code });
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    return false;
  }
}

/** A socket that somebody left behind is in the way; any other file is left alone, and listening fails. */
function removeStale(path: string): void {
  try {
    if (isSocket(path)) unlinkSync(path);
  } catch {
    // listening tells what is wrong with the path
  }
}

class NodeUdpSocket implements UdpSocket {
  readonly descriptor = -1; // Node does not tell it
  readonly local: Endpoint;
  pending = 0;
  readonly #socket: DatagramSocket;

  constructor(socket: DatagramSocket) {
    this.#socket = socket;
    const { address, port } = socket.address();
    this.local = { address, port };
  }

  send(bytes: Uint8Array, to: Endpoint, failed: (code: string) => void): void {
    this.pending++;
    this.#socket.send(bytes, to.port, to.address, error => {
      this.pending--;
      if (error) failed((error as NodeJS.ErrnoException).code ?? 'EIO');
    });
  }

  close(): void {
    this.#socket.close();
  }
}

function openUdp(at: Endpoint, receive: (bytes: Uint8Array, from: Endpoint) => void): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes: Uint8Array, { address, port }: RemoteInfo) =>
    receive(bytes, { address, port }),
  );
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: at.address, port: at.port, exclusive: true }, () => {
      socket.off('error', reject);
      socket.on('error', () => {}); // an error of one datagram is told to its sender
      resolve(new NodeUdpSocket(socket));
    });
  });
}
