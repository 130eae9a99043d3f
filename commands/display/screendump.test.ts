import { describe, expect, it } from 'vitest';
import { testContext } from '../test-support.ts';
import { completeScreendump, screendump } from './screendump.ts';

describe('screendump', () => {
  it.each([
    [{ filename: 'a.ppm' }, { filename: 'a.ppm' }],
    [
      { filename: 'a', format: 'png' },
      { filename: 'a', format: 'png' },
    ],
    [
      { filename: 'a', device: 'gpu0' },
      { filename: 'a', device: 'gpu0', head: 0n },
    ],
    [
      { filename: 'a', device: 'gpu0', head: 1n },
      { filename: 'a', device: 'gpu0', head: 1n },
    ],
  ])('%o', async (args, expected) => {
    const ctx = testContext({ screendump: () => ({}) });
    await screendump(ctx, args);
    expect(ctx.asked[0]?.args).toEqual(expected);
  });

  it('refuses a format that there is not', async () => {
    await expect(screendump(testContext(), { filename: 'a', format: 'jpg' })).rejects.toThrow(
      'invalid parameter value: jpg',
    );
  });

  it('completes devices and their displays', async () => {
    const devices = [
      '/machine/peripheral/gpu0',
      '/machine/peripheral/gpu0',
      '/machine/peripheral-anon/device[0]',
    ];
    const { qmp, session, signal } = testContext({
      'qom-list': () => [
        { name: 'type', type: 'string' },
        ...devices.map((_, n) => ({ name: `console[${n}]`, type: 'child<qemu-graphic-console>' })),
      ],
      'qom-get': ({ path, property }) => {
        const number = Number(/\[(\d)\]/.exec(path)![1]);
        return property === 'device' ? devices[number]! : number;
      },
    });
    const at = (index: number, ...words: string[]) =>
      completeScreendump({ qmp, session, signal, words: ['screendump', ...words], index, prefix: '' });
    expect(await at(1, '')).toEqual([]);
    expect(new Set(await at(2, 'a.ppm', ''))).toEqual(new Set(['gpu0']));
    expect(await at(3, 'a.ppm', 'gpu0', '')).toEqual(['0', '1']);
    expect(await at(3, 'a.ppm', 'other', '')).toEqual([]);
  });
});
