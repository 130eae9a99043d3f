import type { FloatRoutine } from '../../softfloat/index.ts';
import { type CodeBuilder, type Label, ModuleBuilder, type Signature } from '../../wasm/index.ts';
import { TLB_INDEX_MASK, TLB_INDEX_SHIFT } from '../emit/tlb-fill.ts';
import { PAGE_SIZE, STATE, TLB_ADDEND } from '../layout.ts';
import type { Block, Edge, Operation } from './blocks.ts';
import { type Node, structure } from './control-flow.ts';
import { PARAMETER, RegionEmitter, type RegionWiring, thirdSource } from './region-emitter.ts';

/** A region's function: (hart, budget, pc) -> what is left of the budget. */
export const REGION_TYPE: Signature = { parameters: ['i32', 'i32', 'i64'], results: ['i32'] };
/** A further page of code: its distance in pages from the entry's, and the records that its fetch TLB entry must name. */
interface FurtherPage {
  readonly distance: number;
  readonly records: number;
}

/** Code of a region: the block of its entry, where in its page that is, and the pages beside it that the region is on. */
export interface RegionSource {
  readonly entry: Block;
  readonly inPage: number;
  readonly pages: readonly FurtherPage[];
}

/** Name that a module exports its region of that number by. */
export const regionExport = (number: number) => `region${number}`;

/**
 * Writes a module of some regions; what a module costs the host, it costs them together.
 */
export function buildRegions(
  sources: readonly RegionSource[],
  signatures: ReadonlyMap<string, Signature>,
  hart: Pick<RegionWiring, 'zeroBlock' | 'csrs'>,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const regions = sources.map(source => {
    const nodes = structure(source.entry);
    return { source, nodes, used: usedRegisters(nodes) };
  });
  const routines = new Map<string, number>();
  for (const name of regions.flatMap(({ used }) => [...used.routines])) {
    const signature = signatures.get(name);
    if (signature === undefined) throw new RangeError(`no floating-point routine '${name}'`);
    if (routines.has(name)) continue;
    routines.set(name, module.importFunction(name, signature.parameters, signature.results));
  }
  regions.forEach(({ source, nodes, used }, number) => {
    const { code } = module.function(REGION_TYPE.parameters, REGION_TYPE.results, regionExport(number));
    const routine = (name: FloatRoutine) => routines.get(name)!;
    new RegionWriter(code, { source, nodes, used }, { routine, ...hart }).write();
  });
  return module.finish();
}

interface Used {
  readonly x: Set<number>;
  readonly f: Set<number>;
  readonly dirtyX: Set<number>;
  readonly dirtyF: Set<number>;
  readonly routines: Set<FloatRoutine>;
}

function usedRegisters(nodes: readonly Node[]): Used {
  const used: Used = {
    x: new Set(),
    f: new Set(),
    dirtyX: new Set(),
    dirtyF: new Set(),
    routines: new Set(),
  };
  for (const { block } of nodes) for (const operation of block.operations) noteRegisters(used, operation);
  for (const set of [used.x, used.dirtyX]) set.delete(0);
  return used;
}

function noteRegisters(used: Used, operation: Operation): void {
  const { traits, operands } = operation;
  for (const field of traits.x) used.x.add(operands[field]);
  for (const field of traits.f) used.f.add(field === 'rs3' ? thirdSource(operation) : operands[field]);
  if (traits.x.has('rd')) used.dirtyX.add(operands.rd);
  if (traits.f.has('rd')) used.dirtyF.add(operands.rd);
  for (const name of traits.routines) used.routines.add(name);
}

/** Distances and counts share a word: bits 7:0 the instructions that did not run, above the distance. */
const SITE_SHIFT = 8;

class RegionWriter {
  readonly #code: CodeBuilder;
  readonly #nodes: readonly Node[];
  /** Offset of the entry in its page. */
  readonly #inPage: number;
  /** The records of the further pages by their distance. */
  readonly #records: ReadonlyMap<number, number>;
  readonly #nodeOf: ReadonlyMap<Block, Node>;
  readonly #used: Used;
  readonly #x = new Map<number, number>();
  readonly #f = new Map<number, number>();
  readonly #emitter: RegionEmitter;
  readonly #access: { dataTlb: number; va: number; entry: number; host: number; value: number };
  readonly #out: number;
  readonly #site: number;
  readonly #loops = new Map<Node, Label>();
  readonly #merges = new Map<Node, Label>();
  #exits: { done: Label; normal: Label; side: Label } | undefined;
  #node: Node;
  /** Instructions of the current block from the current one on. */
  #remaining = 0;
  #at = 0;
  /** The page, as a distance, that is known to be where it was. The entry's always is. */
  #page: number | undefined = 0;

  constructor(
    code: CodeBuilder,
    { source, nodes, used }: { source: RegionSource; nodes: readonly Node[]; used: Used },
    surroundings: Pick<RegionWiring, 'routine' | 'zeroBlock' | 'csrs'>,
  ) {
    this.#code = code;
    this.#nodes = nodes;
    this.#inPage = source.inPage;
    this.#records = new Map(source.pages.map(({ distance, records }) => [distance, records]));
    this.#node = nodes[0]!;
    this.#nodeOf = new Map(nodes.map(node => [node.block, node]));
    this.#used = used;
    for (const register of used.x) this.#x.set(register, code.local('i64'));
    for (const register of used.f) this.#f.set(register, code.local('i64'));
    const [va, value] = [code.local('i64'), code.local('i64')];
    this.#out = code.local('i64');
    const [dataTlb, entry, host] = [code.local('i32'), code.local('i32'), code.local('i32')];
    this.#access = { dataTlb, va, entry, host, value };
    this.#site = code.local('i32');
    this.#emitter = new RegionEmitter(code, {
      access: this.#access,
      out: this.#out,
      x: this.#x,
      f: this.#f,
      ...surroundings,
      leave: () => this.#leave(),
      branch: () => this.#branch(),
      jump: () => this.#go(this.#node.block.taken),
      jumpOut: () => this.#code.br(this.#labels.done),
    });
  }

  write(): void {
    const code = this.#code;
    for (const [register, local] of this.#x) this.#load(STATE.x + register * 8, local);
    for (const [register, local] of this.#f) this.#load(STATE.f + register * 8, local);
    code.get(PARAMETER.hart).load('i32.load', STATE.dataTlb).set(this.#access.dataTlb);
    const done = code.open('block');
    const normal = code.open('block');
    const side = code.open('block');
    this.#exits = { done, normal, side };
    this.#tree(this.#nodes[0]!);
    code.op('unreachable').end();
    code.get(PARAMETER.hart).i32(1).store('i32.store', STATE.interpret);
    code.end();
    code.get(PARAMETER.pc).get(this.#site).i32(SITE_SHIFT).op('i32.shr_s', 'i64.extend_i32_s', 'i64.add');
    code.set(this.#out);
    code
      .get(PARAMETER.left)
      .get(this.#site)
      .i32((1 << SITE_SHIFT) - 1)
      .op('i32.and', 'i32.add');
    code.set(PARAMETER.left);
    code.end();
    for (const register of this.#used.dirtyX) this.#save(STATE.x + register * 8, this.#x.get(register)!);
    for (const register of this.#used.dirtyF) this.#save(STATE.f + register * 8, this.#f.get(register)!);
    this.#save(STATE.pc, this.#out);
    code.get(PARAMETER.left);
  }

  get #labels(): { done: Label; normal: Label; side: Label } {
    if (this.#exits === undefined) throw new RangeError('outside the body');
    return this.#exits;
  }

  #load(offset: number, local: number): void {
    this.#code.get(PARAMETER.hart).load('i64.load', offset).set(local);
  }

  #save(offset: number, local: number): void {
    this.#code.get(PARAMETER.hart).get(local).store('i64.store', offset);
  }

  #pageOf(at: number): number {
    return Math.floor((this.#inPage + at) / PAGE_SIZE);
  }

  /** The page that all ways to the block come from; undefined where they differ. */
  #pageBefore(node: Node): number | undefined {
    const pages = new Set(node.predecessors.map(({ block }) => this.#pageOf(block.next.at - 1)));
    if (node.order === 0) pages.add(0);
    return pages.size === 1 ? [...pages][0] : undefined;
  }

  /** Leaves before the current instruction unless the page of the byte is mapped where it was when the region was made. */
  #requirePage(at: number): void {
    const distance = this.#pageOf(at);
    if (distance === 0 || distance === this.#page) return;
    this.#page = distance;
    const code = this.#code;
    const { va, entry } = this.#access;
    code.get(PARAMETER.hart).load('i32.load', STATE.fetchTlb);
    code.get(PARAMETER.pc).i64(-PAGE_SIZE).op('i64.and');
    code
      .i64(distance * PAGE_SIZE)
      .op('i64.add')
      .tee(va);
    code.i64(TLB_INDEX_SHIFT).op('i64.shr_u', 'i32.wrap_i64').i32(TLB_INDEX_MASK).op('i32.and', 'i32.add');
    code.tee(entry).load('i64.load').get(va).op('i64.ne');
    code.get(entry).load('i32.load', TLB_ADDEND).i32(this.#records.get(distance)!).op('i32.ne', 'i32.or');
    code.if(() => this.#leave());
  }

  #tree(node: Node): void {
    const merges = node.children.filter(child => child.isMerge).reverse();
    if (!node.isLoop) this.#within(node, merges);
    else {
      this.#loops.set(node, this.#code.open('loop'));
      this.#within(node, merges);
      this.#code.end();
    }
  }

  /** The node's block, inside the blocks at whose ends the merges that it dominates begin. */
  #within(node: Node, [merge, ...others]: readonly Node[]): void {
    if (merge === undefined) {
      this.#block(node);
      return;
    }
    this.#merges.set(merge, this.#code.open('block'));
    this.#within(node, others);
    this.#code.end();
    this.#tree(merge);
  }

  #block(node: Node): void {
    const { block } = node;
    const { operations } = block;
    const code = this.#code;
    this.#node = node;
    this.#remaining = operations.length;
    if (operations.length > 0) {
      code.get(PARAMETER.left).i32(operations.length).op('i32.sub').set(PARAMETER.left);
    }
    this.#emitter.startBlock();
    this.#page = this.#pageBefore(node);
    for (const operation of operations) {
      this.#at = operation.at;
      for (const byte of [operation.at, operation.at + operation.size - 1]) this.#requirePage(byte);
      this.#emitter.start(operation);
      operation.row.emit(this.#emitter as never);
      this.#remaining--;
    }
    if (block.flow === 'straight') this.#go(block.next);
    else if (block.flow === 'interpreter') this.#exit(block.next.at, 0, this.#labels.side);
  }

  #branch(): void {
    const node = this.#node;
    const { taken, next } = node.block;
    this.#code.if(
      () => this.#go(taken, node),
      () => this.#go(next, node),
    );
  }

  #go(edge: Edge | undefined, from = this.#node): void {
    if (edge === undefined) throw new RangeError('a block without the edge that its end needs');
    const target = edge.block && this.#nodeOf.get(edge.block);
    if (target === undefined) this.#exit(edge.at, 0, this.#labels.normal);
    else if (target.order <= from.order) this.#goBack(target);
    else if (target.isMerge) this.#code.br(this.#merges.get(target)!);
    else this.#tree(target);
  }

  /** A loop goes on while the budget lasts and nothing else wants the hart. */
  #goBack(target: Node): void {
    const code = this.#code;
    code.get(PARAMETER.left).get(PARAMETER.hart).load('i32.load', STATE.stop).op('i32.gt_s');
    code.brIf(this.#loops.get(target)!);
    this.#exit(target.block.at, 0, this.#labels.normal);
  }

  #leave(): void {
    this.#exit(this.#at, this.#remaining, this.#labels.side);
  }

  #exit(at: number, remaining: number, label: Label): void {
    this.#code
      .i32((at << SITE_SHIFT) | remaining)
      .set(this.#site)
      .br(label);
  }
}
