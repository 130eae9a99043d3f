import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteConnection } from '../../qmp/byte-connection.ts';
import { AttachError } from '../../qmp/errors.ts';
import type { AttachAddress } from './address.ts';
import { LastLines } from './last-lines.ts';
import { connectSocket } from './socket.ts';

type SshAddress = Extract<AttachAddress, { kind: 'ssh' }>;

/** Milliseconds between two looks for the forwarded socket. */
const LOOK = 20;
/** A person may have to type a password: such a connection may take this long, milliseconds. */
const WHILE_ASKING = 120_000;

/**
 * Reaches a socket on another host. ssh forwards it to a socket in a private folder of ours, so that nothing has
 * to be installed on the other side (-W reaches sockets of the file system in the newest releases only).
 */
export async function connectThroughSsh(
  name: string,
  address: SshAddress,
  { timeoutMs, mayAsk }: { timeoutMs: number; mayAsk: boolean },
): Promise<ByteConnection> {
  const folder = mkdtempSync(join(tmpdir(), 'hmp-ssh-'));
  const local = join(folder, 'qmp');
  const ssh = new Ssh(sshArguments(address, local, timeoutMs, mayAsk));
  try {
    await ssh.until(local, mayAsk ? Math.max(timeoutMs, WHILE_ASKING) : timeoutMs);
    const connection = await connectSocket(name, { path: local }, timeoutMs, true);
    return withProgram(connection, ssh);
  } catch (error) {
    ssh.end();
    throw error instanceof AttachError ? error : new AttachError(`${name}: ${(error as Error).message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true }); // a connection needs its socket's name no more
  }
}

function sshArguments(address: SshAddress, local: string, timeoutMs: number, mayAsk: boolean): string[] {
  const escaped = (path: string) => path.replace(/[\\:]/g, '\\$&');
  return [
    ...['-N', '-T', '-o', 'ExitOnForwardFailure=yes', '-o', 'StreamLocalBindMask=0177'],
    ...['-o', 'ControlPath=none', '-o', `ConnectTimeout=${Math.ceil(timeoutMs / 1000)}`],
    ...(mayAsk ? [] : ['-o', 'BatchMode=yes']),
    ...['-L', `${escaped(local)}:${escaped(address.path)}`],
    ...(address.port === null ? [] : ['-p', String(address.port)]),
    ...(address.user === null ? [] : ['-l', address.user]),
    '--',
    address.host,
  ];
}

/** The program while it runs. */
class Ssh {
  readonly #child: ChildProcess;
  readonly #complaints: LastLines;
  readonly #ended: Promise<Error>;

  constructor(args: readonly string[]) {
    this.#child = spawn('ssh', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#complaints = new LastLines(this.#child.stderr!);
    const kill = () => void this.#child.kill();
    process.once('exit', kill);
    this.#ended = new Promise(resolve => {
      this.#child.on('error', error => resolve(new Error(`ssh cannot be run: ${error.message}`)));
      this.#child.on('close', code => {
        process.off('exit', kill);
        resolve(new Error(this.complaint || `ssh ended with status ${code}`));
      });
    });
  }

  /** The last thing that ssh complained of, '' for none. */
  get complaint(): string {
    return this.#complaints.text;
  }

  /** Resolves once the socket is there. @throws Error when ssh ends before, or the time is over */
  async until(socket: string, timeoutMs: number): Promise<void> {
    let over: Error | null = null;
    void this.#ended.then(error => {
      over = error;
    });
    for (const start = performance.now(); !existsSync(socket); ) {
      if (over) throw over;
      if (performance.now() - start > timeoutMs)
        throw new Error(`no connection within ${timeoutMs / 1000} s`);
      await new Promise(resolve => setTimeout(resolve, LOOK));
    }
  }

  end(): void {
    this.#child.kill();
  }
}

/** The connection, which takes the program along when it ends, and tells its complaints. */
function withProgram(connection: ByteConnection, ssh: Ssh): ByteConnection {
  return {
    ...connection,
    onClose: listener =>
      connection.onClose(error => {
        ssh.end();
        listener(error ?? (ssh.complaint === '' ? null : new Error(ssh.complaint)));
      }),
    close: () => {
      connection.close();
      ssh.end();
    },
  };
}
