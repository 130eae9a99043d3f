import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { ByteConnection } from '../../qmp/byte-connection.ts';
import { AttachError } from '../../qmp/errors.ts';
import { systemErrorText } from '../system-error.ts';

/** Connects to a socket. @throws AttachError with the system's reason, or when it takes too long */
export function connectSocket(
  name: string,
  target: NetConnectOpts,
  timeoutMs: number,
): Promise<ByteConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect(target);
    const fail = (why: string) => {
      socket.destroy();
      reject(new AttachError(`${name}: ${why}`));
    };
    const refused = (error: Error) => fail(systemErrorText(error));
    const timer = setTimeout(() => fail(`no connection within ${timeoutMs / 1000} s`), timeoutMs);
    socket.once('error', refused);
    socket.once('close', () => clearTimeout(timer));
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', refused);
      resolve(socketConnection(name, socket));
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
    write: text => void socket.write(text),
    onData: listener => void socket.on('data', bytes => listener(bytes as Uint8Array)),
    onClose: listener => {
      closed = listener;
    },
    close: () => void socket.destroy(),
  };
}
