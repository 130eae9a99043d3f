import { describe, expect, it } from 'vitest';
import { Promptness } from './promptness.ts';

/** How many of `count` small requests are done at once, each of them in `ms`. */
function doneAtOnce(count: number, ms: (index: number) => number): number {
  let now = 0;
  const prompt = new Promptness(() => now);
  let done = 0;
  for (let index = 0; index < count; index++) {
    const result = prompt.attempt(512, () => {
      now += ms(index);
      return 'done';
    });
    if (result === 'done') done++;
  }
  return done;
}

describe('Promptness', () => {
  it('does small requests at once, and leaves large ones', () => {
    const prompt = new Promptness();
    expect(prompt.attempt(65536, () => 5)).toBe(5);
    expect(prompt.attempt(65537, () => 5)).toBeUndefined();
    expect(() =>
      prompt.attempt(1, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
  });

  it('bears with a pause of the host, not with slow storage', () => {
    expect(doneAtOnce(1000, () => 0.02)).toBe(1000);
    expect(doneAtOnce(1000, index => (index % 50 === 0 ? 5 : 0.02))).toBe(1000);
    expect(doneAtOnce(1000, () => 10)).toBe(10);
    expect(doneAtOnce(1000, () => 1)).toBeLessThan(150);
  });

  it('tries again after a while', () => {
    expect(doneAtOnce(1000, index => (index < 200 ? 10 : 0.02))).toBeGreaterThan(700);
  });
});
