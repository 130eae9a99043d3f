import { closeSync, openSync, writeSync } from 'node:fs';
import { systemErrorText } from './system-error.ts';
import type { LogSink } from './types.ts';

/**
 * A file for log text, which is there when the program dies the next moment: writes are synchronous.
 * @throws Error with the host's reason
 */
export function openLogFile(path: string): LogSink {
  let file: number | null;
  try {
    file = openSync(path, 'w');
  } catch (error) {
    throw new Error(systemErrorText(error));
  }
  return {
    write(text) {
      if (file === null) return;
      try {
        writeSync(file, text);
      } catch {
        this.close(); // a full disk ends the log, not the machine
      }
    },
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}
