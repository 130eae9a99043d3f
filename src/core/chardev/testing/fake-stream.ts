import type { ByteStream, StreamEvent } from '../../../host/types.ts';

/** A stream that keeps what was written and says what it is told to. */
export class FakeStream implements ByteStream {
  readonly filename: string;
  written = '';
  connected = true;
  congested = false;
  flowing = true;
  tell: (event: StreamEvent) => void = () => {};
  #listener: (bytes: Uint8Array) => void = () => {};

  constructor(filename = 'vc') {
    this.filename = filename;
  }

  write(bytes: Uint8Array): void {
    this.written += new TextDecoder().decode(bytes);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
  }

  onEvent(listener: (event: StreamEvent) => void): void {
    this.tell = listener;
  }

  setFlowing(flowing: boolean): void {
    this.flowing = flowing;
  }

  say(text: string): void {
    this.#listener(new TextEncoder().encode(text));
  }

  close(): void {}
}
