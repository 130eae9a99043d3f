import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QmpValue } from '../qapi/value.ts';
import { MAX_TOKEN_BYTES } from './json-lexer.ts';
import { JsonStream } from './json-stream.ts';

type Input = string | readonly number[];
const bytesOf = (input: Input) =>
  typeof input === 'string' ? new TextEncoder().encode(input) : Uint8Array.from(input);

/** What comes out, errors as their message. */
function read(inputs: readonly Input[]): QmpValue[] {
  const out: QmpValue[] = [];
  const stream = new JsonStream({
    value: value => out.push(value),
    error: error => out.push(error.message),
  });
  for (const input of inputs) stream.feed(bytesOf(input));
  stream.end();
  return out;
}

describe('a stream of JSON', () => {
  it('gives values as they end, wherever the pieces are cut', () => {
    const text = `{"a": "é\\n'"} [1, -2.5e3, 'x"y'] true null 12`;
    const whole = read([text]);
    expect(whole).toEqual([{ a: "é\n'" }, [1, -2500, 'x"y'], true, null, 12]);
    expect(read([...bytesOf(text)].map(byte => [byte]))).toEqual(whole);
  });

  it('tells a value before the next byte comes', () => {
    const out: QmpValue[] = [];
    const stream = new JsonStream({ value: value => out.push(value), error: () => {} });
    stream.feed(bytesOf('{"execute": "x"}'));
    expect(out).toEqual([{ execute: 'x' }]);
  });

  const stray = (text: string) => `JSON parse error, stray '${text}'`;
  const NO_VALUE = 'JSON parse error, expecting value';

  it.each<[string, Input[], QmpValue[]]>([
    ['a bracket that closes what is not open', ['{]\n1 '], [NO_VALUE, 1]],
    ['a byte that UTF-8 never has', ['{', [0xff], '\n2 '], [stray('\ufffd'), 2]],
    ['a control character', ['{\u00013, 4 '], [stray('\u0001'), NO_VALUE, 4]],
    ['a control character in a string', ['{"id": "\n\n5 '], [stray('"\n'), 5]],
    ['a letter in a number', ['1.x 6\n7 '], [stray('1.x'), 7]],
    ['what is skipped over tabs', ['@ lost\tx\n9 '], [stray('@'), 9]],
    ['what is skipped up to punctuation', ['@ lost [8]'], [stray('@'), [8]]],
    [
      'bytes that are no character',
      ['["', [0xc3], '"]9 '],
      ['JSON parse error, invalid UTF-8 sequence in string', 9],
    ],
    ['an end in the middle', ['{"a": '], ['JSON parse error, premature EOI']],
    ['an end in a string', ['"abc'], [stray('"abc')]],
  ])('finds its way after %s', (_, inputs, expected) => {
    expect(read(inputs)).toEqual(expected);
  });

  it('refuses nesting, tokens and strings without limit, and goes on', () => {
    expect(read(['['.repeat(1025), '\n'])).toEqual(['JSON nesting depth limit exceeded']);
    const long = 'x'.repeat(MAX_TOKEN_BYTES);
    expect(read(['"', long, 'x"', ' 1 ']).at(0)).toBe('JSON token size limit exceeded');
    expect(read(['[', '1,'.repeat(1 << 20), '1]']).at(0)).toBe('JSON token count limit exceeded');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), pieces => {
        read(pieces.map(piece => [...piece]));
      }),
    );
  });
});
