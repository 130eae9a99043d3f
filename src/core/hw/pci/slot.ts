import { QmpError } from '../../../qapi/errors.ts';
import type { Device, HotplugHandler } from '../../qom/device.ts';
import { functionOf } from './devfn.ts';
import { PciDevice } from './device.ts';
import { EXPRESS } from './express.ts';

/** Bits of slot capabilities, control and status (PCI Express 3.0, 7.8.9 to 7.8.11). */
const CAP = {
  attentionButton: 0x01,
  powerController: 0x02,
  attentionIndicator: 0x08,
  powerIndicator: 0x10,
  surprise: 0x20,
  hotplug: 0x40,
  interlock: 0x2_0000,
} as const;
const NUMBER_SHIFT = 19;

const CONTROL = {
  interrupt: 0x20,
  attentionIndicator: 0xc0,
  attentionOff: 0xc0,
  powerIndicator: 0x300,
  powerOn: 0x100,
  powerBlinking: 0x200,
  powerOff: 0x300,
  powerController: 0x400, // set: off
  interlock: 0x800,
} as const;
const STATUS = {
  attentionButton: 0x01,
  presenceChanged: 0x08,
  commandCompleted: 0x10,
  present: 0x40,
  interlock: 0x80,
} as const;
/** Events of the status register; control enables them by the same bits. */
const EVENTS = STATUS.attentionButton | STATUS.presenceChanged | STATUS.commandCompleted;
const CONTROL_WRITABLE =
  EVENTS | CONTROL.interrupt | CONTROL.attentionIndicator | CONTROL.powerIndicator | CONTROL.interlock;

/** What a slot needs of the port that it belongs to. */
interface SlotPort {
  readonly device: PciDevice;
  /** Functions in the slot. */
  readonly occupants: readonly Device[];
  readonly number: number;
  readonly hotplug: boolean;
  readonly powerController: boolean;
  /** The link to the slot's device came up or went down. */
  linkChanged(up: boolean): void;
}

/** How long an unplug request is in the guest's hands before it may be made again. */
const REQUEST_NS = 5e9;

/** A hot-plug slot of a port: registers through which the guest and the machine agree on coming and going. */
export class HotplugSlot implements HotplugHandler {
  readonly #port: SlotPort;
  readonly #at: number;
  readonly #now: () => number;
  readonly #requested = new Map<Device, number>();
  #notified = false;
  #before = { control: 0, status: 0 };

  /** @param at place of the PCI Express capability */
  constructor(port: SlotPort, at: number, now: () => number) {
    this.#port = port;
    this.#at = at;
    this.#now = now;
    const { config } = port.device;
    config.set32(
      at + EXPRESS.slotCapabilities,
      (port.number << NUMBER_SHIFT) |
        CAP.attentionButton |
        CAP.attentionIndicator |
        CAP.powerIndicator |
        CAP.interlock |
        (port.powerController ? CAP.powerController : 0) |
        (port.hotplug ? CAP.surprise | CAP.hotplug : 0),
    );
    const writable = CONTROL_WRITABLE | (port.powerController ? CONTROL.powerController : 0);
    config.set16(at + EXPRESS.slotControl, CONTROL.attentionOff | CONTROL.powerOff, writable);
    config.clearable.setUint16(at + EXPRESS.slotStatus, EVENTS, true);
  }

  get #control(): number {
    return this.#port.device.config.u16(this.#at + EXPRESS.slotControl);
  }

  get #status(): number {
    return this.#port.device.config.u16(this.#at + EXPRESS.slotStatus);
  }

  #setStatus(set: number, clear = 0): void {
    this.#port.device.config.update16(this.#at + EXPRESS.slotStatus, set, clear);
  }

  get #poweredOff(): boolean {
    return isPoweredOff(this.#control);
  }

  reset(): void {
    const { device, occupants, powerController } = this.#port;
    const populated = occupants.length > 0;
    const power = populated ? CONTROL.powerOn : CONTROL.powerOff;
    const controller = powerController && !populated ? CONTROL.powerController : 0;
    device.config.set16(this.#at + EXPRESS.slotControl, CONTROL.attentionOff | power | controller);
    this.#setStatus(0, EVENTS | STATUS.interlock);
    this.#requested.clear();
    this.#updatePower();
    this.#notify();
  }

  prePlug(device: Device): void {
    if (device.hotplugged) this.#requireHotplug('plug');
    this.#requireUnlocked();
  }

  #requireHotplug(what: 'plug' | 'unplug'): void {
    if (this.#port.hotplug) return;
    throw new QmpError(`Hot-${what} failed: unsupported by the port device '${this.#port.device.id}'`);
  }

  #requireUnlocked(): void {
    if ((this.#status & STATUS.interlock) === 0) return;
    throw new QmpError('slot is electromechanically locked: Device or resource busy');
  }

  plugged(device: Device): void {
    if (!(device instanceof PciDevice)) return;
    if (device.hotplugged && !device.pciBus.functions[0]) return; // the first function makes the others known
    this.#setStatus(STATUS.present);
    this.#port.linkChanged(true);
    if (!device.hotplugged) return;
    this.#raise(STATUS.presenceChanged | STATUS.attentionButton);
    this.#updatePower();
  }

  requestUnplug(device: Device): void {
    this.#requireNew(device);
    this.#requireHotplug('unplug');
    this.#requireUnlocked();
    if ((this.#control & CONTROL.powerIndicator) === CONTROL.powerBlinking) {
      throw new QmpError('Hot-unplug failed: guest is busy (power indicator blinking)');
    }
    this.#requested.set(device, this.#now() + REQUEST_NS);
    const hidden =
      device instanceof PciDevice && functionOf(device.devfn) !== 0 && !device.pciBus.functions[0];
    if (hidden) this.#port.device.env.removeDevice(device);
    else if (this.#poweredOff) {
      this.#empty();
      this.#notify();
      this.#raise(STATUS.presenceChanged | STATUS.attentionButton);
    } else this.#raise(STATUS.attentionButton);
  }

  #requireNew(device: Device): void {
    if ((this.#requested.get(device) ?? 0) <= this.#now()) return;
    throw new QmpError(`Device ${device.id} is already in the process of unplug`);
  }

  /** Everything in the slot leaves. */
  #empty(): void {
    for (const device of [...this.#port.occupants]) this.#port.device.env.removeDevice(device);
    this.#requested.clear();
    this.#setStatus(STATUS.presenceChanged, STATUS.present);
    this.#port.linkChanged(false);
  }

  /** To be called before the guest's write to configuration space. */
  beforeWrite(): void {
    this.#before = { control: this.#control, status: this.#status };
  }

  /** The guest wrote configuration space: `status` are the bits that it wrote there, `control` whether it did. */
  written(status: number, control: boolean): void {
    if ((status & ~this.#before.status & EVENTS) !== 0) {
      // Drivers clear everything while they start; an event that came in between is not to be lost.
      this.#setStatus(this.#before.status & EVENTS, EVENTS);
    }
    if (control) this.#obey();
    else this.#notify();
  }

  #obey(): void {
    const { config } = this.#port.device;
    if ((this.#control & CONTROL.interlock) !== 0) {
      config.update16(this.#at + EXPRESS.slotControl, 0, CONTROL.interlock);
      const locked = (this.#status & STATUS.interlock) !== 0;
      this.#setStatus(locked ? 0 : STATUS.interlock, STATUS.interlock);
    }
    const switchedOff = this.#poweredOff && !isPoweredOff(this.#before.control);
    if (switchedOff && (this.#status & STATUS.present) !== 0) this.#empty();
    this.#updatePower();
    this.#notify();
    this.#raise(STATUS.commandCompleted);
  }

  #updatePower(): void {
    const powered = !this.#port.powerController || (this.#control & CONTROL.powerController) === 0;
    for (const device of this.#port.occupants) if (device instanceof PciDevice) device.setPower(powered);
  }

  #raise(events: number): void {
    if ((this.#status & events) === events) return;
    this.#setStatus(events);
    this.#notify();
  }

  /** The port interrupts while an enabled event is set. */
  #notify(): void {
    const enabled = (this.#control & CONTROL.interrupt) !== 0;
    const notified = enabled && (this.#status & this.#control & EVENTS) !== 0;
    if (notified === this.#notified) return;
    this.#notified = notified;
    const { device } = this.#port;
    if (!device.msix?.enabled) device.setInterrupt(notified);
    else if (notified) device.msix.notify(0);
  }
}

function isPoweredOff(control: number): boolean {
  const off = CONTROL.powerController | CONTROL.powerOff;
  return (control & off) === off;
}
