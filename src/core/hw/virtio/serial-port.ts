import type { StreamEvent } from '../../../host/types.ts';
import { QmpError } from '../../../qapi/errors.ts';
import type { Chardev } from '../../chardev/chardev.ts';
import type { ChardevTable } from '../../chardev/table.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import type { Element } from './queue.ts';
import { type VirtioSerial, VirtioSerialBus } from './serial.ts';

const ANY_NUMBER = 0xffff_ffff;
/**
 * Bytes for the guest that are kept until it makes room: above the first the other end is held back; above the
 * second they are lost, as on a line without handshake.
 */
const ENOUGH_WAITING = 32768;
const MOST_WAITING = 1 << 20;

/** Output of the guest that is being passed on. */
export interface Output {
  readonly element: Element;
  done: number;
}

/** A port of virtio-serial: a console or a channel with a name, joined to a character device. */
export class VirtioSerialPort extends Device {
  readonly isConsole: boolean;
  readonly #chardevs: ChardevTable;
  #chardev: Chardev | undefined;
  #serial: VirtioSerial | undefined;
  guestConnected = false;
  hostConnected = false;
  output: Output | null = null;
  #waiting: Uint8Array[] = [];
  #flowing = true;

  constructor(typeName: 'virtconsole' | 'virtserialport', types: TypeTable, chardevs: ChardevTable) {
    super(typeName, types);
    this.isConsole = typeName === 'virtconsole';
    this.#chardevs = chardevs;
  }

  get number(): number {
    return Number(this.value('nr'));
  }

  get portName(): string {
    return String(this.value('name'));
  }

  /** The line that `info qtree` shows below the properties. */
  override get stateLine(): string {
    const onOff = (on: boolean) => (on ? 'on' : 'off');
    return `port ${this.number}, guest ${onOff(this.guestConnected)}, host ${onOff(this.hostConnected)}, throttle off`;
  }

  override realize(): void {
    const bus = this.parentBus;
    if (!(bus instanceof VirtioSerialBus)) {
      throw new QmpError(`No 'virtio-serial-bus' bus found for device '${this.typeName}'`);
    }
    if (!this.isConsole && this.number === 0) {
      throw new QmpError(
        'Port number 0 on virtio-serial devices reserved for virtconsole devices for backward compatibility.',
      );
    }
    this.#serial = bus.serial;
    this.setValue('nr', bus.serial.numberFor(this, this.number === ANY_NUMBER ? undefined : this.number));
    this.#openChardev();
    bus.serial.addPort(this);
    super.realize();
  }

  #openChardev(): void {
    const name = String(this.value('chardev'));
    if (name === '') return;
    const chardev = this.#chardevs.forUser(name);
    const property = `Property '${this.typeName}.chardev'`;
    if (!chardev) throw new QmpError(`${property} can't find value '${name}'`);
    if (chardev.inUse) throw new QmpError(`${property} can't take value '${name}', it's in use`);
    this.#chardev = chardev;
    chardev.inUse = true;
    chardev.frontendOpen = this.isConsole;
    chardev.exchangeable = this.isConsole;
    // A console is open whether somebody is at the other end or not.
    this.hostConnected = this.isConsole || chardev.connected;
    chardev.onEvent(event => this.#happened(event));
    chardev.onData(bytes => this.#receive(bytes));
  }

  #happened(event: StreamEvent): void {
    if (event === 'drained') this.#serial?.resumeOutput(this);
    else if (event !== 'break' && !this.isConsole) this.#setHostConnected(event === 'opened');
  }

  #setHostConnected(connected: boolean): void {
    if (connected === this.hostConnected) return;
    this.hostConnected = connected;
    this.#serial?.hostChanged(this);
  }

  /** Nobody takes what the guest sends now. */
  get congested(): boolean {
    return this.#chardev?.congested ?? false;
  }

  override unrealize(): void {
    this.#serial?.removePort(this);
    this.#chardev?.release();
    super.unrealize();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#waitingBytes + bytes.length <= MOST_WAITING) this.#waiting.push(bytes.slice());
    this.#serial?.pumpInput(this);
    this.#steer();
  }

  get #waitingBytes(): number {
    return this.#waiting.reduce((sum, part) => sum + part.length, 0);
  }

  /** Holds the other end back while the guest makes no room. */
  #steer(): void {
    const flowing = this.#waitingBytes < ENOUGH_WAITING;
    if (flowing === this.#flowing) return;
    this.#flowing = flowing;
    this.#chardev?.setFlowing(flowing);
  }

  /** What the guest is to get next; null when there is nothing. */
  peekInput(): Uint8Array | null {
    return this.#waiting[0] ?? null;
  }

  /** The first `count` bytes of peekInput() were delivered. */
  dropInput(count: number): void {
    const first = this.#waiting[0];
    if (!first) return;
    if (count >= first.length) this.#waiting.shift();
    else this.#waiting[0] = first.subarray(count);
    this.#steer();
  }

  write(bytes: Uint8Array): void {
    this.#chardev?.write(bytes);
  }

  /** The guest opened or closed its end. */
  setGuestConnected(open: boolean): void {
    this.guestConnected = open;
    if (this.#chardev && !this.isConsole) this.#chardev.frontendOpen = open;
  }

  /** The guest is gone: what it was about to receive is void. */
  override reset(): void {
    this.output = null;
    this.#waiting = [];
    this.#steer();
  }
}
