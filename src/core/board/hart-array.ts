import type { QmpValue } from '../../qapi/value.ts';
import type { InterruptLine } from '../cpu/index.ts';
import type { IrqLine } from '../irq.ts';
import { Device } from '../qom/device.ts';
import { QomObject } from '../qom/object.ts';
import type { TypeTable } from '../qom/types.ts';

/** Local interrupts that a hart's mip and mie can hold, and behind them the wires of a hypervisor's guests. */
const LOCAL_INTERRUPTS = 64 + 63;
/** Interrupts that cannot be masked, with the extension Smrnmi. */
const RESUMABLE_NMIS = 16;

/** What all harts of a machine have in common. */
export interface HartModel {
  readonly typeName: string;
  readonly properties: ReadonlyMap<string, QmpValue>;
}

/** A hart as a node of the composition tree. */
export class HartDevice extends Device {
  constructor(types: TypeTable, model: HartModel, resetVector: number) {
    super(model.typeName, types);
    this.setValue('resetvec', resetVector);
    for (const [name, value] of model.properties) this.setValue(name, value);
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
  constructor(types: TypeTable, count: number, model: HartModel, resetVector: number) {
    super('riscv.hart_array', types);
    this.setValue('num-harts', count);
    this.setValue('cpu-type', model.typeName);
    this.setValue('resetvec', resetVector);
    for (let hart = 0; hart < count; hart++) {
      this.add(`harts[${hart}]`, new HartDevice(types, model, resetVector));
    }
  }
}

/** What devices see of a hart. */
export interface HartWires {
  readonly id: number;
  setInterrupt(mipBit: InterruptLine, level: boolean): void;
}

/** Bits of mip, one for each interrupt wire of a hart. */
export const MIP = { msip: 3, stip: 5, vstip: 6, mtip: 7, seip: 9, meip: 11 } as const;

/** The wire into one bit of a hart's mip. The hart keeps the level; wires may be driven as often as one likes. */
export function hartLine(hart: HartWires, mipBit: InterruptLine): IrqLine {
  return { set: level => hart.setInterrupt(mipBit, level) };
}
