import { fstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { FdSetEntry } from '../core/config.ts';

type AccessMode = 'r' | 'w' | 'rw';

const FOLDER = '/proc/self/fd';
const NAME = /^\/dev\/fdset\/(\d+)$/;
/** The low bits of the flags of a descriptor. */
const MODES: readonly AccessMode[] = ['r', 'w', 'rw'];

/**
 * Descriptors that whoever started the program left it. To be asked before anything is opened; what Node itself has
 * open by then has no file behind it.
 */
export function inheritedDescriptors(): number[] {
  try {
    const open = readdirSync(FOLDER).map(fd => ({ fd: Number(fd), leadsTo: target(fd) }));
    const hasFile = (leadsTo: string) => leadsTo !== '' && !leadsTo.startsWith('anon_inode:');
    return open.filter(({ fd, leadsTo }) => fd > 2 && hasFile(leadsTo)).map(({ fd }) => fd);
  } catch {
    return []; // a host without /proc
  }
}

function target(fd: string): string {
  try {
    return readlinkSync(`${FOLDER}/${fd}`);
  } catch {
    return ''; // the folder's own
  }
}

export function isSocket(fd: number): boolean {
  try {
    return fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}

function accessOf(fd: number): AccessMode | undefined {
  try {
    const [, flags = '3'] =
      /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return MODES[Number.parseInt(flags, 8) & 3];
  } catch {
    return undefined;
  }
}

/**
 * Leads `/dev/fdset/N` to a descriptor of the set with that access; other paths stay as they are.
 * @throws an Error with the host's code when there is none
 */
export function resolveFdSet(sets: readonly FdSetEntry[], path: string, access: AccessMode): string {
  const [, number] = NAME.exec(path) ?? [];
  if (number === undefined) return path;
  const members = sets.filter(({ set }) => set === Number(number));
  const found = members.find(({ fd }) => accessOf(fd) === access);
  if (found) return `${FOLDER}/${found.fd}`;
  throw Object.assign(new Error(), { code: members.length === 0 ? 'ENOENT' : 'EACCES' });
}
