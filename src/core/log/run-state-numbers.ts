import type { RunState } from '../../qapi/generated/types.ts';

/** The run states in the order of their QAPI type, by which traces number them. */
const STATES = [
  'debug', 'inmigrate', 'internal-error', 'io-error', 'paused', 'postmigrate', 'prelaunch', 'finish-migrate',
  'restore-vm', 'running', 'save-vm', 'shutdown', 'suspended', 'watchdog', 'guest-panicked', 'colo',
] as const satisfies readonly RunState[]; // biome-ignore format: a table

export function runStateNumber(state: RunState): number {
  return STATES.indexOf(state);
}
