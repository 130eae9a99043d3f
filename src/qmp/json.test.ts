import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QmpError } from '../qapi/errors.ts';
import type { QmpValue } from '../qapi/value.ts';
import { parseJson, stringifyJson } from './json.ts';

const integer = fc.oneof(fc.integer(), fc.bigInt(-(2n ** 64n), 2n ** 64n));
const { value: anyValue } = fc.letrec<{ value: QmpValue }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    integer,
    fc.string({ unit: 'binary' }).filter(text => !/\p{Noncharacter_Code_Point}/u.test(text)),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
  ),
}));

/** What a value is after a trip through text: exact integers are numbers, the rest of them bigints. */
function normal(value: QmpValue): QmpValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Object.is(value, -0)) return 0;
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return /e/.test(String(value)) ? value : BigInt(value);
  }
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]));
}

describe('a round trip', () => {
  it('loses nothing, on one line or pretty', () => {
    fc.assert(
      fc.property(anyValue, fc.boolean(), (value, pretty) => {
        expect(parseJson(stringifyJson(value, { pretty }))).toEqual(normal(value));
      }),
    );
  });

  it('agrees with JSON.parse wherever that is exact', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = JSON.stringify(value);
        fc.pre(!/\d{16}/.test(text) && !text.includes('-0'));
        expect(parseJson(text)).toEqual(JSON.parse(text));
        expect(JSON.parse(stringifyJson(parseJson(text)))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('parseJson', () => {
  it('keeps 64-bit integers exact', () => {
    expect(
      parseJson('[9007199254740991, 9007199254740993, 18446744073709551615, -9223372036854775808]'),
    ).toEqual([9007199254740991, 9007199254740993n, 18446744073709551615n, -9223372036854775808n]);
    expect(parseJson('[-0, 1e3, 2.50]')).toEqual([0, 1000, 2.5]);
  });

  it('reads escapes and single quotes', () => {
    expect(parseJson(String.raw`"\u00e9\ud83d\ude00\/\n'"`)).toBe("é😀/\n'");
    expect(parseJson(`{'a': 'b"'}`)).toEqual({ a: 'b"' });
  });

  it('keeps a key named __proto__ as a key', () => {
    const value = parseJson('{"__proto__": {"a": 1}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each([
    ['{"execute":"query-status",}', 'expecting value'],
    ['{"a":1 "b":2}', 'expected separator in dict'],
    ['{"a" 5}', 'missing : in object pair'],
    ['{"a":}', 'expecting value'],
    ['{5:1}', 'key is not a string in object'],
    ['{"a":1,"a":2}', 'duplicate key'],
    ['{"a":1', 'premature EOI'],
    ['[1,]', 'expecting value'],
    ['[1 2]', 'expected separator in list'],
    ['"a\\qb"', 'invalid escape sequence in string'],
    ['"\\u12"', '\\u12" is not a valid Unicode character'],
    ['"\\u1\\n"', '\\u1\\n" is not a valid Unicode character'],
    ['"\\u00é"', '\\u00é is not a valid Unicode character'],
    [`${'a'.repeat(2000)} `, `invalid keyword '${'a'.repeat(1006)}`],
    ['"a\0b"', `stray '"a'`],
    ['"\\ud83d"', '\\ud83d is not a valid Unicode character'],
    ['"\\udc00\\udc00"', '\\udc00 is not a valid Unicode character'],
    ['"\uffff"', 'invalid UTF-8 sequence in string'],
    ['nul', "invalid keyword 'nul'"],
    ['01', "stray '01'"],
    ['1.', "stray '1.'"],
    ['1.\n', "stray '1.\n'"],
    ['"a\tb"', "stray '\"a\t'"],
    ['"a', "stray '\"a'"],
    ['@', "stray '@'"],
    ['1e999', 'number 1e999 is out of range'],
  ])('refuses malformed text, case %#', (text, reason) => {
    expect(() => parseJson(text)).toThrow(new QmpError(`JSON parse error, ${reason}`));
  });

  it.each([
    ['', 'Expecting a JSON value'],
    ['1 2', 'Expecting at most one JSON value'],
    ['['.repeat(2000), 'JSON nesting depth limit exceeded'],
  ])('wants exactly one value, case %#', (text, message) => {
    expect(() => parseJson(text)).toThrow(new QmpError(message));
  });

  it('ends in a value or a QmpError for any text', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      'u',
      '1',
      '-',
      'e',
      '.',
      'true',
      ' ',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map(parts => parts.join('')),
        ),
        text => {
          try {
            parseJson(text);
          } catch (error) {
            expect(error).toBeInstanceOf(QmpError);
          }
        },
      ),
    );
  });
});

describe('stringifyJson', () => {
  const value = { a: {}, b: [{ c: [] }, 1, [1, 2n]], d: 'é😀\u007f\u0001"\\\b' };

  it("writes QEMU's line", () => {
    expect(stringifyJson(value)).toBe(
      String.raw`{"a": {}, "b": [{"c": []}, 1, [1, 2]], "d": "\u00E9\uD83D\uDE00\u007F\u0001\"\\\b"}`,
    );
  });

  it("writes QEMU's pretty form", () => {
    expect(stringifyJson({ a: {}, b: [{ c: [] }, 1] }, { pretty: true })).toBe(
      '{\n    "a": {\n    },\n    "b": [\n        {\n            "c": [\n            ]\n        },\n        1\n    ]\n}',
    );
  });

  it('writes members as a QDict has them, and doubles as C does', () => {
    const message = {
      id: 0.1,
      error: { class: 'x', desc: 'y' },
      return: 1e22,
      timestamp: -0,
      event: Infinity,
    };
    expect(stringifyJson(message, { wire: true })).toBe(
      '{"timestamp": -0, "event": inf, "return": 1e+22, "id": 0.10000000000000001, "error": {"class": "x", "desc": "y"}}',
    );
  });

  it.each([
    '\x7f',
    '\x0b',
    'é',
    '\ud800',
    '\\u',
    '"',
    '\n',
  ])('writes %j alike in short and long texts', special => {
    const rest = 'x'.repeat(1000);
    const short = stringifyJson(special);
    expect(stringifyJson(rest + special)).toBe(`"${rest}${short.slice(1)}`);
  });

  it('writes names alike whenever they come, however many there are', () => {
    const value = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`"${at}\x7f`, at]));
    value['n'.repeat(100)] = 0;
    const text = stringifyJson(value);
    expect(stringifyJson(value)).toBe(text);
    expect(parseJson(text)).toEqual(value);
    expect(text).toContain('"\\"9999\\u007F": 9999');
  });

  it('leaves out what is undefined and refuses what JSON has not', () => {
    expect(stringifyJson({ a: undefined as unknown as QmpValue, b: -0 })).toBe('{"b": 0}');
    expect(() => stringifyJson(Number.NaN)).toThrow(TypeError);
    expect(() => stringifyJson((() => 1) as unknown as QmpValue)).toThrow(TypeError);
  });
});
