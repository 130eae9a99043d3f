import { describe, expect, it } from 'vitest';
import type { Block } from './blocks.ts';
import { structure } from './control-flow.ts';

/** Blocks by their successors: none, one (a jump) or two (a branch). */
function graph(successors: readonly (readonly number[])[]): Block[] {
  const blocks: Block[] = successors.map(([first, second], at) => ({
    at,
    operations: [],
    flow: first === undefined ? 'indirect' : second === undefined ? 'jump' : 'branch',
    next: { at: second ?? -1, block: undefined },
    taken: first === undefined ? undefined : { at: first, block: undefined },
  }));
  for (const { next, taken } of blocks) {
    next.block = blocks[next.at];
    if (taken) taken.block = blocks[taken.at];
  }
  return blocks;
}

/** Each block's dominator, and what it is. */
function describeNodes(successors: readonly (readonly number[])[]): string[] {
  const nodes = structure(graph(successors)[0]!);
  return [...nodes]
    .sort((a, b) => a.block.at - b.block.at)
    .map(({ block, dominator, isLoop, isMerge }) => {
      const marks = `${isLoop ? ' loop' : ''}${isMerge ? ' merge' : ''}`;
      return `${block.at}<${dominator?.block.at}${marks}`;
    });
}

describe('structure', () => {
  it('finds dominators, merges and loops', () => {
    expect(describeNodes([[1, 2], [3], [3], [0, 4], []])).toEqual([
      '0<0 loop',
      '1<0',
      '2<0',
      '3<0 merge',
      '4<3',
    ]);
  });

  it('nests loops', () => {
    expect(describeNodes([[1], [2], [2, 3], [1, 4], []])).toEqual([
      '0<0',
      '1<0 loop',
      '2<1 loop',
      '3<2',
      '4<3',
    ]);
  });

  it('leaves unreachable blocks out', () => {
    expect(describeNodes([[2], [2], []])).toEqual(['0<0', '2<0']);
  });

  it('cuts a loop with two entries', () => {
    const blocks = graph([[1, 2], [2], [1]]);
    const nodes = structure(blocks[0]!);
    expect(nodes.filter(node => node.isLoop)).toEqual([]);
    const cut = blocks.filter(({ taken }) => taken && taken.block === undefined);
    expect(cut.length).toBe(1);
  });

  it('keeps order within a branch of both ways to one block', () => {
    expect(describeNodes([[1, 1], []])).toEqual(['0<0', '1<0 merge']);
  });
});
