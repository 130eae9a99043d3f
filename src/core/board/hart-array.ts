import type { QmpValue } from '../../qapi/value.ts';
import type { InterruptLine } from '../cpu/index.ts';
import { unconnected, Wire } from '../irq.ts';
import { Device } from '../qom/device.ts';
import type { TypeTable } from '../qom/types.ts';
import { exposeGpios } from './wiring.ts';

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
  constructor(types: TypeTable, model: HartModel, wires: HartWires, resetVector: number) {
    super(model.typeName, types);
    this.setValue('resetvec', resetVector);
    for (const [name, value] of model.properties) this.setValue(name, value);
    this.gpios.push({ name: '', direction: 'in', count: LOCAL_INTERRUPTS, wires: wires.all });
    this.addInputs(
      'riscv.cpu.rnmi',
      Array.from({ length: RESUMABLE_NMIS }, () => unconnected),
    );
    exposeGpios(this, []);
    this.realize();
  }
}

/** All harts of the machine. */
export class HartArray extends Device {
  constructor(types: TypeTable, harts: readonly HartWires[], model: HartModel, resetVector: number) {
    super('riscv.hart_array', types);
    this.setValue('num-harts', harts.length);
    this.setValue('cpu-type', model.typeName);
    this.setValue('resetvec', resetVector);
    for (const wires of harts) {
      this.add(`harts[${wires.id}]`, new HartDevice(types, model, wires, resetVector));
    }
  }
}

/** Bits of mip, one for each interrupt wire of a hart. */
export const MIP = { ssip: 1, msip: 3, stip: 5, vstip: 6, mtip: 7, seip: 9, meip: 11 } as const;

/** What devices see of a hart: the wires into its mip. */
export class HartWires {
  readonly id: number;
  readonly #wires: ReadonlyMap<number, Wire>;

  /** @param drive sets a bit of mip; the hart keeps the level, so wires may be driven as often as one likes */
  constructor(id: number, drive: (bit: InterruptLine, level: boolean) => void) {
    this.id = id;
    const bits = Object.values(MIP);
    this.#wires = new Map(bits.map(bit => [bit, new Wire({ set: level => drive(bit, level) })]));
  }

  line(bit: InterruptLine): Wire {
    return this.#wires.get(bit)!;
  }

  /** By number of the interrupt; those that nothing can drive lead nowhere. */
  get all(): readonly Wire[] {
    return Array.from(
      { length: LOCAL_INTERRUPTS },
      (_, bit) => this.#wires.get(bit) ?? new Wire(unconnected),
    );
  }
}
