import { expect, it } from 'vitest';
import { onEndingSignal, signalStatus } from './signals.ts';

it('are told until that is taken back, and leave other listeners alone', () => {
  const before = process.listenerCount('SIGTERM');
  const seen: string[] = [];
  const stop = onEndingSignal(signal => seen.push(signal));
  const stopOther = onEndingSignal(signal => seen.push(`other ${signal}`));
  process.emit('SIGTERM', 'SIGTERM');
  stop();
  process.emit('SIGHUP', 'SIGHUP');
  stopOther();
  expect(seen).toEqual(['SIGTERM', 'other SIGTERM', 'other SIGHUP']);
  expect(process.listenerCount('SIGTERM')).toBe(before);
});

it('have the status that a shell would show', () => {
  expect([signalStatus('SIGHUP'), signalStatus('SIGINT'), signalStatus('SIGTERM')]).toEqual([129, 130, 143]);
});
