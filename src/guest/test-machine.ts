import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const EMULATOR = 'qemu-system-riscv64';
const CONNECT_RETRY_MS = 50;

/** Absolute path of a committed guest image. */
export const builtImage = (name: 'firmware' | 'guest'): string =>
  fileURLToPath(new URL(`built/${name}.elf`, import.meta.url));

/** True when the reference emulator is installed. */
export const hasEmulator = (): boolean => spawnSync(EMULATOR, ['--version']).status === 0;

/** Bytes that arrive, and waiting for a text in those not yet consumed. */
export class Transcript {
  private text = '';
  private consumed = 0;
  private ended = false;
  private wake: () => void = () => {};

  append(chunk: string): void {
    this.text += chunk;
    this.wake();
  }

  end(): void {
    this.ended = true;
    this.wake();
  }

  /** Resolves to what came up to and including `wanted`; rejects when the stream ends without it. */
  async expect(wanted: string): Promise<string> {
    for (;;) {
      const at = this.text.indexOf(wanted, this.consumed);
      if (at >= 0) {
        const seen = this.text.slice(this.consumed, at + wanted.length);
        this.consumed = at + wanted.length;
        return seen;
      }
      if (this.ended) throw new Error(`ended without ${JSON.stringify(wanted)} after:\n${this.text}`);
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    }
  }
}

/** Connects to a unix socket that its server may not have made yet. */
export const connectTo = async (path: string): Promise<Socket> => {
  for (;;) {
    const socket = createConnection(path);
    const connected = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (connected) return socket;
    await new Promise(resolve => setTimeout(resolve, CONNECT_RETRY_MS));
  }
};

const bindUdp = async (): Promise<UdpSocket> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
};

/** The other end of a network back end that carries one Ethernet frame a datagram. */
export class TestWire {
  private readonly socket: UdpSocket;
  private readonly peerPort: number;
  private readonly frames: Buffer[] = [];
  private wake: () => void = () => {};

  private constructor(socket: UdpSocket, peerPort: number) {
    this.socket = socket;
    this.peerPort = peerPort;
    socket.on('message', frame => {
      this.frames.push(frame);
      this.wake();
    });
  }

  static async open(): Promise<TestWire> {
    const socket = await bindUdp();
    const placeholder = await bindUdp();
    const { port } = placeholder.address();
    placeholder.close();
    return new TestWire(socket, port);
  }

  /** Command line options of the back end that talks to this wire. */
  netdev(id: string): string[] {
    const { port } = this.socket.address();
    return ['-netdev', `socket,id=${id},udp=127.0.0.1:${port},localaddr=127.0.0.1:${this.peerPort}`];
  }

  async receive(): Promise<Buffer> {
    while (this.frames.length === 0) {
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    }
    return this.frames.shift()!;
  }

  send(frame: Buffer): void {
    this.socket.send(frame, this.peerPort, '127.0.0.1');
  }

  close(): void {
    this.socket.close();
  }
}

/** One reference emulator with our firmware and guest, its serial port and its QMP socket. */
export class TestMachine {
  readonly serial = new Transcript();
  readonly directory = mkdtempSync(join(tmpdir(), 'hmp-guest-'));
  readonly exit: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly qmpOut = new Transcript();
  private qmp: Socket | undefined;

  constructor(args: (directory: string) => string[]) {
    const fixed = ['-M', 'virt', '-m', '128M', '-display', 'none', '-monitor', 'none', '-serial', 'stdio'];
    const images = ['-bios', builtImage('firmware'), '-kernel', builtImage('guest')];
    const qmp = ['-qmp', `unix:${this.file('qmp')},server=on,wait=off`];
    writeFileSync(this.file('disk'), Buffer.alloc(64 * 1024, 'sector zero ', 'latin1'));
    this.child = spawn(EMULATOR, [...fixed, ...images, ...qmp, ...args(this.directory)]);
    this.child.stdout?.on('data', (chunk: Buffer) => this.serial.append(chunk.toString('latin1')));
    this.child.stderr?.on('data', (chunk: Buffer) => this.serial.append(chunk.toString('latin1')));
    this.exit = new Promise(resolve => {
      this.child.once('close', code => {
        this.serial.end();
        this.qmpOut.end();
        resolve(code);
      });
    });
  }

  file(name: string): string {
    return join(this.directory, name);
  }

  /** Waits for the first prompt; resolves to the boot's output. */
  async boot(): Promise<string> {
    return this.serial.expect('hmp guest ready\r\nguest> ');
  }

  type(keys: string): void {
    this.child.stdin?.write(keys);
  }

  /** Types a command and resolves to its output: lines without the echo and the next prompt. */
  async run(command: string): Promise<string[]> {
    this.type(`${command}\r`);
    await this.serial.expect(`${command}\r\n`);
    const output = await this.serial.expect('guest> ');
    return output.split('\r\n').slice(0, -1);
  }

  /** Executes a QMP command and resolves to its answer's `return`. */
  async execute(command: string, args: object = {}): Promise<unknown> {
    if (this.qmp === undefined) {
      this.qmp = await connectTo(this.file('qmp'));
      this.qmp.on('data', chunk => this.qmpOut.append(chunk.toString()));
      await this.execute('qmp_capabilities');
    }
    this.qmp.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    for (;;) {
      const line = await this.qmpOut.expect('\r\n');
      const message = JSON.parse(line) as { return?: unknown; error?: { desc: string } };
      if (message.error !== undefined) throw new Error(message.error.desc);
      if (message.return !== undefined) return message.return;
    }
  }

  async close(): Promise<void> {
    this.qmp?.destroy();
    this.child.kill('SIGKILL');
    await this.exit;
    rmSync(this.directory, { recursive: true });
  }
}
