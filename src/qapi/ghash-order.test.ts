import { describe, expect, it } from 'vitest';
import { GHashNames } from './ghash-order.ts';
import { qdictEntries } from './qdict-order.ts';

const LIMITS = ['bps', 'bps_rd', 'bps_wr', 'iops', 'iops_rd', 'iops_wr'];
const KNOWN = [
  'id',
  ...LIMITS,
  ...LIMITS.map(name => `${name}_max`),
  ...LIMITS.map(name => `${name}_max_length`),
  'iops_size',
];

const surplus = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

function first(names: readonly string[], removed: readonly string[] = []): string | undefined {
  const object = Object.fromEntries([...removed, ...names].map(name => [name, 0]));
  const table = new GHashNames();
  for (const [name] of qdictEntries(object)) table.add(name);
  for (const name of removed) table.remove(name);
  return table.names[0];
}

// What QEMU names of so many surplus arguments of query-name, and of block_set_io_throttle with all that it has.
describe('the first name of a GHashTable', () => {
  it.each([
    [2, 's1'],
    [7, 's1'],
    [8, 's2'],
    [16, 's8'],
    [40, 's24'],
    [200, 's22'],
  ])('of %d is %s', (count, name) => {
    expect(first(surplus(count))).toBe(name);
  });

  it.each([
    [1, 's0'],
    [2, 's1'],
    [5, 's2'],
    [9, 's0'],
  ])('of %d that are left of many is %s', (count, name) => {
    expect(first(surplus(count), KNOWN)).toBe(name);
  });

  it('depends on the bytes of names', () => {
    expect(first(['é', 'ü', 'ß', '日本', '\u{1f600}', 'a\0b'])).toBe('a\0b');
  });

  it('is undefined when nothing is left', () => {
    expect(first([], KNOWN)).toBeUndefined();
  });
});

it('a QDict has its members by chain, the last that was added first', () => {
  const order = (object: object) => qdictEntries(object as never).map(([name]) => name);
  expect(order({ major: 1, minor: 2, micro: 3 })).toEqual(['micro', 'minor', 'major']);
  expect(order({ id: 1, error: {}, return: {}, gone: undefined })).toEqual(['return', 'id', 'error']);
  expect(order({ __proto__: null })).toEqual([]);
});
