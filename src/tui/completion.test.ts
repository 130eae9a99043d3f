import { describe, expect, it } from 'vitest';
import { Completer } from './completer.ts';
import { commonPrefix, tabOutcome } from './completion.ts';
import { reduceEditor } from './editor/reducer.ts';
import { Store } from './store.ts';
import type { TuiCompletion, TuiSession } from './types.ts';

const completion = (start: number, ...texts: string[]): TuiCompletion => ({
  start,
  candidates: texts.map(text => ({ text })),
});

describe('commonPrefix', () => {
  it('never cuts a character in two', () => {
    expect(commonPrefix(['virtio', 'virtio-status'])).toBe('virtio');
    expect(commonPrefix(['a', 'b'])).toBe('');
    expect(commonPrefix(['x😀', 'x😁'])).toBe('x');
    expect(commonPrefix([])).toBe('');
  });
});

describe('tabOutcome', () => {
  it('completes a single candidate and goes on to the next word', () => {
    expect(tabOutcome('inf', 3, completion(0, 'info'))).toEqual({ kind: 'replace', start: 0, text: 'info ' });
    expect(tabOutcome('inf x', 3, completion(0, 'info'))).toEqual({
      kind: 'replace',
      start: 0,
      text: 'info',
    });
    expect(tabOutcome('qom-list /m', 11, completion(9, '/machine/'))).toMatchObject({ text: '/machine/' });
  });

  it('completes what is common, then lists', () => {
    const answer = completion(5, 'virtio-queue-element', 'virtio-queue-status');
    expect(tabOutcome('info vi', 7, answer)).toEqual({ kind: 'replace', start: 5, text: 'virtio-queue-' });
    expect(tabOutcome('info virtio-queue-', 18, answer)).toMatchObject({ kind: 'list' });
  });

  it('does nothing without candidates or with ones that are no text', () => {
    expect(tabOutcome('zz', 2, completion(0))).toEqual({ kind: 'none' });
    expect(tabOutcome('', 0, completion(0, 'a\x1b[2J', ''))).toEqual({ kind: 'none' });
  });
});

describe('Completer', () => {
  function setUp(line: string) {
    const answers: ((value: TuiCompletion | Error) => void)[] = [];
    const session: TuiSession = {
      history: [],
      addHistory: () => {},
      run: async () => ({ text: '', ok: true }),
      complete: () =>
        new Promise((resolve, reject) => {
          answers.push(value => (value instanceof Error ? reject(value) : resolve(value)));
        }),
    };
    const store = new Store([]);
    const timers: (() => void)[] = [];
    const completer = new Completer(session, store, (_milliseconds, run) => {
      timers.push(run);
      return () => timers.splice(timers.indexOf(run), 1);
    });
    const edit = (text: string) => {
      store.update({ editor: reduceEditor(store.get().editor, { type: 'insert', text }) });
      completer.lineChanged();
    };
    edit(line);
    return { store, completer, answers, timers, edit };
  }
  const turn = () => new Promise(resolve => setImmediate(resolve));

  it('drops an answer when the line changed meanwhile', async () => {
    const { completer, answers, edit, store } = setUp('in');
    const replaced: string[] = [];
    const tab = completer.tab((_start, text) => replaced.push(text));
    edit('x');
    answers[0]?.(completion(0, 'info'));
    await tab;
    expect(replaced).toEqual([]);
    expect(store.get().menu).toBeNull();
  });

  it('lists, then turns the page', async () => {
    const { completer, answers, store } = setUp('s');
    const tab = completer.tab(() => {});
    answers[0]?.(completion(0, 'stop', 'sum'));
    await tab;
    expect(store.get().menu).toMatchObject({ page: 0 });
    await completer.tab(() => {});
    expect(store.get().menu).toMatchObject({ page: 1 });
  });

  it('survives a session that cannot complete', async () => {
    const { completer, answers, store } = setUp('s');
    const tab = completer.tab(() => {});
    answers[0]?.(new Error('lost'));
    await tab;
    expect(store.get().menu).toBeNull();
  });

  it('asks for a hint once typing rests, one request at a time', async () => {
    const { answers, timers, edit, store } = setUp('e');
    edit('cho ');
    expect(timers).toHaveLength(1);
    timers[0]?.();
    edit('x');
    timers.at(-1)?.();
    expect(answers).toHaveLength(1);
    answers[0]?.({ start: 0, candidates: [], hint: 'old' });
    await turn();
    expect(store.get().hint).toBe('');
    timers.at(-1)?.();
    answers[1]?.({ start: 0, candidates: [], hint: 'text' });
    await turn();
    expect(store.get().hint).toBe('text');
  });
});
