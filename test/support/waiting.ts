import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const BETWEEN_LOOKS_MS = 5;

/** Resolves once the condition holds. One that never does is found by the test's own time limit. */
export async function until(met: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await met())) await setTimeout(BETWEEN_LOOKS_MS);
}

/** Flag of a unix socket that takes connections (Linux: include/uapi/linux/net.h, SO_ACCEPTCON). */
const ACCEPTS = '00010000';

/** Whether somebody listens: the file of a socket is there a moment before. */
function isListening(path: string): boolean {
  return readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .some(line => line.endsWith(` ${path}`) && line.split(/\s+/)[3] === ACCEPTS);
}

/** Resolves when a client can connect to the unix socket, or `gaveUp` says that nobody ever will. */
export function listening(path: string, gaveUp: () => boolean = () => false): Promise<void> {
  return until(() => isListening(path) || gaveUp());
}
