import { describe, expect, it } from 'vitest';
import { formatHistory, History, type HistoryStore } from './history.ts';

function memoryStore(lines: string[]): HistoryStore & { lines: string[] } {
  return {
    lines,
    load: async () => [...lines],
    append: async line => void lines.push(line),
    replace: async all => void lines.splice(0, lines.length, ...all),
  };
}

describe('History', () => {
  it('skips blank lines and repetitions, and forgets the oldest', async () => {
    const history = new History({ limit: 2 });
    for (const line of ['a', 'a', '  ', 'b', 'a']) await history.add(line);
    expect(history.lines).toEqual(['b', 'a']);
  });

  it('stores lines, loads them before those of the run, and trims a store that grew', async () => {
    const store = memoryStore(['1', '2', '3', '4', '5']);
    const history = new History({ limit: 2, store });
    await history.add('6');
    await history.load();
    expect(store.lines).toEqual(['5', '6']);
    await history.add('7');
    expect(history.lines).toEqual(['6', '7']);
    expect(store.lines).toEqual(['5', '6', '7']);
  });

  it('stores lines that come at once in their order, however long each takes', async () => {
    const store = memoryStore([]);
    const slowFirst: HistoryStore = {
      ...store,
      async append(line) {
        const turns = line === 'a' ? 10 : 0;
        for (let turn = 0; turn < turns; turn++) await Promise.resolve();
        await store.append(line);
      },
    };
    const history = new History({ store: slowFirst });
    await Promise.all(['a', 'b', 'c'].map(line => history.add(line)));
    expect(store.lines).toEqual(['a', 'b', 'c']);
  });

  it('goes on without a store that fails', async () => {
    const error = new Error('disk full');
    const history = new History({ store: { ...memoryStore([]), append: () => Promise.reject(error) } });
    await history.add('a');
    await history.add('b');
    expect([history.lines, history.storeError]).toEqual([['a', 'b'], error]);
  });

  it('is listed with numbers', () => {
    expect(formatHistory(['info status', "p 'a'"])).toBe("0: 'info status'\n1: 'p 'a''\n");
  });
});
