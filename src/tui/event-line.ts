import type { QmpEvent } from '../qmp/client.ts';
import { oneLine } from './layout/text.ts';

/** Longest event line; data of a guest can be of any length. */
const MAX_LENGTH = 400;

function valueText(value: unknown): string {
  if (typeof value === 'string') return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value === 'object' && value !== null) {
    return JSON.stringify(value, (_key, member) => (typeof member === 'bigint' ? Number(member) : member));
  }
  return String(value);
}

/** One line about an event: `[event] RESET guest=false reason=host-qmp-system-reset`. */
export function eventLine(event: QmpEvent): string {
  const members = Object.entries(event.data as Record<string, unknown>);
  const words = members.map(([name, value]) => `${name}=${valueText(value)}`);
  const line = oneLine(['[event]', event.event, ...words].join(' '));
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}
