import { render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import { reduceEditor } from '../editor/reducer.ts';
import { initialEditor } from '../editor/state.ts';
import type { LiveLayout } from '../layout/live-area.ts';
import { span } from '../layout/row.ts';
import { Store } from '../store.ts';
import { themeFor } from '../theme.ts';
import { App } from './app.tsx';
import { Rows } from './rows.tsx';

const theme = themeFor({ NO_COLOR: '1' });
const unmounts: (() => void)[] = [];

afterEach(() => {
  for (const unmount of unmounts.splice(0)) unmount();
});

function show(store: Store, columns = 60, rows = 24) {
  const frames: LiveLayout[] = [];
  const writers: boolean[] = [];
  const app = (
    <App
      store={store}
      theme={theme}
      columns={columns}
      rows={rows}
      onFrame={layout => frames.push(layout)}
      onWriter={writer => writers.push(writer !== null)}
    />
  );
  const { lastFrame, unmount } = render(app);
  unmounts.push(unmount);
  return { frames, writers, unmount, frame: () => lastFrame()?.split('\n') };
}

/** React draws what a store changed in the next turn. */
const turn = () => new Promise(resolve => setImmediate(resolve));

describe('App', () => {
  it('draws input line and status line, and follows the store', async () => {
    const store = new Store(['old'], 'vm1');
    const { frame, frames } = show(store);
    expect(frame()).toEqual(['(hmp)', 'connecting  vm1']);
    store.update({ editor: reduceEditor(initialEditor(), { type: 'insert', text: 'info st' }) });
    store.updateStatus({ runState: 'paused', mips: 12.34 });
    await turn();
    expect(frame()).toEqual(['(hmp) info st', 'paused  vm1  12 MIPS']);
    expect(frames.at(-1)?.cursor).toEqual({ x: 13, y: 0 });
  });

  it('draws the completion list between them', async () => {
    const store = new Store([]);
    const { frame } = show(store);
    store.update({
      menu: { page: 0, candidates: [{ text: 'stop', help: 'stop emulation' }, { text: 'sum' }] },
    });
    await turn();
    expect(frame()).toEqual(['(hmp)', 'stop  stop emulation  sum', 'connecting']);
  });

  it('offers its writer while it is mounted', () => {
    const { writers, unmount } = show(new Store([]));
    expect(writers).toEqual([true]);
    unmount();
    expect(writers).toEqual([true, false]);
  });
});

describe('Rows', () => {
  it('keeps an empty row and never wraps', () => {
    const rows = [[span('a'.repeat(120))], [], [span('b', 'dim')]];
    const { lastFrame, unmount } = render(<Rows rows={rows} theme={theme} />);
    unmounts.push(unmount);
    const lines = lastFrame()?.split('\n') ?? [];
    expect(lines).toHaveLength(3);
    expect(lines[0]).toHaveLength(100);
    expect(lines[1]).toBe('');
  });
});
