import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

/** Where the system gives out random numbers; Node's own way to them takes longer to load than all of a board. */
const SOURCE = '/dev/urandom';

/** Random bytes that nobody can foretell. */
export function entropy(length: number): Uint8Array {
  return fromSystem(new Uint8Array(length)) ?? new Uint8Array(randomBytes(length));
}

/** Null where the system has no such file, or no more to give. */
function fromSystem(bytes: Uint8Array): Uint8Array | null {
  try {
    const file = openSync(SOURCE, 'r');
    try {
      return readSync(file, bytes) === bytes.length ? bytes : null;
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
