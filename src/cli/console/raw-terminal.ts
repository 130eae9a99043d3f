import type { Readable } from 'node:stream';

/**
 * Takes each key as it is typed, if the input is a terminal. The returned function gives the terminal back as it was;
 * that also happens when the process ends in another way, by an error for instance.
 */
export function holdTerminal(
  stdin: Readable & Partial<Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode'>>,
): () => void {
  const setRaw = (raw: boolean) => {
    if (stdin.isTTY) stdin.setRawMode?.(raw);
  };
  const release = () => setRaw(false);
  const again = () => {
    setRaw(false); // a shell changed the mode behind our back while we were stopped
    setRaw(true);
  };
  setRaw(true);
  process.on('exit', release);
  process.on('SIGCONT', again);
  return () => {
    process.off('exit', release);
    process.off('SIGCONT', again);
    release();
  };
}
