import { expect, it } from 'vitest';
import { Timestamps } from './timestamps.ts';

it('puts the time since it was switched on before each line', () => {
  let now = 5000;
  const stamps = new Timestamps(() => now);
  const apply = (text: string) => Buffer.from(stamps.apply(Buffer.from(text))).toString();
  expect(apply('a\n')).toBe('a\n');
  stamps.toggle();
  expect(apply('b\nc')).toBe('[00:00:00.000] b\n[00:00:00.000] c');
  now += 3_723_004;
  expect(apply('d\ne\n')).toBe('d\n[01:02:03.004] e\n');
  stamps.toggle();
  expect(apply('f\n')).toBe('f\n');
});
