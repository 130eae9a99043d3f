/** Sixteen clients at once, none of them well behaved: no reply is lost or goes to another, and memory stays flat. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { MachineProgram, STOPPED } from '../support/programs.ts';
import { Random } from '../support/random.ts';

const CLIENTS = 16;
const MILLISECONDS = 60_000;
/** Requests that a client has in flight at most; the server reads no further than some of them. */
const BURST = 12;
/** Mebibytes that the process may grow by once everything has been used. */
const GROWTH = 96;
const SEED = Number(process.env['HMP_FUZZ_SEED'] ?? Date.now() % 1_000_000);

const line = (text: string) => ({
  execute: 'human-monitor-command',
  arguments: { 'command-line': text },
});

/** Each is answered once, with its id, well or not. */
const REQUESTS: readonly object[] = [
  { execute: 'query-status' },
  { execute: 'query-version' },
  { execute: 'query-chardev' },
  { execute: 'query-block', arguments: {} },
  { execute: 'qom-list', arguments: { path: '/machine' } },
  { execute: 'stop' },
  line('info status'),
  line('info qtree'),
  line('x /4xw 0x80000000'),
  line('nonsense with "quotes'),
  { execute: 'query-qmp-schema' },
  { execute: 'no-such-command' },
  { execute: 'qom-list' },
  { execute: 'qom-list', arguments: { path: 7 } },
  { execute: 'query-status', arguments: { extra: null } },
  { execute: 'query-status', surplus: 1 },
  { execute: 5 },
  { 'exec-oob': 'query-status' },
  { arguments: {} },
  { execute: 'query-status', arguments: [] },
];

/** Answered by errors without an id, if at all; the byte behind them has the reader begin anew. */
const GARBAGE = [
  '{"execute": "query-sta',
  '[[[[[[',
  '{"a": }',
  '"\\ud800',
  '}}]]',
  'quit\r\n',
  '{"execute": "query-status", "id": [1, {"deep": "',
  '\0\x01\x02',
  '{'.repeat(2000),
  `"${'x'.repeat(20_000)}`,
];
const BEGIN_ANEW = 0xff;

/** One client: sends in pieces of any length, and keeps account of the ids. */
class Client {
  readonly #name: number;
  readonly #socket: Socket;
  readonly #random: Random;
  readonly #open: string[] = [];
  #text = '';
  #next = 0;
  #greeted = false;
  #wake: () => void = () => {};
  answered = 0;
  errors = 0;

  constructor(name: number, path: string) {
    this.#name = name;
    this.#random = new Random(SEED + name);
    this.#socket = connect(path).setEncoding('utf8');
    this.#socket.on('data', (piece: string) => this.#receive(piece));
  }

  async run(until: number): Promise<void> {
    await this.#sendBytes(Buffer.from('{"execute": "qmp_capabilities", "id": "hello"}\n'), 'hello');
    while (performance.now() < until) {
      if (this.#random.chance(5)) await this.#sendGarbage();
      else await this.#sendRequest();
      if (this.#open.length > this.#random.below(BURST)) await this.#progress();
    }
    while (this.#open.length > 0) await this.#progress();
    this.#socket.destroy();
  }

  async #sendRequest(): Promise<void> {
    const id = `${this.#name}-${this.#next++}`;
    const request = this.#random.pick(REQUESTS);
    await this.#sendBytes(Buffer.from(`${JSON.stringify({ ...request, id })}\n`), id);
  }

  async #sendGarbage(): Promise<void> {
    const garbage = Buffer.from(this.#random.pick(GARBAGE));
    await this.#sendBytes(Buffer.concat([garbage, Buffer.of(BEGIN_ANEW)]), null);
  }

  async #sendBytes(bytes: Uint8Array, id: string | null): Promise<void> {
    if (id !== null) this.#open.push(id);
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + this.#random.below(bytes.length);
      this.#socket.write(bytes.subarray(at, end));
      at = end;
      if (this.#random.chance(8)) await setTimeout(0);
    }
  }

  /** Resolves when something has come; a server that has gone silent is found by the test's time limit. */
  #progress(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve;
    });
  }

  #receive(piece: string): void {
    this.#text += piece;
    const lines = this.#text.split('\r\n');
    this.#text = lines.pop()!;
    for (const text of lines) this.#message(JSON.parse(text) as Record<string, unknown>);
    this.#wake();
  }

  #message(message: Record<string, unknown>): void {
    if (!this.#greeted) {
      expect(message).toHaveProperty('QMP');
      this.#greeted = true;
    } else if ('id' in message) {
      expect(message['id']).toBe(this.#open.shift());
      this.answered += 1;
    } else if ('error' in message) {
      this.errors += 1;
    } else {
      expect(message).toHaveProperty('event');
    }
  }
}

function residentMebibytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

describe(`sixteen clients at once (HMP_FUZZ_SEED=${SEED})`, () => {
  let program: MachineProgram | undefined;
  afterEach(() => program?.dispose());

  it('get every answer, each its own', async () => {
    const names = Array.from({ length: CLIENTS }, (_, index) => index);
    const sockets = names.flatMap(name => ['-qmp', `unix:@/qmp${name},server=on,wait=off`]);
    program = await new MachineProgram('hmp', [...STOPPED, ...sockets]).start();
    for (const name of names) await program.listening(`qmp${name}`);
    const { pid } = program;
    const start = performance.now();
    const clients = names.map(name => new Client(name, program!.path(`qmp${name}`)));
    const runs = Promise.all(clients.map(client => client.run(start + MILLISECONDS)));
    await setTimeout(MILLISECONDS / 3);
    const early = residentMebibytes(pid);
    await runs;
    const late = residentMebibytes(pid);
    const sum = (of: (client: Client) => number) => clients.reduce((total, client) => total + of(client), 0);
    console.log(
      `${sum(({ answered }) => answered)} answers, ${sum(({ errors }) => errors)} errors without an id, ` +
        `${early.toFixed(0)} MiB after a third of the time, ${late.toFixed(0)} MiB at the end`,
    );
    expect(program.running).toBe(true);
    for (const { answered, errors } of clients) expect(Math.min(answered, errors)).toBeGreaterThan(10);
    expect(late - early).toBeLessThan(GROWTH);
  });
});
