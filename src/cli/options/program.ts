import { readFileSync } from 'node:fs';
import type { OptionValues } from '../../core/config.ts';
import { booleanOf } from '../../qapi/text-values.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';
import { identity } from './identity.ts';

/** Whom the program runs as once the machine is there. */
export interface UserIds {
  /** For the groups of a user that has a name. */
  readonly name: string | null;
  readonly uid: number;
  readonly gid: number;
}

/** What concerns the program, not the machine. */
export interface ProgramPlan {
  /** `-name process=`. */
  readonly title: string | null;
  readonly pidFile: string | null;
  readonly daemonize: boolean;
  readonly exitWithParent: boolean;
  readonly user: UserIds | null;
  /** `-msg`: what stands before messages. */
  readonly messages: { readonly timestamp: boolean; readonly guestName: string | null };
}

/** @throws UsageError */
export function programPlan(given: GivenOptions, warn: (line: string) => void): ProgramPlan {
  const { name, process } = identity(given.merged('name'), warn);
  const running = given.merged('run-with');
  const { timestamp, 'guest-name': guestName } = given.merged('msg');
  if (running['chroot'] !== undefined) throw new UsageError('chroot failed: not supported by this program');
  if (isOn(running, 'async-teardown')) {
    throw new UsageError('async-teardown is not supported by this program');
  }
  if (given.has('daemonize') && given.has('c', 'f')) {
    throw new UsageError('-daemonize: the answers to -c and -f would go nowhere');
  }
  if (given.has('daemonize') && given.has('nographic') && hasDefaultPorts(given)) {
    throw new UsageError('-nographic cannot be used with -daemonize');
  }
  const user = given.given('runas', 'run-with').map(one => {
    const text = one.option.name === 'runas' ? one.argument : given.valuesOf(one)['user'];
    return text === undefined ? null : userIds(text, one.origin);
  });
  return {
    title: process,
    pidFile: given.last('pidfile') ?? null,
    daemonize: given.has('daemonize'),
    exitWithParent: isOn(running, 'exit-with-parent'),
    user: user.findLast(ids => ids !== null) ?? null,
    messages: {
      timestamp: timestamp !== undefined && booleanOf('timestamp', timestamp),
      guestName: guestName !== undefined && booleanOf('guest-name', guestName) ? name : null,
    },
  };
}

/** Whether anything is left to us that `-nographic` would put on the terminal. */
function hasDefaultPorts(given: GivenOptions): boolean {
  const monitor = given.has('monitor', 'mon', 'qmp', 'qmp-pretty');
  return !given.has('nodefaults') && !(monitor && given.has('serial') && given.has('parallel'));
}

function isOn(values: OptionValues, key: string): boolean {
  return booleanOf(key, values[key] ?? 'off');
}

/** `NAME` of the host's users, or `UID:GID`. @throws UsageError in QEMU's words */
function userIds(text: string, origin: string): UserIds {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (uid !== undefined && gid !== undefined) return { name: null, uid: Number(uid), gid: Number(gid) };
  const line = users().find(user => user.startsWith(`${text}:`));
  if (line === undefined || text === '') {
    throw new UsageError(`User "${text}" doesn't exist (and is not <uid>:<gid>)`, origin);
  }
  const fields = line.split(':');
  return { name: text, uid: Number(fields[2]), gid: Number(fields[3]) };
}

function users(): string[] {
  try {
    return readFileSync('/etc/passwd', 'utf8').split('\n');
  } catch {
    return []; // a host without such a file: numbers only
  }
}
