import { describe, expect, it } from 'vitest';
import { doubleText } from './double-text.ts';

describe('a double', () => {
  it.each([
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-2500, '-2500'],
    [0.1, '0.10000000000000001'],
    [Math.PI, '3.1415926535897931'],
    [1e16, '10000000000000000'],
    [1e17, '1e+17'],
    [1.5e300, '1.5000000000000001e+300'],
    [1e-4, '0.0001'],
    [1e-5, '1.0000000000000001e-05'],
    [5e-324, '4.9406564584124654e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [Number.NaN, 'nan'],
    // Halfway between two of 17 digits: the even one.
    [1 + 2 ** -17, '1.0000076293945312'],
    [1 + 3 * 2 ** -17, '1.0000228881835938'],
  ])('%d is written as C writes it', (value, text) => {
    expect(doubleText(value)).toBe(text);
  });
});
