import { createSocket } from 'node:dgram';
import { fstatSync, readFileSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import type { DatagramOutlet, MulticastGroup } from './types.ts';

/** In the file's column of types. */
const DATAGRAMS = '0002';

/** Our own datagrams come back as well: others on this host could not hear them otherwise. */
export function joinMulticast(
  { group, via }: MulticastGroup,
  receive: (bytes: Uint8Array) => void,
): Promise<DatagramOutlet> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (bytes: Uint8Array) => receive(bytes));
  return new Promise((resolve, reject) => {
    const refused = (error: unknown) => {
      socket.close();
      reject(error);
    };
    socket.once('error', refused);
    socket.bind({ address: group.address, port: group.port }, () => {
      socket.off('error', refused);
      socket.on('error', () => {}); // an error of one datagram is nobody's here
      try {
        socket.addMembership(group.address, via ?? undefined);
        if (via !== null) socket.setMulticastInterface(via);
        socket.setMulticastLoopback(true);
        resolve(outlet(socket, done => bytes => socket.send(bytes, group.port, group.address, done)));
      } catch (error) {
        refused(error);
      }
    });
  });
}

/** Counts what has not left. */
function outlet(
  socket: { close(): unknown },
  sender: (done: () => void) => (bytes: Uint8Array) => void,
): DatagramOutlet {
  let pending = 0;
  const send = sender(() => pending--);
  return {
    get pending() {
      return pending;
    },
    send: bytes => {
      pending++;
      send(bytes);
    },
    close: () => void socket.close(),
  };
}

/** What Node makes its pipes of. */
type PipeHandle = { open(descriptor: number): number };

/**
 * Node knows datagrams of the network only, but a pipe of its own reads and writes at once what is there and what it is
 * given, so that every chunk is a datagram.
 */
export function adoptDatagrams(
  descriptor: number,
  receive: (bytes: Uint8Array) => void,
): DatagramOutlet | undefined {
  if (!isDatagramSocket(descriptor)) return undefined;
  const handle = newPipe();
  if (handle.open(descriptor) !== 0) return undefined;
  const socket = new Socket({ handle } as never);
  socket.on('data', receive);
  socket.on('error', () => socket.destroy()); // the other end is gone, and nobody can take its place
  socket.resume();
  return outlet({ close: () => socket.destroy() }, done => oneByOne(socket, done));
}

/** A stream joins what waits in it to one write, which would be one datagram: so there is never more than one in it. */
function oneByOne(socket: Socket, done: () => void): (bytes: Uint8Array) => void {
  const waiting: Uint8Array[] = [];
  let busy = false;
  const next = () => {
    const bytes = waiting.shift();
    busy = bytes !== undefined;
    if (bytes === undefined) return;
    const sent = () => {
      done();
      next();
    };
    if (socket.writable) socket.write(bytes, sent);
    else sent();
  };
  return bytes => {
    waiting.push(bytes);
    if (!busy) next();
  };
}

/** The class is not exported: it is the one of any connection's handle. */
function newPipe(): PipeHandle {
  const model = connect({ path: '\0' });
  model.on('error', () => {});
  const { _handle: handle } = model as unknown as {
    _handle: { constructor: new (type: number) => PipeHandle };
  };
  model.destroy();
  return new handle.constructor(0);
}

function isDatagramSocket(descriptor: number): boolean {
  try {
    const { ino } = fstatSync(descriptor);
    const rows = readFileSync('/proc/net/unix', 'latin1').split('\n');
    // Num RefCount Protocol Flags Type St Inode Path
    return rows.some(row => {
      const [, , , , type, , inode] = row.split(/\s+/);
      return inode === String(ino) && type === DATAGRAMS;
    });
  } catch {
    return false;
  }
}
