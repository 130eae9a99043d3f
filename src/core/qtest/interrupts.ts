import type { Wire } from '../irq.ts';
import { Device } from '../qom/device.ts';
import { type QomObject, requirePath } from '../qom/object.ts';
import { readS64, readUpTo } from './numbers.ts';
import { Refusal } from './refusal.ts';

/** Interrupts that are told; others keep quiet. */
const MOST = 256;
const UNNAMED_INPUT = 'unnamed-gpio-in';
const LARGEST = 2 ** 31 - 1;

/** The wires of one device, watched for the client, and inputs that it drives. */
export class Interrupts {
  readonly #root: QomObject;
  readonly #tell: (line: string) => void;
  readonly #levels = new Array<boolean>(MOST).fill(false);
  #watched: Device | null = null;

  /** @param tell takes `IRQ raise 3` and the like */
  constructor(root: QomObject, tell: (line: string) => void) {
    this.#root = root;
    this.#tell = tell;
  }

  /** A new client knows of no interrupt. */
  forget(): void {
    this.#levels.fill(false);
  }

  /** Watches a group of wires of a device; only one device can be. @throws Refusal */
  intercept(path: string | undefined, direction: 'in' | 'out', group = ''): void {
    const device = this.#device(path);
    if (this.#watched === device) return;
    if (this.#watched) throw new Refusal('IRQ intercept already enabled');
    for (const { name, direction: towards, wires } of device.gpios) {
      if (name !== group || towards !== direction) continue;
      wires.forEach((wire, index) => {
        wire.watcher = level => this.#changed(index, level);
      });
    }
    this.#watched = device;
  }

  /** Drives an input. @throws Refusal */
  drive([path, group, index, level]: readonly string[]): void {
    const device = this.#device(path);
    if (group === undefined) throw new Refusal('Missing argument');
    const name = group === UNNAMED_INPUT ? '' : group;
    const number = readUpTo(index, LARGEST);
    const wire = inputsOf(device, name)[number];
    const isHigh = readS64(level) !== 0n;
    if (!wire) throw new Refusal(`Unknown interrupt '${group}[${number}]'`);
    wire.set(isHigh);
  }

  #device(path: string | undefined): Device {
    if (path === undefined) throw new Refusal('Missing argument');
    const found = find(this.#root, path);
    if (!(found instanceof Device)) throw new Refusal('Unknown device');
    return found;
  }

  #changed(index: number, level: boolean): void {
    if (index >= MOST || this.#levels[index] === level) return;
    this.#levels[index] = level;
    this.#tell(`IRQ ${level ? 'raise' : 'lower'} ${index}`);
  }
}

function inputsOf({ gpios }: Device, group: string): readonly Wire[] {
  return gpios.find(({ name, direction }) => name === group && direction === 'in')?.wires ?? [];
}

function find(root: QomObject, path: string): QomObject | null {
  try {
    return requirePath(root, path);
  } catch {
    return null; // none, or several
  }
}
