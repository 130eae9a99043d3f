import { describe, expect, it } from 'vitest';
import { STATE } from './layout.ts';

describe('the layout of a hart', () => {
  it('has a place of its own for each field', () => {
    const offsets = Object.values(STATE);
    expect(offsets.filter((offset, index) => offsets.indexOf(offset) !== index)).toEqual([]);
  });
});
