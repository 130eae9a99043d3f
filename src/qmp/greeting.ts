import { isObject, type QmpValue } from '../qapi/value.ts';
import type { ByteConnection } from './byte-connection.ts';
import { AttachError } from './errors.ts';

export interface GreetingOptions {
  /** Longest wait for the greeting, milliseconds. */
  readonly timeoutMs: number;
  /** Told once when the greeting takes long: what may be the matter. */
  readonly onSlow?: (hint: string) => void;
  /** When that is, milliseconds. */
  readonly slowAfterMs: number;
}

/** Characters of a wrong greeting that its error shows. */
const SHOWN = 60;

const BUSY = 'QEMU serves one client of a QMP socket at a time: another one may be connected';

/** Watches over the first message of a server, which must be QMP's greeting. */
export class Greeting {
  readonly #name: string;
  readonly #timers: NodeJS.Timeout[];
  #first = '';
  #started = false;

  /** `fail` is called with the reason when the greeting does not come or is none. */
  constructor(connection: ByteConnection, options: GreetingOptions, fail: (error: AttachError) => void) {
    this.#name = connection.name;
    const { timeoutMs, slowAfterMs, onSlow } = options;
    const late = () => fail(new AttachError(`${this.#name}: no greeting came: ${BUSY}`));
    const slow = () => onSlow?.(`${this.#name}: connected, but no greeting yet (${BUSY})`);
    this.#timers = [setTimeout(late, timeoutMs), setTimeout(slow, slowAfterMs)];
  }

  /** What arrives before the greeting was read. Anything that is no JSON object is wrong at once. */
  bytes(bytes: Uint8Array): AttachError | null {
    if (this.#first.length < SHOWN) this.#first += Buffer.from(bytes).toString('latin1');
    const text = this.#first.trimStart();
    if (this.#started || text === '') return null;
    this.#started = text.startsWith('{');
    return this.#started ? null : this.wrong();
  }

  /** Whether a message is the greeting. */
  accepts(message: QmpValue): boolean {
    if (!isObject(message) || !isObject(message['QMP'])) return false;
    this.end();
    return true;
  }

  /** The error of a server that says something else. */
  wrong(): AttachError {
    const shown = this.#first
      .replace(/[^\x20-\x7e]+/g, ' ')
      .trim()
      .slice(0, SHOWN);
    if (/QEMU \S+ monitor/.test(this.#first)) {
      return new AttachError(
        `${this.#name} is QEMU's human monitor: attach to its QMP socket (-qmp unix:PATH,server=on,wait=off)`,
      );
    }
    return new AttachError(`${this.#name} is no QMP server: it said "${shown}"`);
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
