import type { VirtualClock } from '../clock.ts';
import { Engine, type EngineOptions, type Hart, type InterruptLine } from '../cpu/index.ts';
import type { HostMemory } from '../host-memory.ts';
import { InterruptFile } from '../hw/intc/imsic-file.ts';
import { AclintMtimer } from '../hw/timer/aclint-mtimer.ts';
import { SupervisorTimer } from '../hw/timer/supervisor-timer.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import type { TypeTable } from '../qom/types.ts';
import { HartWires, MIP } from './hart-array.ts';
import { MEMORY_MAP } from './memory-map.ts';

export type InterruptFiles = Readonly<Record<'machine' | 'supervisor', InterruptFile>>;

export interface ClockworkOptions extends EngineOptions {
  /** Whether interrupts reach harts as messages. */
  readonly messages: boolean;
}

/** The engine and what tells it the time. */
export class Clockwork {
  readonly engine: Engine;
  /** The interrupt wires of the harts, by number. */
  readonly wires: readonly HartWires[];
  readonly mtimer: AclintMtimer;
  /** What harts keep of messages, by number; none where there are no messages. */
  readonly files: readonly InterruptFiles[];
  readonly #supervisorTimers: readonly SupervisorTimer[];
  readonly #guestTimers: readonly SupervisorTimer[];

  constructor(
    types: TypeTable,
    { clock, hostMemory }: { readonly clock: VirtualClock; readonly hostMemory: HostMemory },
    memory: AddressSpace,
    options: ClockworkOptions,
  ) {
    // Time comes before the harts that read it; their wires find them once they exist.
    const harts: Hart[] = [];
    this.wires = Array.from(
      { length: options.harts },
      (_, id) => new HartWires(id, (bit, level) => interrupt(harts, id, bit, level)),
    );
    this.mtimer = new AclintMtimer(
      types,
      clock,
      this.wires.map(hart => hart.line(MIP.mtip)),
    );
    const timers = (bit: InterruptLine) =>
      this.wires.map(hart => new SupervisorTimer(clock, this.mtimer, hart.line(bit)));
    this.#supervisorTimers = timers(MIP.stip);
    this.#guestTimers = timers(MIP.vstip);
    this.files = Array.from({ length: options.messages ? options.harts : 0 }, () => ({
      machine: new InterruptFile(),
      supervisor: new InterruptFile(),
    }));
    this.engine = new Engine(
      hostMemory,
      {
        bus: memory,
        time: () => this.mtimer.time(),
        messageFiles: hart => this.files[hart] ?? null,
        stimecmpChanged: (hart, value) => this.#supervisorTimers[hart.id]?.setCompare(value),
        vstimecmpChanged: (hart, value, delta) => this.#guestTimers[hart.id]?.setCompare(value, delta),
      },
      options,
    );
    harts.push(...this.engine.harts);
    memory.onWrite((offset, length) => this.engine.invalidateCode(offset, length));
    memory.onMapChange(() => this.engine.flushTlbs());
  }

  reset(): void {
    for (const timer of [...this.#supervisorTimers, ...this.#guestTimers]) timer.reset();
    for (const hart of this.engine.harts) hart.reset(MEMORY_MAP.mrom.base);
  }
}

/**
 * Drives a line of a hart. One that interrupts another mostly waits for what that does then, so its turn ends: the turn of
 * the other comes first.
 */
function interrupt(harts: readonly Hart[], id: number, bit: InterruptLine, level: boolean): void {
  const hart = harts[id];
  hart?.setInterrupt(bit, level);
  if (level && !hart?.running) harts.find(other => other.running)?.requestExit();
}
