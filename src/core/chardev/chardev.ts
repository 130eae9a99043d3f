import type { ByteStream, StreamEvent } from '../../host/types.ts';
import type { ChardevBackendKind } from '../../qapi/generated/types.ts';

/**
 * A character device: a stream of the host under the name that devices and `info chardev` use. Its back end can be
 * exchanged while a device in the machine has it.
 */
export class Chardev implements ByteStream {
  readonly label: string;
  /** Whether a device in the machine uses it and has it open. */
  frontendOpen = false;
  /** Whether a device in the machine, or a mux, has it. */
  inUse = false;
  /** Whether whoever has it goes on when the back end is another. */
  exchangeable = true;
  #kind: ChardevBackendKind;
  #backend: ByteStream;
  #log: ByteStream | null;
  #listener: ((bytes: Uint8Array) => void) | null = null;
  #tell: (event: StreamEvent) => void = () => {};

  /** @param log gets a copy of all output */
  constructor(label: string, kind: ChardevBackendKind, backend: ByteStream, log: ByteStream | null = null) {
    this.label = label;
    this.#kind = kind;
    this.#backend = backend;
    this.#log = log;
  }

  get kind(): ChardevBackendKind {
    return this.#kind;
  }

  get backend(): ByteStream {
    return this.#backend;
  }

  get filename(): string {
    return this.#backend.filename;
  }

  /** Name of the terminal that others open; null where there is none. */
  get pseudoTerminal(): string | null {
    return this.#kind === 'pty' ? this.filename.replace(/^pty:/, '') : null;
  }

  get connected(): boolean {
    return this.#backend.connected ?? true;
  }

  get congested(): boolean {
    return this.#backend.congested ?? false;
  }

  write(bytes: Uint8Array): void {
    this.#log?.write(bytes);
    this.#backend.write(bytes);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    this.#listen();
  }

  #listen(): void {
    this.#backend.setFlowing?.(true);
    this.#backend.onData(bytes => this.#listener?.(bytes));
  }

  onEvent(listener: (event: StreamEvent) => void): void {
    this.#tell = listener;
    this.#backend.onEvent?.(event => this.#tell(event));
  }

  setFlowing(flowing: boolean): void {
    this.#backend.setFlowing?.(flowing);
  }

  /** As if the other end had sent a break. */
  sendBreak(): void {
    this.#tell('break');
  }

  /** The device in the machine lets go: what arrives stays with the other end where it can. */
  release(): void {
    this.inUse = this.frontendOpen = false;
    this.exchangeable = true;
    this.#listener = null;
    this.#tell = () => {};
    this.#backend.setFlowing?.(false);
  }

  /** Leads elsewhere from now on. Who listened goes on, and hears who is there. */
  exchange(kind: ChardevBackendKind, backend: ByteStream, log: ByteStream | null): void {
    const was = this.connected;
    this.#backend.close();
    this.#log?.close();
    this.#kind = kind;
    this.#backend = backend;
    this.#log = log;
    backend.onEvent?.(event => this.#tell(event));
    if (this.#listener) this.#listen();
    if (was !== this.connected) this.#tell(was ? 'closed' : 'opened');
    this.#tell('drained'); // whatever the old one held back for, the new one has room
  }

  close(): void {
    this.#backend.close();
    this.#log?.close();
  }
}
