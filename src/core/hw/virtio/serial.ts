import { QmpError } from '../../../qapi/errors.ts';
import { Bus } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { bit, STATUS_DRIVER_OK } from './constants.ts';
import { VirtioDevice } from './device.ts';
import type { VirtioEnvironment } from './environment.ts';
import type { Virtqueue } from './queue.ts';
import { gather, scatter, totalLength } from './segments.ts';
import * as S from './serial-format.ts';
import type { VirtioSerialPort } from './serial-port.ts';
import { SERIAL_TRACE } from './trace.ts';

const DATA_QUEUE_SIZE = 128;
const CONTROL_QUEUE_SIZE = 32;
const MOST_PORTS = 511; // 1024 queues at two each, control queues counted
const CHUNK = 65536;
/** Bytes of output passed on before the event loop gets its turn. */
const TURN_BYTES = 1 << 20;
const EMERG_WRITE_OFFSET = 8;

/** The bus that a virtio-serial device offers to its ports. */
export class VirtioSerialBus extends Bus {
  readonly serial: VirtioSerial;

  constructor(serial: VirtioSerial) {
    super('virtio-serial-bus', true);
    this.serial = serial;
  }
}

/** Console device with many ports (virtio 1.2, 5.3). */
export class VirtioSerial extends VirtioDevice {
  readonly virtioName = 'virtio-serial';
  readonly deviceId = 3;
  readonly #ports = new Map<number, VirtioSerialPort>();

  constructor(types: TypeTable, env: VirtioEnvironment) {
    super('virtio-serial-device', types, env);
  }

  get #mostPorts(): number {
    return Number(this.value('max_ports'));
  }

  protected setUp(): void {
    const ports = this.#mostPorts;
    if (ports < 1 || ports > MOST_PORTS) throw new QmpError(`max number of ports is ${MOST_PORTS}`);
    this.addBus(`${this.front.id === '' ? 'virtio-serial-bus' : this.front.id}.0`, new VirtioSerialBus(this));
    for (let n = 0; n < 2 * (ports + 1); n++) {
      this.addQueue(n === S.CONTROL_IN || n === S.CONTROL_OUT ? CONTROL_QUEUE_SIZE : DATA_QUEUE_SIZE);
    }
    this.config.layout = {
      length: 12,
      fill: view => {
        view.setUint32(4, ports, true);
        view.setUint32(EMERG_WRITE_OFFSET, 0, true);
      },
      written: view => this.#emergencyWrite(view.getUint32(EMERG_WRITE_OFFSET, true)),
    };
  }

  protected override offer(features: bigint): bigint {
    let offered = features;
    if (this.value('emergency-write') === true) offered |= bit(S.F_EMERG_WRITE);
    if (this.#mostPorts > 1) offered |= bit(S.F_MULTIPORT);
    return offered;
  }

  /** The number of a new port: the wanted one if it is free, else any. @throws QmpError */
  numberFor(port: VirtioSerialPort, wanted: number | undefined): number {
    const twin =
      port.portName !== '' && [...this.#ports.values()].find(other => other.portName === port.portName);
    if (twin) throw new QmpError(`virtio-serial-bus: A port already exists by name ${port.portName}`);
    const number = wanted ?? this.#freeNumber(port.isConsole);
    if (this.#ports.has(number))
      throw new QmpError(`virtio-serial-bus: A port already exists at id ${number}`);
    if (number < this.#mostPorts) return number;
    throw new QmpError(
      wanted === undefined
        ? 'virtio-serial-bus: Maximum port limit for this device reached'
        : `virtio-serial-bus: Out-of-range port id specified, max. allowed: ${this.#mostPorts - 1}`,
    );
  }

  /** Number 0 is for the first console. */
  #freeNumber(isConsole: boolean): number {
    let number = isConsole ? 0 : 1;
    while (this.#ports.has(number)) number++;
    return number;
  }

  addPort(port: VirtioSerialPort): void {
    this.#ports.set(port.number, port);
    if (this.driverOk && this.has(S.F_MULTIPORT)) this.#tell(port, S.EVENT.portAdd, 1);
  }

  removePort(port: VirtioSerialPort): void {
    this.#ports.delete(port.number);
    const queue = this.queues[S.inputQueue(port.number) + 1]!;
    if (port.output) this.complete(queue, port.output.element, 0);
    port.reset();
    if (this.driverOk && this.has(S.F_MULTIPORT)) this.#tell(port, S.EVENT.portRemove, 1);
  }

  #emergencyWrite(value: number): void {
    if (value === 0 || this.value('emergency-write') !== true) return;
    const console = [...this.#ports.values()].find(port => port.isConsole && port.hostConnected);
    console?.write(Uint8Array.of(value & 0xff));
  }

  protected handleQueue(queue: Virtqueue): void {
    if (queue.index === S.CONTROL_IN) return; // room for messages: they are written when they arise
    if (queue.index === S.CONTROL_OUT) {
      this.drain(queue, element => {
        const message = S.parseMessage(gather(this.memory, element.out, 0, S.MESSAGE_SIZE));
        if (message) this.#control(message);
        this.complete(queue, element, 0);
        return true;
      });
      return;
    }
    const port = this.#ports.get(S.portOfQueue(queue.index));
    if (queue.index % 2 === 1) this.#pumpOutput(queue, port);
    else if (port) this.pumpInput(port);
  }

  #control({ port: number, event, value }: S.ControlMessage): void {
    this.trace.emit(SERIAL_TRACE.message, event, value);
    if (event === S.EVENT.deviceReady) {
      if (value === 0) this.env.warn?.('virtio-serial-bus: Guest failure in adding device');
      else for (const port of this.#ports.values()) this.#tell(port, S.EVENT.portAdd, 1);
      return;
    }
    const port = this.#ports.get(number);
    if (!port) {
      this.env.warn?.(`virtio-serial-bus: Unexpected port id ${number} for device ${this.id}`);
      return;
    }
    this.trace.emit(SERIAL_TRACE.messagePort, number);
    if (event === S.EVENT.portReady) this.#introduce(port, value);
    else if (event === S.EVENT.portOpen) this.#setGuestConnected(port, value !== 0);
  }

  /** The guest knows of the port: now it hears what it needs to use it. */
  #introduce(port: VirtioSerialPort, ready: number): void {
    if (ready === 0) {
      this.env.warn?.(`virtio-serial-bus: Guest failure in adding port ${port.number} for device ${this.id}`);
      return;
    }
    if (port.isConsole) this.#tell(port, S.EVENT.consolePort, 1);
    if (port.portName !== '') this.#tell(port, S.EVENT.portName, 1, port.portName);
    if (port.hostConnected) this.#tell(port, S.EVENT.portOpen, 1);
  }

  #tell(port: VirtioSerialPort, event: number, value: number, text?: string): void {
    this.trace.emit(SERIAL_TRACE.send, port.number, event, value);
    const queue = this.queues[S.CONTROL_IN]!;
    const element = this.take(queue);
    if (!element) return;
    const message = S.formatMessage({ port: port.number, event, value }, text);
    this.complete(queue, element, scatter(this.memory, element.in, message));
  }

  #setGuestConnected(port: VirtioSerialPort, open: boolean): void {
    port.setGuestConnected(open);
    if (port.id !== '') this.env.events.emit('VSERPORT_CHANGE', { id: port.id, open });
    if (open) this.pumpInput(port);
  }

  /** Passes the guest's output on, in chunks; without anybody to hear it, it is thrown away. */
  #pumpOutput(queue: Virtqueue, port: VirtioSerialPort | undefined): void {
    if (!port?.hostConnected) {
      if (port?.output) this.complete(queue, port.output.element, 0);
      if (port) port.output = null;
      this.drain(queue, element => {
        this.complete(queue, element, 0);
        return true;
      });
      return;
    }
    for (let left = TURN_BYTES; left > 0; ) {
      const element = port.output?.element ?? this.take(queue);
      if (!element || !this.env.vmRunning()) return;
      if (port.congested) {
        this.trace.emit(SERIAL_TRACE.throttle, port.number, true);
        port.output ??= { element, done: 0 }; // goes on when there is room
        return;
      }
      if (!queue.alive(element)) {
        port.output = null;
        continue;
      }
      port.output ??= { element, done: 0 };
      const bytes = gather(this.memory, element.out, port.output.done, CHUNK);
      port.write(bytes);
      port.output.done += bytes.length;
      left -= bytes.length + S.MESSAGE_SIZE;
      if (port.output.done < totalLength(element.out)) continue;
      port.output = null;
      this.complete(queue, element, 0);
    }
    this.continueLater(queue);
  }

  /** There is room again for what a port sends. */
  resumeOutput(port: VirtioSerialPort): void {
    if (!port.output || !this.env.vmRunning()) return;
    this.trace.emit(SERIAL_TRACE.throttle, port.number, false);
    this.run(() => this.#pumpOutput(this.queues[S.inputQueue(port.number) + 1]!, port));
  }

  /** Somebody came to the other end of a port, or left. */
  hostChanged(port: VirtioSerialPort): void {
    if (this.driverOk && this.has(S.F_MULTIPORT)) {
      this.whenRunning(() => this.#tell(port, S.EVENT.portOpen, port.hostConnected ? 1 : 0));
    }
    if (!port.hostConnected) this.resumeOutput(port); // it has nobody to wait for
  }

  override vmStateChanged(running: boolean): void {
    super.vmStateChanged(running);
    if (!running) return;
    for (const port of this.#ports.values()) this.resumeOutput(port);
  }

  /** Gives the guest what its port has for it, as far as there are buffers. */
  pumpInput(port: VirtioSerialPort): void {
    const queue = this.queues[S.inputQueue(port.number)]!;
    if (!this.driverOk || !queue.ready || (this.has(S.F_MULTIPORT) && !port.guestConnected)) return;
    this.run(() => {
      for (let bytes = port.peekInput(); bytes !== null; bytes = port.peekInput()) {
        const element = this.take(queue);
        if (!element) return;
        const stored = scatter(this.memory, element.in, bytes);
        port.dropInput(stored);
        this.complete(queue, element, stored);
      }
    });
  }

  protected override statusChanging(status: number): void {
    if ((status & STATUS_DRIVER_OK) === 0) {
      for (const port of this.#ports.values()) if (port.guestConnected) this.#setGuestConnected(port, false);
      return;
    }
    const first = this.#ports.get(0);
    // A driver without MULTIPORT has no word for opening: its one port is open once it runs.
    if (first && !this.has(S.F_MULTIPORT)) first.setGuestConnected(true);
  }

  protected override resetDevice(): void {
    for (const port of this.#ports.values()) port.reset();
  }
}
