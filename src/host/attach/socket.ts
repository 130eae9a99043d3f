import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ByteConnection } from '../../qmp/byte-connection.ts';
import { AttachError } from '../../qmp/errors.ts';
import { systemErrorText } from '../system-error.ts';

/** A server with a full queue of clients, or one that is just starting, is asked again for so long, and so often, milliseconds. */
const WHILE_BUSY = 2000;
const AGAIN = 50;

/**
 * Connects to a socket.
 * @param starting the server has made its socket just now, and may not listen yet
 * @throws AttachError with the system's reason, or when it takes too long
 */
export async function connectSocket(
  name: string,
  target: NetConnectOpts,
  timeoutMs: number,
  starting = false,
): Promise<ByteConnection> {
  const patience = performance.now() + Math.min(timeoutMs, WHILE_BUSY);
  for (;;) {
    try {
      return socketConnection(name, await connected(target, timeoutMs));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const busy = code === 'EAGAIN';
      const early = starting && code === 'ECONNREFUSED';
      if ((busy || early) && performance.now() < patience) await delay(AGAIN);
      else
        throw new AttachError(
          `${name}: ${busy ? 'other clients wait there already' : systemErrorText(error)}`,
        );
    }
  }
}

/** @throws Error with the system's code */
function connected(target: NetConnectOpts, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(target);
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(timer));
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function socketConnection(name: string, socket: Socket): ByteConnection {
  let broken: Error | null = null;
  let closed: (error: Error | null) => void = () => {};
  socket.setNoDelay(true);
  socket.on('error', error => {
    broken = new Error(systemErrorText(error));
  });
  socket.on('close', () => closed(broken));
  return {
    name,
    write: data => void socket.write(data),
    onData: listener => void socket.on('data', bytes => listener(bytes as Uint8Array)),
    onClose: listener => {
      closed = listener;
    },
    close: () => void socket.destroy(),
  };
}
