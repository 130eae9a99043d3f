import { describe, expect, it } from 'vitest';
import { UsageError } from './errors.ts';
import { readOptions } from './options.ts';

const SPECS = [
  { letter: 'v', help: '' },
  { letter: 'q', help: '' },
  { letter: 'P', value: 'pattern', help: '' },
];
const read = (line: string) => readOptions('r', SPECS, line.split(' '));

describe('options', () => {
  it('stand anywhere', () => {
    for (const line of ['-v -P 5 0 1', '0 -vP5 1', '0 1 -P 5 -v', '-P 4 -v -P 5 -- 0 1']) {
      const options = read(line);
      expect([line, options.words, options.has('v'), options.has('q'), options.value('P')]).toEqual([
        line,
        ['0', '1'],
        true,
        false,
        '5',
      ]);
    }
  });

  it('end at two hyphens', () => {
    expect(read('-- -5 -v').words).toEqual(['-5', '-v']);
    expect(read('- 0').words).toEqual(['-', '0']);
  });

  it.each([
    ['-x 0', "r: invalid option -- 'x'"],
    ['-v5', "r: invalid option -- '5'"],
    ['--foo', "r: invalid option -- '-'"],
    ['0 -P', "r: option requires an argument -- 'P'"],
  ])('refuse %s', (line, message) => {
    expect(() => read(line)).toThrow(new UsageError(message));
  });
});
