import { describe, expect, it } from 'vitest';
import type { QmpValue } from '../../qapi/value.ts';
import { formatProperty, parseProperty } from './property-kinds.ts';
import type { PropertyKind } from './types.ts';

const parse = (kind: PropertyKind, value: QmpValue) => parseProperty('rng', { name: 'p', kind }, value);

describe('parseProperty', () => {
  it.each<[PropertyKind, QmpValue, QmpValue]>([
    ['on/off', 'on', true],
    ['bool', 'no', false],
    ['bool', true, true],
    ['uint8', '0xff', 255],
    ['uint32', '010', 8],
    ['uint32', 7n, 7],
    ['int32', '-1', -1],
    ['uint64', '18446744073709551615', 2n ** 64n - 1n],
    ['uint64', '-1', 2n ** 64n - 1n],
    ['size', '64k', 65536n],
    ['size', '1.5M', 1572864n],
    ['size', 512, 512n],
    ['size32', '4k', 4096],
    ['macaddr', '52-54-00-12-34-5A', '52:54:00:12:34:5a'],
    ['OnOffAuto', 'auto', 'auto'],
    ['str', 'any text', 'any text'],
    ['link<rng-backend>', 'r0', 'r0'],
  ])('%s takes %s', (kind, value, expected) => {
    expect(parse(kind, value)).toBe(expected);
  });

  it.each<[PropertyKind, QmpValue, string]>([
    ['on/off', 'maybe', "Parameter 'p' expects 'on' or 'off'"],
    ['bool', '1', "Parameter 'p' expects 'on' or 'off'"],
    ['bool', 1, "Invalid parameter type for 'p', expected: boolean"],
    ['uint32', 'abc', "Parameter 'p' expects integer"],
    ['uint32', '', "Parameter 'p' expects integer"],
    ['uint32', '1k', "Parameter 'p' expects integer"],
    ['uint32', '-1', "Parameter 'p' expects uint32_t"],
    ['uint16', 65536, "Parameter 'p' expects uint16_t"],
    ['int32', '2147483648', "Parameter 'p' expects int32_t"],
    ['uint64', '99999999999999999999', "Parameter 'p' expects integer"],
    ['uint32', true, "Invalid parameter type for 'p', expected: integer"],
    ['size', 'zz', "Parameter 'p' expects size"],
    ['size', '-1', "Parameter 'p' expects size"],
    ['size32', '4G', "Property rng.p doesn't take value 4294967296 (maximum: 4294967295)"],
    ['macaddr', 'zz', "Property 'rng.p' doesn't take value 'zz'"],
    ['OnOffAuto', 'x', "Parameter 'p' does not accept value 'x'"],
    ['str', 5, "Invalid parameter type for 'p', expected: string"],
  ])('%s refuses %s', (kind, value, message) => {
    expect(() => parse(kind, value)).toThrow(message);
  });
});

describe('formatProperty', () => {
  it.each<[PropertyKind, QmpValue, string]>([
    ['bool', true, 'true'],
    ['uint32', 96, '96 (0x60)'],
    ['int32', -1, '-1 (0xffffffffffffffff)'],
    ['size', 268435456n, '268435456 (256 MiB)'],
    ['size', 0n, '0 (0 B)'],
    ['size32', 4096, '4096 (4 KiB)'],
    ['size', 1500n, '1500 (1.46 KiB)'],
    ['str', '', '""'],
    ['str', 'MS', '"MS"'],
    ['str', null, '<null>'],
  ])('%s %s', (kind, value, text) => {
    expect(formatProperty(kind, value)).toBe(text);
  });
});
