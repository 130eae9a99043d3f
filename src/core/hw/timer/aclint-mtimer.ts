import type { Timer, VirtualClock } from '../../clock.ts';
import type { IrqLine } from '../../irq.ts';
import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { deadlineOf, NS_PER_TICK, TIMEBASE_HZ } from './timebase.ts';

// RISC-V ACLINT specification, chapter 2: MTIMER device.
const MTIMECMP_STRIDE = 8;
const MTIME = 0x7ff8;
const APERTURE = 0x8000n;
const LOW_HALF = 0xffff_ffffn;

/** The machine's time base and a compare register for each hart. */
export class AclintMtimer extends Device {
  readonly region: MemoryRegion;
  readonly #clock: VirtualClock;
  readonly #lines: readonly IrqLine[];
  readonly #compare: BigUint64Array;
  readonly #timers: readonly Timer[];
  readonly #onTimeSet: (() => void)[] = [];
  /** mtime minus the clock's ticks: nonzero once mtime was written or the machine was reset. */
  #delta = 0n;

  /** @param lines MTIP wire of each hart */
  constructor(types: TypeTable, clock: VirtualClock, lines: readonly IrqLine[]) {
    super('riscv.aclint.mtimer', types);
    this.#clock = clock;
    this.#lines = this.addOutputs('', lines);
    this.#compare = new BigUint64Array(lines.length);
    this.#timers = lines.map((_, hart) => clock.timer(() => this.#update(hart)));
    this.setValue('num-harts', lines.length);
    this.setValue('timebase-freq', TIMEBASE_HZ);
    const ops: MmioOps = {
      read: offset => Number((this.#read(offset & ~7) >> (offset & 4 ? 32n : 0n)) & LOW_HALF),
      write: (offset, value) => this.#writeHalf(offset, BigInt(value)),
      read64: offset => this.#read(offset),
      write64: (offset, value) => this.#write(offset, value),
      accepts: { min: 4, max: 8 },
    };
    this.region = new MemoryRegion('riscv.aclint.mtimer', 'i/o', APERTURE, { ops });
  }

  /** mtime: 10 MHz, stands still with the virtual clock. */
  time(): bigint {
    return BigInt.asUintN(64, BigInt(Math.floor(this.#clock.now() / NS_PER_TICK)) + this.#delta);
  }

  /** Virtual time in ns at which mtime reaches `ticks`, Infinity if that is out of reach. */
  deadline(ticks: bigint): number {
    return deadlineOf(ticks - this.#delta);
  }

  /** Called after mtime was set: deadlines that were computed before are void. */
  onTimeSet(listener: () => void): void {
    this.#onTimeSet.push(listener);
  }

  #read(offset: number): bigint {
    if (offset === MTIME) return this.time();
    return this.#compare[offset / MTIMECMP_STRIDE] ?? 0n;
  }

  #writeHalf(offset: number, value: bigint): void {
    const base = offset & ~7;
    const old = this.#read(base);
    this.#write(base, offset & 4 ? (value << 32n) | (old & LOW_HALF) : (old & ~LOW_HALF) | value);
  }

  #write(offset: number, value: bigint): void {
    if (offset === MTIME) {
      this.#delta += value - this.time();
      for (let hart = 0; hart < this.#timers.length; hart++) this.#update(hart);
      for (const listener of this.#onTimeSet) listener();
      return;
    }
    const hart = offset / MTIMECMP_STRIDE;
    if (hart >= this.#compare.length) return; // no such hart
    this.#compare[hart] = value;
    this.#update(hart);
  }

  #update(hart: number): void {
    const compare = this.#compare[hart] ?? 0n;
    const due = this.time() >= compare;
    this.#lines[hart]?.set(due);
    if (due) this.#timers[hart]?.cancel();
    else this.#timers[hart]?.arm(this.deadline(compare));
  }

  /** mtime starts again at 0. With mtimecmp 0 every hart sees MTIP pending, as QEMU's harts do. */
  override reset(): void {
    this.#compare.fill(0n);
    this.#write(MTIME, 0n);
  }
}
