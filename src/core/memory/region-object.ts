import { Device } from '../qom/device.ts';
import { QomObject } from '../qom/object.ts';
import type { MemoryRegion } from './region.ts';

/** The whole of a 64-bit space cannot be told in 64 bits. */
const LARGEST = 2n ** 64n - 1n;

/** A memory region as a node of the composition tree. */
export class RegionObject extends QomObject {
  constructor(region: MemoryRegion, pathOf: (region: MemoryRegion) => string) {
    super('memory-region');
    this.define('container', {
      type: 'link<memory-region>',
      get: () => (region.container ? pathOf(region.container) : ''),
    });
    this.define('addr', { type: 'uint64', get: () => region.address });
    this.define('size', { type: 'uint64', get: () => (region.size < LARGEST ? region.size : LARGEST) });
    this.define('priority', { type: 'uint32', get: () => region.priority });
  }
}

/** Knows under which object each region stands. */
export class RegionOwners {
  readonly #objects = new WeakMap<MemoryRegion, RegionObject>();
  /** Regions with memory behind them: none of them is on a device that can be unplugged. */
  readonly blocks: MemoryRegion[] = [];

  /** Puts the region into the composition tree as a child of its owner. */
  attach(owner: QomObject, region: MemoryRegion): void {
    const object = new RegionObject(region, other => this.#objects.get(other)?.path ?? '');
    this.#objects.set(region, owner.add(`${escapeName(region.name)}[*]`, object));
    if (region.hostOffset >= 0) this.blocks.push(region);
  }

  /** As `info mtree -o` writes it; a region that no device or back end owns names its parent. */
  describe(region: MemoryRegion): string {
    const owner = this.#objects.get(region)?.parent;
    if (!owner) return '';
    if (owner.typeName === 'container') return ` parent:{obj path=${owner.path}}`;
    if (!(owner instanceof Device)) return ` owner:{obj path=${owner.path}}`;
    return owner.id === '' ? ` owner:{dev path=${owner.path}}` : ` owner:{dev id=${owner.id}}`;
  }
}

/** A slash cannot be part of a name in a path. */
function escapeName(name: string): string {
  return name.replaceAll('/', '\\x2f');
}
