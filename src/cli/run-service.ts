import type { MachineHandle } from '../host/machine-handle.ts';
import { exitStatus } from './process/exit-status.ts';
import { onEndingSignal } from './process/signals.ts';

/** Others command the machine: nothing is read, and a signal ends it as `quit` would. Returns the exit code. */
export async function runService(machine: MachineHandle): Promise<number> {
  onEndingSignal(() => void machine.qmp.execute('quit').catch(() => {}));
  return exitStatus(await machine.ended);
}
