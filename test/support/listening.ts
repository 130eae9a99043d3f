import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Flag of a unix socket that takes connections (Linux: include/uapi/linux/net.h, SO_ACCEPTCON). */
const ACCEPTS = '00010000';

/** Whether somebody listens: the file of a socket is there a moment before. */
function isListening(path: string): boolean {
  return readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .some(line => line.endsWith(` ${path}`) && line.split(/\s+/)[3] === ACCEPTS);
}

/** Resolves when a client can connect to the unix socket, or `gaveUp` says that nobody ever will. */
export async function listening(path: string, gaveUp: () => boolean = () => false): Promise<void> {
  while (!isListening(path) && !gaveUp()) await setTimeout(10);
}
