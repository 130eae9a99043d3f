import { Box, useCursor, useStdout } from 'ink';
import { useLayoutEffect, useSyncExternalStore } from 'react';
import { type LiveLayout, layoutLive } from '../layout/live-area.ts';
import type { Writer } from '../outbox.ts';
import type { Store } from '../store.ts';
import type { Theme } from '../theme.ts';
import { Rows } from './rows.tsx';

export interface AppProps {
  store: Store;
  theme: Theme;
  columns: number;
  rows: number;
  /** told the layout of every frame that was drawn */
  onFrame(layout: LiveLayout): void;
  /** told how to print above the live area, null when that ends */
  onWriter(writer: Writer): void;
}

/** The live area: input line, completion list, status line. */
export function App({ store, theme, columns, rows, onFrame, onWriter }: AppProps) {
  const view = useSyncExternalStore(store.subscribe, store.get);
  const { write } = useStdout();
  const { setCursorPosition } = useCursor();
  const layout = layoutLive(view, columns, rows);
  // The cursor lasts for one frame only: every change passes here, so every frame sets it.
  setCursorPosition({ ...layout.cursor });
  useLayoutEffect(() => {
    onFrame(layout);
  });
  useLayoutEffect(() => {
    onWriter(write);
    return () => onWriter(null);
  }, [onWriter, write]);
  return (
    <Box flexDirection="column">
      <Rows rows={layout.input} theme={theme} />
      <Rows rows={layout.menu} theme={theme} />
      {layout.status && <Rows rows={[layout.status]} theme={theme} />}
    </Box>
  );
}
