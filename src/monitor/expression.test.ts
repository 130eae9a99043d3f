import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArgumentError } from './errors.ts';
import { readExpression } from './expression.ts';
import { LineReader } from './line-reader.ts';

async function register(name: string): Promise<bigint> {
  if (name === 'pc') return 0x8000_0000n;
  if (name === 'a0') return 0xffff_ffff_ffff_ffffn;
  throw new ArgumentError('unknown register');
}

const symbol = async (name: string) => (name === 'do_it.part.0' ? 0x1000n : undefined);

async function evaluate(text: string): Promise<string> {
  const line = new LineReader(text);
  try {
    const value = await readExpression(line, register, symbol);
    return `${value}${line.atEnd() ? '' : ` then ${text.slice(line.position)}`}`;
  } catch (error) {
    if (error instanceof ArgumentError) return error.message;
    throw error;
  }
}

describe('symbols', () => {
  it.each([
    ['do_it.part.0', '4096'],
    ['do_it.part.0+0x10', '4112'],
    ['-(do_it.part.0 - 1) x', '-4095 then x'],
    ['do_it', "invalid char 'd' in expression"],
    ['$do_it.part.0', 'unknown register'],
    ['16do_it.part.0', '16 then do_it.part.0'],
  ])('%s is %s', async (text, expected) => {
    expect(await evaluate(text)).toBe(expected);
  });
});

describe('readExpression', () => {
  it.each([
    ['1', '1'],
    ['  0x10 ', '16'],
    ['017', '15'],
    ["'A' + 1", '66'],
    ['1 & 3 + 4', '5'],
    ['2 + 3 * 4', '14'],
    ['(2 + 3) * 4', '20'],
    ['7 / 2 - -7 / 2', '6'],
    ['-7 % 4', '-3'],
    ['6 ^ 3 | 8', '13'],
    ['~0', '-1'],
    ['+ - ~ 1', '2'],
    ['$pc + 4', '2147483652'],
    ['$a0', '-1'],
    ['0x7fffffffffffffff + 1', '-9223372036854775808'],
    ['-0x8000000000000000 / -1', '-9223372036854775808'],
    ['0xffffffffffffffff', '-1'],
    ['1 << 4', '1 then << 4'],
    ['09', '0 then 9'],
    ['0x', '0 then x'],
    ['', 'unexpected end of expression'],
    ['1 +', 'unexpected end of expression'],
    ['(1 + 2', "')' expected"],
    ['x', "invalid char 'x' in expression"],
    ['1 + é', "invalid char 'é' in expression"],
    ['1 / 0', 'division by zero'],
    ['1 % 0', 'division by zero'],
    ['18446744073709551616', 'number too large'],
    ["'", 'character constant expected'],
    ["'a", "missing terminating ' character"],
    ['$nosuch', 'unknown register'],
    ['$', 'unknown register'],
    [`${'('.repeat(5000)}1`, 'expression is nested too deeply'],
  ])('%j gives %s', async (text, expected) => {
    expect(await evaluate(text)).toBe(expected);
  });

  it('agrees with bigint arithmetic on sums and products', async () => {
    const number = fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n });
    const operator = fc.constantFrom('+', '-', '*', '&', '|', '^');
    await fc.assert(
      fc.asyncProperty(number, operator, number, async (left, sign, right) => {
        const exact = { '+': left + right, '-': left - right, '*': left * right, '&': left & right };
        const other = sign === '|' ? left | right : left ^ right;
        const expected = BigInt.asIntN(64, sign in exact ? exact[sign as '+'] : other);
        expect(await evaluate(`(${left}) ${sign} (${right})`)).toBe(String(expected));
      }),
    );
  });

  it('ends with a value or an ArgumentError on any text', async () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom(..."+-~*/%&|^()0x19$pc' ".split('')), { maxLength: 60 })
        .map(parts => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, async each => {
        expect(typeof (await evaluate(each))).toBe('string');
      }),
    );
  });
});
