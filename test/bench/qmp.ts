/**
 * QMP on a socket, beside qemu-system-riscv64 in the same minute when that is installed: `npm run bench:qmp [rounds]`.
 * Milliseconds from the start to the greeting, and microseconds of a round trip; asserts nothing.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../dist/hmp.js', import.meta.url));
const EMULATOR = 'qemu-system-riscv64';
const STARTS = Number(process.argv[2] ?? 5);
const hmp = (line: string) =>
  JSON.stringify({ execute: 'human-monitor-command', arguments: { 'command-line': line } });

const REQUESTS = [
  { name: 'query-status', text: '{"execute":"query-status"}', rounds: 2000 },
  { name: 'info status', text: hmp('info status'), rounds: 2000 },
  { name: 'info qtree', text: hmp('info qtree'), rounds: 500 },
  { name: 'query-qmp-schema', text: '{"execute":"query-qmp-schema"}', rounds: 20 },
] as const;

/** A client that sends one request at a time. */
class Client {
  readonly #socket: Socket;
  #pieces: string[] = [];
  #next: (line: string) => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket.setEncoding('utf8').setNoDelay();
    socket.on('data', (text: string) => {
      this.#pieces.push(text);
      if (!text.endsWith('\n')) return;
      const lines = this.#pieces.join('').split('\n');
      this.#pieces = [];
      for (const line of lines) if (line !== '' && !line.startsWith('{"timestamp"')) this.#next(line);
    });
  }

  line(): Promise<string> {
    return new Promise(resolve => {
      this.#next = resolve;
    });
  }

  ask(text: string): Promise<string> {
    const answer = this.line();
    this.#socket.write(`${text}\n`);
    return answer;
  }

  close(): void {
    this.#socket.destroy();
  }
}

async function reach(path: string): Promise<Socket> {
  for (;;) {
    const socket = connect(path);
    const opened = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    if (opened) return socket;
    await setTimeout(1);
  }
}

interface Figures {
  readonly greeting: number;
  readonly trips: readonly number[];
}

async function measure(command: readonly string[], folder: string): Promise<Figures> {
  const greetings: number[] = [];
  let trips: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const path = join(folder, 'qmp');
    rmSync(path, { force: true });
    const options = ['-M', 'virt', '-S', '-display', 'none', '-qmp', `unix:${path},server=on,wait=off`];
    const began = performance.now();
    const child = spawn(command[0]!, [...command.slice(1), ...options], { stdio: 'ignore' });
    const client = new Client(await reach(path));
    await client.line();
    greetings.push(performance.now() - began);
    if (start === STARTS - 1) trips = await roundTrips(client);
    await end(client, child);
  }
  return { greeting: median(greetings), trips };
}

async function roundTrips(client: Client): Promise<number[]> {
  await client.ask('{"execute":"qmp_capabilities"}');
  const trips: number[] = [];
  for (const { text, rounds } of REQUESTS) {
    for (let round = 0; round < rounds / 10; round++) await client.ask(text);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      await client.ask(text);
      times.push((performance.now() - began) * 1000);
    }
    trips.push(median(times));
  }
  return trips;
}

async function end(client: Client, child: ChildProcess): Promise<void> {
  client.close();
  const gone = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

const folder = mkdtempSync(join(tmpdir(), 'hmp-bench-'));
const ours = await measure([process.execPath, PROGRAM], folder);
const installed = spawnSync(EMULATOR, ['--version']).status === 0;
const theirs = installed ? await measure([EMULATOR], folder) : null;
rmSync(folder, { recursive: true });

function show(name: string, unit: string, mine: number, peer: number | undefined): void {
  const ratio =
    peer === undefined ? '' : `  ${EMULATOR} ${peer.toFixed(0)} ${unit}, ${(mine / peer).toFixed(2)} of it`;
  console.log(`${name.padEnd(18)} ${mine.toFixed(0).padStart(7)} ${unit}${ratio}`);
}

show('greeting', 'ms', ours.greeting, theirs?.greeting);
REQUESTS.forEach(({ name }, index) => {
  show(name, 'us', ours.trips[index]!, theirs?.trips[index]);
});
