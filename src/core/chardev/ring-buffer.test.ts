import { describe, expect, it } from 'vitest';
import { RingBuffer } from './ring-buffer.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (chunk: Uint8Array) => new TextDecoder().decode(chunk);

describe('RingBuffer', () => {
  it('gives back the oldest first, and forgets them when it is full', () => {
    const buffer = new RingBuffer('ringbuf', 8n);
    buffer.write(bytes('abcde'));
    expect(text(buffer.take(2))).toBe('ab');
    buffer.write(bytes('fghij'));
    buffer.write(bytes('k'));
    expect(text(buffer.take(100))).toBe('defghijk');
    expect(text(buffer.take(100))).toBe('');
    buffer.write(bytes('0123456789abcdef!'));
    expect(text(buffer.take(3))).toBe('9ab');
    expect(text(buffer.take(100))).toBe('cdef!');
  });

  it.each([0n, 7n, -8n, 1n << 40n])('has no size of %s', size => {
    expect(() => new RingBuffer('ringbuf', size)).toThrow('size of ringbuf chardev must be');
  });
});
