import { realpathSync, rmSync, writeFileSync } from 'node:fs';
import { systemErrorText } from '../../host/system-error.ts';
import { UsageError } from '../errors.ts';
import { onEndingSignal } from './signals.ts';

/** Writes the number of the process to a file that goes when the process does. @throws UsageError */
export function writePidFile(path: string): void {
  try {
    writeFileSync(path, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    throw new UsageError(`cannot create PID file: Could not create '${path}': ${systemErrorText(error)}`);
  }
  const file = realpathSync(path); // the working folder may be another then
  const remove = () => rmSync(file, { force: true });
  process.once('exit', remove);
  const stop = onEndingSignal(signal => {
    stop();
    if (process.listenerCount(signal) > 0) return; // others make an end
    remove();
    process.kill(process.pid, signal);
  });
}
