import type { Host } from '../../../host/types.ts';
import type { Timer, VirtualClock } from '../../clock.ts';
import type { IrqLine, Wire } from '../../irq.ts';
import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { hex, traceEvent, traceRegisters } from '../../trace.ts';

// Goldfish virtual hardware documentation, "Goldfish RTC": 32-bit registers, times in ns since 1970.
const TIME_LOW = 0x00;
const TIME_HIGH = 0x04;
const ALARM_LOW = 0x08;
const ALARM_HIGH = 0x0c;
const IRQ_ENABLED = 0x10;
const CLEAR_ALARM = 0x14;
const ALARM_STATUS = 0x18;
const CLEAR_INTERRUPT = 0x1c;
const APERTURE = 0x24n;

const access = (offset: number, value: bigint) => `addr ${hex(offset, 2)} value ${hex(value, 8)}`;
const TRACE = {
  read: traceEvent('goldfish_rtc_read', access),
  write: traceEvent('goldfish_rtc_write', access),
};

const LOW_HALF = 0xffff_ffffn;
const NEVER = Number.MAX_SAFE_INTEGER;

/** Real-time clock with one alarm. It follows the host's clock, also while the machine stands still. */
export class GoldfishRtc extends Device {
  readonly region: MemoryRegion;
  readonly #host: Pick<Host, 'wallClock'>;
  readonly #clock: VirtualClock;
  readonly #irq: IrqLine;
  readonly #alarm: Timer;
  #offset = 0n; // guest's time minus the host's, ns
  #timeHigh = 0; // latched by a read of TIME_LOW, so that the halves belong together
  #alarmNext = 0n;
  #alarmRunning = false;
  #pending = false;
  #enabled = false;

  constructor(types: TypeTable, host: Pick<Host, 'wallClock'>, clock: VirtualClock, irq: IrqLine) {
    super('goldfish_rtc', types);
    this.#host = host;
    this.#clock = clock;
    [this.#irq] = this.addOutputs('sysbus-irq', [irq]) as [Wire];
    this.#alarm = clock.timer(() => this.#setAlarm());
    const ops: MmioOps = {
      read: offset => this.#read(offset),
      write: (offset, value) => this.#write(offset, value),
      accepts: { min: 4, max: 4 },
      traced: traceRegisters(TRACE.read, TRACE.write),
    };
    this.region = new MemoryRegion('goldfish_rtc', 'i/o', APERTURE, { ops });
  }

  #time(): bigint {
    return BigInt(Math.floor(this.#host.wallClock())) + this.#offset;
  }

  #read(offset: number): number {
    switch (offset) {
      case TIME_LOW: {
        const time = this.#time();
        this.#timeHigh = Number((time >> 32n) & LOW_HALF);
        return Number(time & LOW_HALF);
      }
      case TIME_HIGH:
        return this.#timeHigh;
      case ALARM_LOW:
        return Number(this.#alarmNext & LOW_HALF);
      case ALARM_HIGH:
        return Number(this.#alarmNext >> 32n);
      case IRQ_ENABLED:
        return this.#enabled ? 1 : 0;
      case ALARM_STATUS:
        return this.#alarmRunning ? 1 : 0;
      default:
        return 0;
    }
  }

  #write(offset: number, value: number): void {
    switch (offset) {
      case TIME_LOW:
      case TIME_HIGH: {
        const time = this.#time();
        this.#offset += withHalf(time, value, offset === TIME_HIGH) - time;
        break;
      }
      case ALARM_LOW: // the driver writes the high half first: this one starts the alarm
        this.#alarmNext = withHalf(this.#alarmNext, value, false);
        this.#setAlarm();
        break;
      case ALARM_HIGH:
        this.#alarmNext = withHalf(this.#alarmNext, value, true);
        break;
      case IRQ_ENABLED:
        this.#enabled = (value & 1) !== 0;
        break;
      case CLEAR_ALARM:
        this.#clearAlarm();
        break;
      case CLEAR_INTERRUPT:
        this.#pending = false;
        break;
    }
    this.#update();
  }

  #clearAlarm(): void {
    this.#alarm.cancel();
    this.#alarmRunning = false;
  }

  /** Also runs when the timer fires: host and virtual time drift, then the rest is waited for. */
  #setAlarm(): void {
    const remaining = Number(this.#alarmNext - this.#time());
    if (remaining <= 0) {
      this.#clearAlarm();
      this.#pending = true;
      this.#update();
      return;
    }
    this.#alarmRunning = true;
    this.#alarm.arm(Math.min(this.#clock.now() + remaining, NEVER));
  }

  #update(): void {
    this.#irq.set(this.#pending && this.#enabled);
  }

  override reset(): void {
    this.#clearAlarm();
    this.#offset = 0n;
    this.#alarmNext = 0n;
    this.#pending = false;
    this.#enabled = false;
    this.#update();
  }
}

function withHalf(value: bigint, half: number, high: boolean): bigint {
  return high ? (BigInt(half) << 32n) | (value & LOW_HALF) : (value & ~LOW_HALF) | BigInt(half);
}
