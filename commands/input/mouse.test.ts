import { describe, expect, it } from 'vitest';
import { shown, testContext } from '../test-support.ts';
import { completeMouse, infoMice, mouseButton, mouseMove, mouseSet } from './mouse.ts';

const MICE = [
  { name: 'QEMU Virtio Mouse', index: 2n, current: false, absolute: false },
  { name: 'QEMU Virtio Tablet', index: 3n, current: true, absolute: true },
];

describe('mouse commands', () => {
  it.each([
    [['1', '-2'], { dx: 1n, dy: -2n }],
    [['0x10', '010', '+1'], { dx: 16n, dy: 8n, dz: 1n }],
    [['abc', '7x', ''], { dx: 0n, dy: 7n, dz: 0n }],
    [['4294967297', '0'], { dx: 1n, dy: 0n }],
  ])('mouse_move %s', async ([dx, dy, dz], expected) => {
    const ctx = testContext({ 'x-mouse-move': () => ({}) });
    await mouseMove(ctx, { dx_str: dx!, dy_str: dy!, ...(dz === undefined ? {} : { dz_str: dz }) });
    expect(ctx.asked[0]?.args).toEqual(expected);
  });

  it('mouse_button and mouse_set hand their numbers on', async () => {
    const ctx = testContext({ 'x-mouse-button': () => ({}), 'x-mouse-set': () => ({}) });
    await mouseButton(ctx, { button_state: 5n });
    await mouseSet(ctx, { index: 3n });
    expect(ctx.asked.map(({ args }) => args)).toEqual([{ state: 5n }, { index: 3n }]);
  });

  it('info mice', async () => {
    const result = await infoMice(testContext({ 'query-mice': () => MICE }));
    expect(shown(result)).toBe('  Mouse #2: QEMU Virtio Mouse\n* Mouse #3: QEMU Virtio Tablet (absolute)\n');
    expect(result).toMatchObject({ data: MICE });
    expect(shown(await infoMice(testContext({ 'query-mice': () => [] })))).toBe(
      'No mouse devices connected\n',
    );
  });

  it('completes the numbers of mice', async () => {
    const { qmp, session, signal } = testContext({ 'query-mice': () => MICE });
    const request = { qmp, session, signal, words: ['mouse_set', ''], index: 1, prefix: '' };
    expect(await completeMouse(request)).toEqual([
      { text: '2', help: 'QEMU Virtio Mouse' },
      { text: '3', help: 'QEMU Virtio Tablet' },
    ]);
  });
});
