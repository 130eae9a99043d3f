import type { MachineHandle } from '../host/machine-handle.ts';
import { outcomeToJson, type Session } from '../monitor/index.ts';
import type { ConnectionChange } from '../qmp/attached-client.ts';
import type { QmpClient } from '../qmp/client.ts';
import { VERSION } from './version.ts';

/** Runs the interface for people on our own machine. */
export async function runTerminal(
  session: Session,
  machine: MachineHandle,
  options: { name: string | null; json: boolean },
): Promise<number> {
  const code = await startTui(session, machine.qmp, {
    json: options.json,
    serial: serialConsole(machine, 'serial0'),
    onLog: listener => machine.onLog(listener),
    ...(options.name === null ? {} : { name: options.name }),
  });
  machine.qmp.execute('quit').catch(() => {}); // a signal ends the interface, and the machine goes with it
  const end = await machine.ended;
  return code !== 0 || end instanceof Error ? code : end.status;
}

/** What the interface can have beside a session; absent: not there. */
export interface TerminalExtras {
  readonly json: boolean;
  readonly name?: string;
  readonly serial?: {
    readonly label: string;
    onData(listener: (bytes: Uint8Array) => void): () => void;
    write(bytes: Uint8Array): void;
  };
  onLog?(listener: (text: string) => void): void;
  /** the command that the end of input runs */
  readonly endOfInput?: string;
  onConnection?(listener: (change: ConnectionChange) => void): () => void;
  /** what is said when the machine has ended by itself */
  farewell?(): string | null;
}

/** The interface on the program's own terminal; loaded only here, since it brings React along. */
export async function startTui(
  session: Session,
  qmp: QmpClient,
  { json, ...extras }: TerminalExtras,
): Promise<number> {
  const { runTui } = await import('../tui/index.tsx');
  const { stdin, stdout } = process;
  return runTui({ ...extras, session: adaptSession(session, json), qmp, stdin, stdout, version: VERSION });
}

function adaptSession(session: Session, json: boolean) {
  return {
    async run(line: string, signal: AbortSignal, output: (text: string) => Promise<void>) {
      const sink = json ? {} : { output };
      const outcome = await session.run(line, signal, { record: false, ...sink });
      const text = json && !outcome.cancelled ? outcomeToJson(outcome) : outcome.text;
      return { text, ok: outcome.ok, clear: outcome.clear ?? false, quit: session.quitting };
    },
    complete: (line: string, cursor: number) => session.complete(line, cursor),
    get history() {
      return session.history;
    },
    addHistory: (line: string) => void session.historyLines.add(line),
    get currentCpu() {
      return session.currentCpu;
    },
  };
}

function serialConsole(machine: MachineHandle, label: string) {
  return {
    label,
    onData: (listener: (bytes: Uint8Array) => void) =>
      machine.onStream((from, bytes) => {
        if (from === label) listener(bytes);
      }),
    write: (bytes: Uint8Array) => machine.writeStream(label, bytes),
  };
}
