import { describe, expect, it } from 'vitest';
import { OutputListeners } from './output-listeners.ts';

const KIB = 1024;

describe('output of a guest', () => {
  const heard = (output: OutputListeners) => {
    const seen: [string, number][] = [];
    const stop = output.listen((label, bytes) => seen.push([label, bytes.length]));
    return { seen, stop };
  };

  it('goes to everybody who listens, and what came before to the first', () => {
    const output = new OutputListeners();
    output.emit('serial0', new Uint8Array(1));
    const first = heard(output);
    const second = heard(output);
    output.emit('serial1', new Uint8Array(2));
    expect(first.seen).toEqual([
      ['serial0', 1],
      ['serial1', 2],
    ]);
    expect(second.seen).toEqual([['serial1', 2]]);
  });

  it('is kept up to a limit, each time that nobody listens', () => {
    const output = new OutputListeners();
    const flood = () => {
      for (let round = 0; round < 100; round++) output.emit('serial0', new Uint8Array(KIB));
    };
    const bytes = (seen: readonly [string, number][]) => seen.reduce((sum, [, length]) => sum + length, 0);
    flood();
    const first = heard(output);
    expect(bytes(first.seen)).toBe(65 * KIB);
    first.stop();
    flood();
    expect(bytes(heard(output).seen)).toBe(65 * KIB);
  });
});
