import { expect, it } from 'vitest';
import type { QmpEvent } from '../qmp/client.ts';
import { eventLine } from './event-line.ts';

const line = (event: string, data: unknown) => eventLine({ event, data } as QmpEvent);

it('writes an event as one line', () => {
  expect(line('RESET', { guest: false, reason: 'host-qmp-system-reset' })).toBe(
    '[event] RESET guest=false reason=host-qmp-system-reset',
  );
  expect(line('STOP', {})).toBe('[event] STOP');
  expect(line('BALLOON_CHANGE', { actual: 134217728n })).toBe('[event] BALLOON_CHANGE actual=134217728');
  expect(line('X', { a: { b: 1n }, c: 'two words' })).toBe('[event] X a={"b":1} c="two words"');
});

it('is harmless whatever the guest put into it', () => {
  expect(line('X', { text: '\x1b[2J\n' })).toBe('[event] X text="\\u001b[2J\\n"');
  expect(line('X', { text: '\x9b2J' })).not.toContain('\x9b');
  expect(line('X', { text: 'y'.repeat(10_000) })).toHaveLength(400);
});
