import type { Instruction, Operands } from '../../isa/index.ts';
import type { Flow, RowTraits } from './row-traits.ts';

/** A decoded instruction at a distance in bytes from the region's entry. */
export interface Operation {
  readonly at: number;
  readonly size: 2 | 4;
  readonly row: Instruction;
  readonly operands: Operands;
  readonly traits: RowTraits;
}

/** Where a block goes on: a block of the region, or an address outside. */
export interface Edge {
  readonly at: number;
  block: Block | undefined;
}

/** Instructions that run one after the other; only the last one may go elsewhere. */
export interface Block {
  readonly at: number;
  readonly operations: readonly Operation[];
  /** How the last instruction goes on; 'interpreter': with an instruction that is not in the block. */
  readonly flow: Flow;
  /** Where a branch that is not taken, a straight end or the interpreter goes on. */
  readonly next: Edge;
  /** Target of a branch or jump. */
  readonly taken: Edge | undefined;
}

/** The instruction at a distance from the entry; undefined where the region cannot go. */
export type Decoder = (at: number) => Omit<Operation, 'at'> | undefined;

/** V8's optimising compiler is superlinear in the number of blocks. */
const MAX_BLOCKS = 64;
const MAX_OPERATIONS = 768;
/** What the count of instructions that a side exit gives back can say. */
const MAX_BLOCK = 255;

/** Finds the blocks that the code at the entry reaches by direct branches; the first is the entry's. */
export class Discovery {
  readonly #decode: Decoder;
  readonly #operations = new Map<number, Operation | undefined>();
  readonly #leaders = new Set<number>([0]);

  constructor(decode: Decoder) {
    this.#decode = decode;
  }

  blocks(): Block[] {
    this.#findLeaders();
    const found = new Map<number, Block>();
    let operations = 0;
    const queue = [0];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      if (found.has(at) || found.size >= MAX_BLOCKS || operations >= MAX_OPERATIONS) continue;
      const block = this.#build(at);
      found.set(at, block);
      operations += block.operations.length;
      for (const edge of edgesOf(block)) if (this.#leaders.has(edge.at)) queue.push(edge.at);
    }
    const blocks = [...found.values()];
    for (const block of blocks) for (const edge of edgesOf(block)) edge.block = found.get(edge.at);
    return blocks;
  }

  #findLeaders(): void {
    const seen = new Set<number>();
    const queue = [0];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      for (let count = 0; count < MAX_BLOCK && !seen.has(at); count++) {
        seen.add(at);
        const operation = this.#operation(at);
        if (operation === undefined || operation.traits.flow === 'interpreter') break;
        const { flow } = operation.traits;
        const next: number = at + operation.size;
        if (flow === 'branch') this.#lead(next, queue);
        if (flow === 'branch' || flow === 'jump') this.#lead(at + operation.operands.imm, queue);
        if (flow !== 'straight') break;
        at = next;
      }
      if (this.#leaders.size > MAX_BLOCKS) return;
    }
  }

  #lead(at: number, queue: number[]): void {
    if (this.#leaders.has(at)) return;
    this.#leaders.add(at);
    queue.push(at);
  }

  #operation(at: number): Operation | undefined {
    const known = this.#operations.get(at);
    if (known !== undefined || this.#operations.has(at)) return known;
    const decoded = this.#decode(at);
    const operation = decoded && {
      at,
      size: decoded.size,
      row: decoded.row,
      operands: decoded.operands,
      traits: decoded.traits,
    };
    this.#operations.set(at, operation);
    return operation;
  }

  #build(start: number): Block {
    const operations: Operation[] = [];
    const end = (flow: Flow, at: number, taken?: number): Block => ({
      at: start,
      operations,
      flow,
      next: { at, block: undefined },
      taken: taken === undefined ? undefined : { at: taken, block: undefined },
    });
    for (let at = start; ; ) {
      const operation = this.#operation(at);
      if (operation === undefined || operation.traits.flow === 'interpreter') return end('interpreter', at);
      operations.push(operation);
      const { flow } = operation.traits;
      const next = at + operation.size;
      if (flow === 'branch' || flow === 'jump') return end(flow, next, at + operation.operands.imm);
      if (flow === 'indirect') return end(flow, next);
      if (this.#leaders.has(next) || operations.length === MAX_BLOCK) return end('straight', next);
      at = next;
    }
  }
}

/** The edges that lead on directly. */
export function edgesOf(block: Block): Edge[] {
  if (block.flow === 'straight') return [block.next];
  if (block.flow === 'jump') return block.taken ? [block.taken] : [];
  if (block.flow === 'branch') return block.taken ? [block.next, block.taken] : [block.next];
  return [];
}
