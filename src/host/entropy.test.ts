import { expect, it } from 'vitest';
import { entropy } from './entropy.ts';

it('gives as many bytes as are wanted, others each time', () => {
  expect(entropy(0)).toHaveLength(0);
  const [one, other] = [entropy(64), entropy(64)];
  expect(one).toHaveLength(64);
  expect(one).not.toEqual(other);
  expect(new Set(one).size).toBeGreaterThan(8);
});
