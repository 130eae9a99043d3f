import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { QmpObject } from '../../src/qapi/value.ts';

const shared = process.env['HMP_SHARED'] ?? resolve('../shared');

export interface Capture {
  /** The command line, with the program first. */
  readonly cmd: readonly string[];
  readonly hmp: Readonly<Record<string, string>>;
  /** QMP requests in their order, with the replies. */
  readonly qmp: readonly { readonly in: QmpObject; readonly out: QmpObject }[];
}

/** A capture of QEMU's answers, null on a machine that has none. */
export function loadCapture(name: string): Capture | null {
  const path = join(shared, 'golden', 'qemu-10.2.2', name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Capture) : null;
}
