import { type Block, edgesOf } from './blocks.ts';

/** A block in the structure of its region. */
export interface Node {
  readonly block: Block;
  /** Position in reverse postorder. */
  order: number;
  readonly predecessors: Node[];
  dominator: Node | undefined;
  /** Blocks that this one dominates directly, in reverse postorder. */
  readonly children: Node[];
  /** The target of a branch back. */
  isLoop: boolean;
  /** More than one branch forward leads here. */
  isMerge: boolean;
}

/**
 * Orders a region's blocks by dominance, so that structured code can be written from the tree
 * (Ramsey, "Beyond Relooper", 2022). A branch back to a block that does not dominate its source
 * is made one that leaves the region. The entry's node is the first.
 */
export function structure(entry: Block): readonly Node[] {
  for (;;) {
    const nodes = reversePostorder(entry);
    findDominators(nodes);
    if (!cutIrreducible(nodes)) return finish(nodes);
  }
}

function reversePostorder(entry: Block): Node[] {
  const nodes = new Map<Block, Node>();
  const order: Node[] = [];
  const visit = (block: Block): Node => {
    const node: Node = {
      block,
      order: 0,
      predecessors: [],
      dominator: undefined,
      children: [],
      isLoop: false,
      isMerge: false,
    };
    nodes.set(block, node);
    // the last one visited comes first: straight on before the branch's target
    for (const { block: next } of edgesOf(block).reverse()) {
      if (next) (nodes.get(next) ?? visit(next)).predecessors.push(node);
    }
    order.push(node);
    return node;
  };
  visit(entry);
  order.reverse();
  order.forEach((node, index) => {
    node.order = index;
  });
  return order;
}

/** Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm". */
function findDominators(nodes: readonly Node[]): void {
  const [entry, ...rest] = nodes;
  if (entry) entry.dominator = entry;
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of rest) {
      let dominator: Node | undefined;
      for (const predecessor of node.predecessors) {
        if (predecessor.dominator) dominator = dominator ? meet(predecessor, dominator) : predecessor;
      }
      if (node.dominator === dominator) continue;
      node.dominator = dominator;
      changed = true;
    }
  }
}

function meet(left: Node, right: Node): Node {
  let [a, b] = [left, right];
  while (a !== b) {
    while (a.order > b.order) a = a.dominator ?? b;
    while (b.order > a.order) b = b.dominator ?? a;
  }
  return a;
}

function dominates(node: Node, other: Node): boolean {
  let at = other;
  while (at.order > node.order) at = at.dominator ?? node;
  return at === node;
}

function cutIrreducible(nodes: readonly Node[]): boolean {
  let cut = false;
  for (const node of nodes) {
    for (const from of node.predecessors) {
      if (node.order > from.order || dominates(node, from)) continue;
      for (const edge of edgesOf(from.block)) if (edge.block === node.block) edge.block = undefined;
      cut = true;
    }
  }
  return cut;
}

function finish(nodes: readonly Node[]): readonly Node[] {
  for (const node of nodes) {
    const forward = node.predecessors.filter(from => from.order < node.order);
    node.isMerge = forward.length > 1;
    node.isLoop = forward.length < node.predecessors.length;
    if (node.order > 0) node.dominator?.children.push(node);
  }
  return nodes;
}
