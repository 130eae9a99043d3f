import type { ByteStream } from '../../../host/types.ts';
import { Chardev } from '../../chardev/chardev.ts';
import type { VirtualClock } from '../../clock.ts';
import { type IrqLine, irqLine } from '../../irq.ts';
import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { hex, traceEvent, traceRegisters } from '../../trace.ts';
import { OutputBuffer } from './output-buffer.ts';
import { ReceiveFifo } from './receive-fifo.ts';

// National Semiconductor PC16550D data sheet, section 8: registers.
const DATA = 0; // RBR and THR; divisor low while DLAB
const INTERRUPT_ENABLE = 1; // divisor high while DLAB
const INTERRUPT_IDENT = 2; // read; FIFO control on write
const LINE_CONTROL = 3;
const MODEM_CONTROL = 4;
const LINE_STATUS = 5;
const MODEM_STATUS = 6;
const SCRATCH = 7;

const IER = { received: 0x01, transmitEmpty: 0x02, lineStatus: 0x04, modemStatus: 0x08 } as const;
const IIR = { none: 0x01, modem: 0x00, transmit: 0x02, received: 0x04, line: 0x06, timeout: 0x0c } as const;
const IIR_FIFOS = 0xc0;
const FCR = { enable: 0x01, resetReceive: 0x02, resetTransmit: 0x04, kept: 0xc9 } as const;
const FCR_TRIGGERS = [1, 4, 8, 14] as const;
const LCR_DLAB = 0x80;
const MCR = { dtr: 0x01, rts: 0x02, out1: 0x04, out2: 0x08, loop: 0x10, kept: 0x1f } as const;
const LSR = { ready: 0x01, overrun: 0x02, errors: 0x1e, breakIn: 0x10, transmitEmpty: 0x60 } as const;
const MSR = { cts: 0x10, dsr: 0x20, ri: 0x40, dcd: 0x80, deltas: 0x0f } as const;

const byte = (value: bigint) => hex(value & 0xffn, 2);
const TRACE = {
  read: traceEvent(
    'serial_read',
    (offset: number, value: bigint) => `read addr ${hex(offset, 2)} val ${byte(value)}`,
  ),
  write: traceEvent(
    'serial_write',
    (offset: number, value: bigint) => `write addr ${hex(offset, 2)} val ${byte(value)}`,
  ),
};

const DEFAULT_DIVISOR = 12; // 9600 baud
/** Bits a second with a divisor of one, as QEMU's board sets it. */
const BAUD_BASE = 399193;
const FRAME_BITS = 10; // start, eight data, stop
const TIMEOUT_FRAMES = 4;
/** Bytes on the line above which the other end is held back, and below which it goes on. */
const LINE_FULL = 65536;
const LINE_FREE = 4096;
/** Bytes on the line of somebody who cannot be held back; more are lost. */
const LINE_LIMIT = 1 << 20;

/** UART with FIFOs. Transmission takes no time; reception is as fast as the guest reads. */
export class Ns16550a extends Device {
  readonly region: MemoryRegion;
  readonly stream: ByteStream;
  readonly #clock: VirtualClock;
  readonly #irq: IrqLine;
  readonly #output: OutputBuffer;
  readonly #receive = new ReceiveFifo();
  readonly #timeout;
  #timedOut = false;
  #holding = false;
  #transmitPending = false;
  #ier = 0;
  #fcr = 0;
  #lcr = 0;
  #mcr = 0;
  #lsr = 0;
  #msr = 0;
  #scratch = 0;
  #divisor = DEFAULT_DIVISOR;

  /** @param defer runs a callback soon, for writing gathered output */
  constructor(
    types: TypeTable,
    clock: VirtualClock,
    irq: IrqLine,
    stream: ByteStream,
    defer: (callback: () => void) => void,
  ) {
    super('serial-mm', types);
    this.#clock = clock;
    const [wire] = this.addOutputs('sysbus-irq', [irq]);
    this.#irq = irqLine(level => wire?.set(level)); // most accesses change nothing
    this.stream = stream;
    this.#output = new OutputBuffer(bytes => stream.write(bytes), defer);
    this.#timeout = clock.timer(() => this.#onTimeout());
    const ops: MmioOps = {
      read: offset => this.#read(offset),
      write: (offset, value) => this.#write(offset, value & 0xff),
      traced: traceRegisters(TRACE.read, TRACE.write),
    };
    this.region = new MemoryRegion('serial', 'i/o', 8n, { ops });
    this.setValue('endianness', 2);
    this.#addPort(types, stream);
    this.reset();
    stream.onData(bytes => this.#arrive(bytes));
    stream.onEvent?.(event => {
      if (event === 'break') this.#receiveBreak();
      else if (event === 'drained') this.#drained();
    });
  }

  /** The part that QEMU shares among its UARTs: a device of its own, whose properties are this one's too. */
  #addPort(types: TypeTable, stream: ByteStream): void {
    const port = this.add('serial', new Device('serial', types));
    port.setValue('baudbase', BAUD_BASE);
    if (stream instanceof Chardev) port.setValue('chardev', stream.label);
    port.realize();
    for (const name of ['wakeup', 'chardev', 'baudbase']) {
      const property = port.properties.get(name)!;
      this.define(name, { ...property, ownInstance: true });
    }
  }

  #read(offset: number): number {
    const dlab = (this.#lcr & LCR_DLAB) !== 0;
    switch (offset) {
      case DATA:
        return dlab ? this.#divisor & 0xff : this.#take();
      case INTERRUPT_ENABLE:
        return dlab ? this.#divisor >> 8 : this.#ier;
      case INTERRUPT_IDENT:
        return this.#identify();
      case LINE_CONTROL:
        return this.#lcr;
      case MODEM_CONTROL:
        return this.#mcr;
      case LINE_STATUS:
        return this.#lineStatus();
      case MODEM_STATUS:
        return this.#modemStatus();
      case SCRATCH:
        return this.#scratch;
      default:
        return 0;
    }
  }

  #write(offset: number, value: number): void {
    const dlab = (this.#lcr & LCR_DLAB) !== 0;
    switch (offset) {
      case DATA:
        if (dlab) this.#divisor = (this.#divisor & 0xff00) | value;
        else this.#transmit(value);
        break;
      case INTERRUPT_ENABLE:
        if (dlab) this.#divisor = (this.#divisor & 0x00ff) | (value << 8);
        else this.#enableInterrupts(value & 0x0f);
        break;
      case INTERRUPT_IDENT:
        this.#controlFifos(value);
        break;
      case LINE_CONTROL:
        this.#lcr = value;
        break;
      case MODEM_CONTROL:
        this.#mcr = value & MCR.kept;
        break;
      case SCRATCH:
        this.#scratch = value;
        break;
    }
  }

  #transmit(byte: number): void {
    if (this.#mcr & MCR.loop) this.#arrive(Uint8Array.of(byte));
    else this.#output.push(byte);
    this.#transmitPending = !this.#held; // sent at once: the holding register is empty again
    this.#update();
  }

  /** Whoever reads what is sent is slow: the holding register stays full. */
  get #held(): boolean {
    return this.stream.congested === true;
  }

  #drained(): void {
    this.#transmitPending = true;
    this.#update();
  }

  /** The line is held low: a zero byte that is marked. */
  #receiveBreak(): void {
    this.#lsr |= LSR.breakIn;
    this.#arrive(Uint8Array.of(0));
  }

  #enableInterrupts(value: number): void {
    const turnedOn = value & ~this.#ier;
    const turnedOff = this.#ier & ~value;
    this.#ier = value;
    if (turnedOn & IER.transmitEmpty) this.#transmitPending = !this.#held;
    if (turnedOff & IER.transmitEmpty) this.#transmitPending = false;
    this.#update();
  }

  #controlFifos(value: number): void {
    const toggled = ((value ^ this.#fcr) & FCR.enable) !== 0;
    if (toggled || value & FCR.resetReceive) this.#dropReceived();
    if (toggled || value & FCR.resetTransmit) this.#transmitPending = true;
    this.#fcr = value & FCR.kept;
    this.#receive.depth = this.#fcr & FCR.enable ? ReceiveFifo.DEPTH : 1;
    this.#update();
  }

  #dropReceived(): void {
    this.#receive.clear();
    this.#timeout.cancel();
    this.#timedOut = false;
    this.#lsr &= ~LSR.breakIn;
  }

  #arrive(bytes: Uint8Array): void {
    if (this.#receive.waiting + bytes.length > LINE_LIMIT) this.#lsr |= LSR.overrun;
    else this.#receive.push(bytes);
    if (this.#receive.waiting > LINE_FULL) this.#hold(true);
    this.#armTimeout();
    this.#update();
  }

  /** RBR: the oldest byte, 0 when there is none. */
  #take(): number {
    const byte = this.#receive.shift();
    if (this.#holding && this.#receive.waiting < LINE_FREE) this.#hold(false);
    this.#timedOut = false;
    if (this.#receive.available > 0) this.#armTimeout();
    else this.#timeout.cancel();
    this.#update();
    return byte;
  }

  #hold(holding: boolean): void {
    this.#holding = holding;
    this.stream.setFlowing?.(!holding);
  }

  #armTimeout(): void {
    const frameNs = (1e9 * FRAME_BITS * Math.max(this.#divisor, 1)) / BAUD_BASE;
    if (this.#fcr & FCR.enable) this.#timeout.arm(this.#clock.now() + TIMEOUT_FRAMES * frameNs);
  }

  #onTimeout(): void {
    this.#timedOut = this.#receive.available > 0;
    this.#update();
  }

  /** IIR: the cause in order of priority. Reading it acknowledges an empty transmitter. */
  #identify(): number {
    const cause = this.#cause();
    if (cause === IIR.transmit) {
      this.#transmitPending = false;
      this.#update();
    }
    return cause | (this.#fcr & FCR.enable ? IIR_FIFOS : 0);
  }

  #lineStatus(): number {
    const status =
      this.#lsr | (this.#held ? 0 : LSR.transmitEmpty) | (this.#receive.available > 0 ? LSR.ready : 0);
    this.#lsr &= ~(LSR.breakIn | LSR.overrun);
    this.#update();
    return status;
  }

  #modemStatus(): number {
    if (this.#mcr & MCR.loop) return this.#loopedModemStatus();
    const status = this.#msr;
    this.#msr &= ~MSR.deltas;
    this.#update();
    return status;
  }

  /** In loopback the modem's outputs are its inputs. */
  #loopedModemStatus(): number {
    const wires: readonly [number, number][] = [
      [MCR.dtr, MSR.dsr],
      [MCR.rts, MSR.cts],
      [MCR.out1, MSR.ri],
      [MCR.out2, MSR.dcd],
    ];
    return wires.reduce((status, [output, input]) => (this.#mcr & output ? status | input : status), 0);
  }

  #cause(): number {
    const ier = this.#ier;
    if (ier & IER.lineStatus && this.#lsr & LSR.errors) return IIR.line;
    if (ier & IER.received && this.#timedOut) return IIR.timeout;
    if (ier & IER.received && this.#receive.available >= this.#trigger()) return IIR.received;
    if (ier & IER.transmitEmpty && this.#transmitPending) return IIR.transmit;
    if (ier & IER.modemStatus && this.#msr & MSR.deltas) return IIR.modem;
    return IIR.none;
  }

  #trigger(): number {
    return this.#fcr & FCR.enable ? FCR_TRIGGERS[this.#fcr >> 6]! : 1;
  }

  #update(): void {
    this.#irq.set(this.#cause() !== IIR.none);
  }

  override reset(): void {
    this.#dropReceived();
    this.#transmitPending = false;
    this.#ier = 0;
    this.#fcr = 0;
    this.#receive.depth = 1;
    this.#lcr = 0;
    this.#mcr = MCR.out2;
    this.#lsr = 0;
    this.#msr = MSR.dcd | MSR.dsr | MSR.cts;
    this.#scratch = 0;
    this.#divisor = DEFAULT_DIVISOR;
    this.#update();
  }
}
