import { constants } from 'node:os';

/** The signals by which a program is asked to end. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export type EndingSignal = (typeof ENDING)[number];

/** What a shell shows of a program that the signal ended. */
export function signalStatus(signal: EndingSignal): number {
  return 128 + constants.signals[signal];
}

/**
 * From now on those signals no longer end the program: `end` does what is to be done instead. The returned function
 * takes that back.
 */
export function onEndingSignal(end: (signal: EndingSignal) => void): () => void {
  for (const signal of ENDING) process.on(signal, end);
  return () => {
    for (const signal of ENDING) process.off(signal, end);
  };
}
