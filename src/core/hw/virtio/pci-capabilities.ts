import type { AccessSize, MemoryRegion } from '../../memory/region.ts';
import type { ConfigSpace } from '../pci/config-space.ts';
import { overlaps } from '../pci/device.ts';
import { CAP } from '../pci/registers.ts';
import type { ModernRegisters } from './pci-modern.ts';

/** What a capability points to (virtio 1.2, 4.1.4). */
const TYPE = { common: 1, notify: 2, isr: 3, device: 4, window: 5 } as const;

/** Fields of a capability, from its start. */
const FIELD = { length: 2, type: 3, bar: 4, offset: 8, size: 12, multiplier: 16, data: 16 } as const;
const LENGTH = 16;
const LENGTH_WITH_DATA = 20;

/** Adds the capabilities that lead drivers to the modern registers, and the window among them. */
export class ConfigWindow {
  readonly #config: ConfigSpace;
  readonly #modern: ModernRegisters;
  readonly #bar: number;
  readonly #at: number;

  constructor(config: ConfigSpace, modern: ModernRegisters, bar: number, notifyPioBar: number | null) {
    this.#config = config;
    this.#modern = modern;
    this.#bar = bar;
    const types = [TYPE.common, TYPE.isr, TYPE.device, TYPE.notify];
    modern.parts.forEach(({ region, offset }, index) => {
      const type = types[index]!;
      this.#add(
        type,
        bar,
        offset,
        Number(region.size),
        type === TYPE.notify ? modern.notifyStride : undefined,
      );
    });
    if (notifyPioBar !== null) this.#add(TYPE.notify, notifyPioBar, 0, 4, 0);
    this.#at = this.#add(TYPE.window, 0, 0, 0, 0);
    config.set8(this.#at + FIELD.bar, 0, 0xff);
    for (const field of [FIELD.offset, FIELD.size, FIELD.data]) {
      config.set32(this.#at + field, 0, 0xffff_ffff);
    }
  }

  #add(type: number, bar: number, offset: number, size: number, extra?: number): number {
    const length = extra === undefined ? LENGTH : LENGTH_WITH_DATA;
    const at = this.#config.addCapability(CAP.vendor, length);
    this.#config.set8(at + FIELD.length, length);
    this.#config.set8(at + FIELD.type, type);
    this.#config.set8(at + FIELD.bar, bar);
    this.#config.set32(at + FIELD.offset, offset);
    this.#config.set32(at + FIELD.size, size);
    if (extra !== undefined) this.#config.set32(at + FIELD.multiplier, extra);
    return at;
  }

  /** The driver reads configuration space: what the window shows is fetched first (4.1.4.9). */
  beforeRead(at: number, size: number): void {
    const target = this.#target(at, size);
    if (!target) return;
    const value = target.region.ops?.read(target.offset, target.size) ?? 0;
    for (let n = 0; n < target.size; n++) {
      this.#config.set8(this.#at + FIELD.data + n, (value >>> (8 * n)) & 0xff);
    }
  }

  /** The driver wrote to configuration space: what it put into the window is carried out. */
  written(at: number, size: number): void {
    const target = this.#target(at, size);
    if (!target) return;
    const value = this.#config.read(this.#at + FIELD.data, target.size);
    target.region.ops?.write(target.offset, value, target.size);
  }

  /** The register behind the window, if the access touches the window's data. */
  #target(at: number, size: number): { region: MemoryRegion; offset: number; size: AccessSize } | undefined {
    if (!overlaps(at, size, this.#at + FIELD.data, 4)) return undefined;
    const length = this.#config.u32(this.#at + FIELD.size);
    const offset = this.#config.u32(this.#at + FIELD.offset);
    if (this.#config.u8(this.#at + FIELD.bar) !== this.#bar || !isAccessSize(length)) return undefined;
    if (offset % length !== 0) return undefined;
    const part = this.#modern.parts.find(
      ({ region, offset: start }) => offset >= start && offset + length <= start + Number(region.size),
    );
    return part && { region: part.region, offset: offset - part.offset, size: length };
  }
}

function isAccessSize(size: number): size is AccessSize {
  return size === 1 || size === 2 || size === 4;
}
