import type { InterruptLine } from '../cpu/index.ts';
import type { IrqLine } from '../irq.ts';
import { Device } from '../qom/device.ts';
import { QomObject } from '../qom/object.ts';
import type { TypeTable } from '../qom/types.ts';

/** Local interrupts that a hart's mip and mie can hold, and behind them the wires of a hypervisor's guests. */
const LOCAL_INTERRUPTS = 64 + 63;
/** Interrupts that cannot be masked, with the extension Smrnmi. */
const RESUMABLE_NMIS = 16;

/** A hart as a node of the composition tree. */
export class HartDevice extends Device {
  constructor(types: TypeTable, extensions: readonly string[], resetVector: number) {
    super('rv64-riscv-cpu', types);
    this.setValue('resetvec', resetVector);
    for (const name of extensions) this.define(name, { type: 'bool', get: () => true });
    this.#addWires('unnamed-gpio-in', LOCAL_INTERRUPTS);
    this.#addWires('riscv.cpu.rnmi', RESUMABLE_NMIS);
    this.realize();
  }

  #addWires(name: string, count: number): void {
    for (let wire = 0; wire < count; wire++) this.add(`${name}[${wire}]`, new QomObject('irq'));
  }
}

/** All harts of the machine. */
export class HartArray extends Device {
  constructor(types: TypeTable, count: number, extensions: readonly string[], resetVector: number) {
    super('riscv.hart_array', types);
    this.setValue('num-harts', count);
    this.setValue('cpu-type', 'rv64-riscv-cpu');
    this.setValue('resetvec', resetVector);
    for (let hart = 0; hart < count; hart++) {
      this.add(`harts[${hart}]`, new HartDevice(types, extensions, resetVector));
    }
  }
}

/** What devices see of a hart. */
export interface HartWires {
  readonly id: number;
  setInterrupt(mipBit: InterruptLine, level: boolean): void;
}

/** Bits of mip, one for each interrupt wire of a hart. */
export const MIP = { msip: 3, stip: 5, mtip: 7, seip: 9, meip: 11 } as const;

/** The wire into one bit of a hart's mip. The hart keeps the level; wires may be driven as often as one likes. */
export function hartLine(hart: HartWires, mipBit: InterruptLine): IrqLine {
  return { set: level => hart.setInterrupt(mipBit, level) };
}
