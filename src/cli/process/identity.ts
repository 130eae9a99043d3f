import { UsageError } from '../errors.ts';
import type { UserIds } from '../options/program.ts';

/** Node has it; its types do not tell. */
type WithGroups = { readonly initgroups?: (user: string, group: number) => void };

/** Gives up the rights of whoever started the program. @throws UsageError */
export function becomeUser({ name, uid, gid }: UserIds): void {
  try {
    if (name !== null) (process as WithGroups).initgroups?.(name, gid);
    else process.setgroups?.([gid]);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (error) {
    throw new UsageError(`cannot become user ${name ?? `${uid}:${gid}`}: ${(error as Error).message}`);
  }
}

const PARENT_POLL_MS = 200;
const PARENT = process.ppid;

/** Calls back once when the process that started this one is gone. */
export function onOrphaned(callback: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === PARENT) return;
    clearInterval(timer);
    callback();
  }, PARENT_POLL_MS);
  timer.unref();
}
