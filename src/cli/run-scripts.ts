import type { MachineHandle } from '../host/machine-handle.ts';
import type { Session } from '../monitor/index.ts';
import { runBatch } from './batch.ts';
import type { Invocation } from './invocation.ts';
import { exitStatus } from './process/exit-status.ts';

/** Runs commands, files or the standard input on our own machine, and ends it. Returns the exit code. */
export async function runScripts(
  session: Session,
  machine: MachineHandle,
  invocation: Invocation,
): Promise<number> {
  // A guest that powers off ends the run, as it ends QEMU.
  const gone = new AbortController();
  void machine.ended.then(() => gone.abort());
  const serial = invocation.console?.serial;
  machine.onStream((label, bytes) => void (label === serial && process.stdout.write(bytes)));
  const code = await runBatch(session, invocation, gone.signal);
  machine.qmp.execute('quit').catch(() => {}); // it may be gone already
  const status = exitStatus(await machine.ended);
  return code !== 0 ? code : status;
}
