import type { ByteConnection } from '../../qmp/byte-connection.ts';
import { type AttachAddress, addressText } from './address.ts';
import { connectProgram } from './program.ts';
import { connectSocket } from './socket.ts';
import { connectThroughSsh } from './ssh.ts';

export interface ConnectOptions {
  /** Longest wait for a connection, milliseconds. */
  readonly timeoutMs: number;
  /** Whether ssh may ask for a password on the terminal. */
  readonly mayAsk: boolean;
}

/** Opens a connection. @throws AttachError with the reason */
export function openConnection(address: AttachAddress, options: ConnectOptions): Promise<ByteConnection> {
  const name = addressText(address);
  switch (address.kind) {
    case 'unix':
      return connectSocket(name, { path: address.path }, options.timeoutMs);
    case 'tcp':
      return connectSocket(name, { host: address.host, port: address.port }, options.timeoutMs);
    case 'ssh':
      return connectThroughSsh(name, address, options);
    case 'exec':
      return Promise.resolve(connectProgram(name, address.command));
  }
}
