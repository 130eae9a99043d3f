import { describe, expect, it } from 'vitest';
import { parseLength, parseLengths, parseMilliseconds, parsePattern, parseSize } from './numbers.ts';

const SUFFIX = 'Parsing error: non-numeric argument, or extraneous/unrecognized suffix -- ';
const LARGE = 'Parsing error: argument too large -- ';

describe('sizes', () => {
  it.each([
    ['0', 0n],
    ['+5', 5n],
    ['010', 10n],
    ['512b', 512n],
    ['1k', 1024n],
    ['1.5K', 1536n],
    ['0.1k', 102n],
    ['1.', 1n],
    ['1.0', 1n],
    ['.5k', 512n],
    ['0x200', 512n],
    ['7E', 7n << 60n],
    ['9223372036854775807', (1n << 63n) - 1n],
  ])('%s', (text, size) => expect(parseSize(text)).toBe(size));

  it.each(['', 'x', '.', '1.1', '1e3', '1kb', '0x', '0x1k', '-5', '1M-1', 'k'])('refuse %j', text =>
    expect(() => parseSize(text)).toThrow(SUFFIX + text));

  it.each(['8E', '16E', '9223372036854775808', '0xffffffffffffffff'])('are less than %s', text =>
    expect(() => parseSize(text)).toThrow(LARGE + text));

  it('of requests stay below 2 GiB', () => {
    expect(parseLength('2147483136')).toBe(2147483136n);
    expect(() => parseLength('2G')).toThrow('length cannot exceed 2147483136, given 2G');
    expect(() => parseLength('2G', ' without -n')).toThrow(
      'length cannot exceed 2147483136 without -n, given 2G',
    );
  });

  it('of pieces are added', () => {
    expect(parseLengths(['1k', '2k', '5'])).toBe(3077n);
    expect(() => parseLengths(['1', '2G'])).toThrow("Argument '2G' exceeds maximum size 2147483136");
    expect(() => parseLengths(['1G', '1G'])).toThrow(
      'The total number of bytes exceed the maximum size 2147483136',
    );
  });
});

describe('patterns', () => {
  it.each([
    ['0', 0],
    ['255', 255],
    ['0xcd', 205],
    ['010', 8],
  ])('%s', (text, byte) => expect(parsePattern(text)).toBe(byte));

  it.each(['256', '-1', '0x1ff', 'x', '1k', '0x', '08', ''])('refuse %j', text =>
    expect(() => parsePattern(text)).toThrow(`${text} is not a valid pattern byte`));
});

describe('times', () => {
  it('are whole milliseconds', () => {
    expect([parseMilliseconds('1'), parseMilliseconds('0x10'), parseMilliseconds('010')]).toEqual([1, 16, 8]);
    for (const text of ['x', '1x', '-1', '2147483648']) {
      expect(() => parseMilliseconds(text)).toThrow(`${text} is not a valid number`);
    }
  });
});
