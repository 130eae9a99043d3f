import { readFileSync } from 'node:fs';
import { systemErrorText } from '../host/system-error.ts';
import { UsageError } from './errors.ts';

/** The trace events that a file names, one a line; `#` begins a comment. @throws UsageError */
export function readEventList(path: string): string[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.map(line => line.replace(/#.*/, '').trim()).filter(line => line !== '');
  } catch (error) {
    throw new UsageError(systemErrorText(error), path);
  }
}
