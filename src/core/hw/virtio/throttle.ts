import type { Host } from '../../../host/types.ts';

/**
 * Passes the first value on at once and then at most one each `ms` milliseconds: the latest.
 * Returns the function that takes values.
 */
export function throttled<T>(host: Host, ms: number, emit: (value: T) => void): (value: T) => void {
  let waiting: { value: T } | null = null;
  let resting = false;
  const rest = () => {
    resting = true;
    host.sleep(ms, () => {
      resting = false;
      if (waiting === null) return;
      const { value } = waiting;
      waiting = null;
      emit(value);
      rest();
    });
  };
  return value => {
    if (resting) waiting = { value };
    else {
      emit(value);
      rest();
    }
  };
}
