import type { ByteStream } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';

const DEFAULT_SIZE = 65536n;
const LARGEST = 1n << 30n;

/** Keeps the last bytes that the guest sent until somebody takes them. */
export class RingBuffer implements ByteStream {
  readonly filename: 'ringbuf' | 'memory';
  readonly #bytes: Uint8Array;
  #start = 0;
  #length = 0;

  /** @param size a power of two. @throws QmpError */
  constructor(filename: 'ringbuf' | 'memory', size: bigint = DEFAULT_SIZE) {
    if (size <= 0n || (size & (size - 1n)) !== 0n) {
      throw new QmpError('size of ringbuf chardev must be power of two');
    }
    if (size > LARGEST) throw new QmpError(`size of ringbuf chardev must be at most ${LARGEST}`);
    this.filename = filename;
    this.#bytes = new Uint8Array(Number(size));
  }

  /** The oldest bytes make room. */
  write(bytes: Uint8Array): void {
    const size = this.#bytes.length;
    const kept = bytes.subarray(Math.max(bytes.length - size, 0));
    const end = (this.#start + this.#length) % size;
    const first = Math.min(kept.length, size - end);
    this.#bytes.set(kept.subarray(0, first), end);
    this.#bytes.set(kept.subarray(first), 0);
    const lost = Math.max(this.#length + kept.length - size, 0);
    this.#start = (this.#start + lost) % size;
    this.#length += kept.length - lost;
  }

  /** Takes out at most `count` of the oldest bytes. */
  take(count: number): Uint8Array {
    const length = Math.min(count, this.#length);
    const size = this.#bytes.length;
    const taken = new Uint8Array(length);
    const first = Math.min(length, size - this.#start);
    taken.set(this.#bytes.subarray(this.#start, this.#start + first));
    taken.set(this.#bytes.subarray(0, length - first), first);
    this.#start = (this.#start + length) % size;
    this.#length -= length;
    return taken;
  }

  onData(): void {}

  close(): void {}
}

/** Swallows what is written and never says anything: nobody is at the other end. */
export class NullDevice implements ByteStream {
  readonly filename = 'null';
  readonly connected = false;
  write(): void {}
  onData(): void {}
  close(): void {}
}
