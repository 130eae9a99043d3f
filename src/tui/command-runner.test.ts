import { describe, expect, it } from 'vitest';
import { CommandRunner } from './command-runner.ts';
import type { RunResult, TuiSession } from './types.ts';

function setUp() {
  const log: string[] = [];
  const ends = new Map<string, (result: RunResult | Error) => void>();
  const signals = new Map<string, AbortSignal>();
  const pieces = new Map<string, (text: string) => Promise<void>>();
  const session: TuiSession = {
    history: [],
    addHistory: () => {},
    complete: async () => ({ start: 0, candidates: [] }),
    run: (line, signal, output) =>
      new Promise((resolve, reject) => {
        signals.set(line, signal);
        pieces.set(line, output);
        ends.set(line, result => (result instanceof Error ? reject(result) : resolve(result)));
      }),
  };
  const runner = new CommandRunner(session, {
    started: line => log.push(`> ${line}`),
    output: async text => void log.push(`(${text})`),
    finished: result => log.push(result.text),
    failed: error => log.push(`failed ${(error as Error).message}`),
    activity: () => {},
  });
  const end = async (line: string, result: RunResult | Error) => {
    ends.get(line)?.(result);
    await new Promise(resolve => setImmediate(resolve));
  };
  return { log, runner, end, signals, pieces };
}

const ok = (text: string): RunResult => ({ text, ok: true });

describe('CommandRunner', () => {
  it('passes pieces of the output on until the line is interrupted', async () => {
    const { log, runner, pieces } = setUp();
    runner.enqueue('dump');
    await pieces.get('dump')!('1');
    runner.interrupt();
    await pieces.get('dump')!('2');
    expect(log).toEqual(['> dump', '(1)']);
  });

  it('runs one line after the other', async () => {
    const { log, runner, end } = setUp();
    runner.enqueue('a');
    runner.enqueue('b');
    expect(log).toEqual(['> a']);
    await end('a', ok('A'));
    await end('b', ok('B'));
    expect(log).toEqual(['> a', 'A', '> b', 'B']);
    runner.enqueue('c');
    expect(log.at(-1)).toBe('> c');
  });

  it('aborts the running line, forgets the others, ignores a late answer', async () => {
    const { log, runner, end, signals } = setUp();
    expect(runner.interrupt()).toBe(false);
    runner.enqueue('a');
    runner.enqueue('b');
    expect(runner.interrupt()).toBe(true);
    expect(signals.get('a')?.aborted).toBe(true);
    await end('a', ok('late'));
    expect(log).toEqual(['> a']);
    runner.enqueue('c');
    await end('c', ok('C'));
    expect(log).toEqual(['> a', '> c', 'C']);
  });

  it('tells a failure and goes on', async () => {
    const { log, runner, end } = setUp();
    runner.enqueue('a');
    runner.enqueue('b');
    await end('a', new Error('gone'));
    expect(log).toEqual(['> a', 'failed gone', '> b']);
  });

  it('takes a limited number of lines', () => {
    const { runner } = setUp();
    const taken = Array.from({ length: 10_050 }, () => runner.enqueue('x')).filter(Boolean).length;
    expect(taken).toBe(10_001);
  });
});
