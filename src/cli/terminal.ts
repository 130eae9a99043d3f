import type { MachineHandle } from '../host/machine-handle.ts';
import { outcomeToJson, type Session } from '../monitor/index.ts';
import { VERSION } from './version.ts';

/** Runs the interface for people; loaded only here, since it brings React along. */
export async function runTerminal(
  session: Session,
  machine: MachineHandle,
  options: { name: string | null; json: boolean },
): Promise<number> {
  const { runTui } = await import('../tui/index.tsx');
  const code = await runTui({
    session: adaptSession(session, options.json),
    qmp: machine.qmp,
    serial: serialConsole(machine, 'serial0'),
    onLog: listener => machine.onLog(listener),
    stdin: process.stdin,
    stdout: process.stdout,
    ...(options.name === null ? {} : { name: options.name }),
    version: VERSION,
  });
  machine.qmp.execute('quit').catch(() => {}); // a signal ends the interface, and the machine goes with it
  const end = await machine.ended;
  return code !== 0 || end instanceof Error ? code : end.status;
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
