/**
 * Runs the terminal interface on a made-up session, so that it can be driven in a pseudo-terminal without a machine.
 * Its commands: echo, lines N, wait, ignore, event, guest TEXT, flood, fail, clear, lost, end, name, quit.
 */

import type { QmpClient, QmpEvent } from '../../src/qmp/client.ts';
import { type RunResult, runTui, type TuiCandidate, type TuiDeps } from '../../src/tui/index.tsx';

const COMMANDS: readonly TuiCandidate[] = [
  { text: 'echo', help: 'print the arguments' },
  { text: 'event', help: 'emit an event' },
  { text: 'info', help: 'show various information about the system state' },
  { text: 'lines', help: 'print many lines' },
  { text: 'lost', help: 'lose the connection' },
  { text: 'quit', help: 'quit the monitor' },
];

const eventListeners = new Set<(event: QmpEvent) => void>();
const closeListeners = new Set<(error: Error | null) => void>();
let serialListener: (bytes: Uint8Array) => void = () => {};
let runState = 'running';
const started = process.hrtime.bigint();

function emit(event: unknown): void {
  for (const listener of eventListeners) listener(event as QmpEvent);
}

function closeConnection(error: Error | null): void {
  for (const listener of closeListeners) listener(error);
}

async function execute(command: string): Promise<unknown> {
  if (command === 'query-status') return { status: runState, running: runState === 'running' };
  if (command === 'query-name') return { name: 'demo' };
  const instructions = (process.hrtime.bigint() - started) / 8n;
  return [{ 'cpu-index': 0, instructions, halted: false }];
}

const qmp = {
  execute,
  supports: () => true,
  onEvent: (listener: (event: QmpEvent) => void) => {
    eventListeners.add(listener);
    return () => eventListeners.delete(listener);
  },
  onClose: (listener: (error: Error | null) => void) => {
    closeListeners.add(listener);
    return () => closeListeners.delete(listener);
  },
  close: () => {},
} as unknown as QmpClient;

const guest = (value: string) => serialListener(Buffer.from(value));
const done = (value = ''): RunResult => ({ text: value, ok: true });

function pause(signal: AbortSignal): Promise<RunResult> {
  return new Promise((_resolve, reject) => {
    const timer = setInterval(() => {}, 1000);
    signal.addEventListener('abort', () => {
      clearInterval(timer);
      reject(signal.reason);
    });
  });
}

const commands: Readonly<
  Record<string, (argument: string, signal: AbortSignal) => Promise<RunResult> | RunResult>
> = {
  echo: argument => done(`${argument}\n`),
  lines: argument =>
    done(Array.from({ length: Number(argument) }, (_, index) => `line ${index + 1}\n`).join('')),
  wait: (_argument, signal) => pause(signal),
  ignore: () => new Promise(() => {}),
  event: () => {
    emit({ event: 'RESET', data: { guest: false, reason: 'host-qmp-system-reset' } });
    return done();
  },
  stop: () => {
    runState = 'paused';
    emit({ event: 'STOP', data: {} });
    return done();
  },
  guest: argument => {
    guest(argument.replaceAll('\\n', '\r\n').replaceAll('\\e', '\x1b'));
    return done();
  },
  flood: () => {
    for (let index = 0; index < 2000; index++) emit({ event: 'RTC_CHANGE', data: { offset: BigInt(index) } });
    return done();
  },
  fail: () => ({ text: 'Error: it failed\n', ok: false }),
  clear: () => ({ text: '', ok: true, clear: true }),
  lost: () => {
    closeConnection(new Error('the machine thread ended'));
    return new Promise(() => {});
  },
  end: () => {
    closeConnection(null);
    return new Promise(() => {});
  },
  quit: () => ({ text: '', ok: true, quit: true }),
};

const history = ['info status', 'echo older', 'echo old'];

const deps: TuiDeps = {
  session: {
    history,
    addHistory: line => history.push(line),
    currentCpu: 0,
    exitCode: Number(process.env['FAKE_EXIT_CODE'] ?? 0),
    async run(line, signal) {
      const [name = '', ...words] = line.trim().split(' ');
      const command = commands[name];
      if (!command) return { text: `unknown command: '${name}'\n`, ok: false };
      return command(words.join(' '), signal);
    },
    async complete(line, cursor) {
      const start = line.lastIndexOf(' ', cursor - 1) + 1;
      const typed = line.slice(start, cursor);
      const hint = line.startsWith('echo ') && line.trim() === 'echo' ? 'text' : '';
      if (start > 0) return { start, candidates: [], hint };
      return { start, candidates: COMMANDS.filter(({ text }) => text.startsWith(typed)), hint };
    },
  },
  qmp,
  serial: {
    label: 'serial0',
    onData: listener => {
      serialListener = listener;
      guest('guest booted\r\nguest> ');
      return undefined;
    },
    // A guest that shows what it gets: lines are answered, control characters are named.
    write: bytes => {
      for (const byte of bytes) {
        if (byte === 0x0d) guest('\r\nok\r\nguest> ');
        else if (byte < 0x20) guest(`<${byte}>`);
        else guest(String.fromCharCode(byte));
      }
    },
  },
  stdin: process.stdin,
  stdout: process.stdout,
  version: '1.2.3',
};

process.exitCode = await runTui(deps);
process.stdout.write(`exit ${process.exitCode} raw ${String(process.stdin.isRaw)}\n`);
