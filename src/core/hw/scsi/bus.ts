import { QmpError } from '../../../qapi/errors.ts';
import { Bus } from '../../qom/device.ts';
import type { ScsiDisk } from './disk.ts';
import type { Sense } from './sense.ts';

const MOST_TARGET = 255;
const MOST_LUN = 16383;
const UNSET = 0xffff_ffff;

/** What an adapter is told about the units on its bus. */
export interface ScsiAdapter {
  plugged(unit: ScsiDisk): void;
  unplugged(unit: ScsiDisk): void;
  /** Something about the unit changed that the guest should know. */
  changed(unit: ScsiDisk, sense: Sense): void;
}

/** The bus that an adapter offers to SCSI units: one channel of targets with logical units. */
export class ScsiBus extends Bus {
  readonly adapter: ScsiAdapter;

  constructor(adapter: ScsiAdapter) {
    super('SCSI', true);
    this.adapter = adapter;
  }

  /** Units that are ready for commands. */
  get units(): ScsiDisk[] {
    return this.devices.filter(device => device.realized) as ScsiDisk[];
  }

  unitsOf(target: number): ScsiDisk[] {
    return this.units.filter(unit => unit.target === target);
  }

  find(target: number, lun: number): ScsiDisk | undefined {
    return this.units.find(unit => unit.target === target && unit.lun === lun);
  }

  /** Finds the unit's place among the others, and writes it into its properties. @throws QmpError */
  place(unit: ScsiDisk): void {
    const number = (name: string) => Number(unit.value(name));
    const [channel, target, lun] = [number('channel'), number('scsi-id'), number('lun')];
    if (channel !== 0) throw new QmpError(`bad scsi channel id: ${channel}`);
    if (target !== UNSET && target > MOST_TARGET) throw new QmpError(`bad scsi device id: ${target}`);
    if (lun !== UNSET && lun > MOST_LUN) throw new QmpError(`bad scsi device lun: ${lun}`);
    if (target === UNSET) unit.setValue('scsi-id', this.#freeTarget(lun === UNSET ? 0 : lun));
    if (lun === UNSET) unit.setValue('lun', target === UNSET ? 0 : this.#freeLun(target));
    const other = this.find(number('scsi-id'), number('lun'));
    if (other) throw new QmpError(`lun already used by '${other.id}'`);
  }

  #freeTarget(lun: number): number {
    for (let target = 0; target <= MOST_TARGET; target++) if (!this.find(target, lun)) return target;
    throw new QmpError('no free target');
  }

  #freeLun(target: number): number {
    for (let lun = 0; lun <= MOST_LUN; lun++) if (!this.find(target, lun)) return lun;
    throw new QmpError('no free lun');
  }
}
