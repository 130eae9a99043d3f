import type { QmpClient } from '../qmp/client.ts';
import type { Delay } from './keys/timed-decoder.ts';
import type { StatusView } from './layout/status-row.ts';

/** Time between two looks at the machine, milliseconds. */
const PERIOD = 500;

export interface PollerDeps {
  readonly qmp: QmpClient;
  readonly delay: Delay;
  /** a clock in milliseconds that never goes back */
  readonly now: () => number;
  readonly currentCpu: () => number;
  readonly changed: (status: Partial<StatusView>) => void;
}

/** Keeps run state, speed and vCPU of the status line current. A command that the server lacks is not asked for. */
export class StatusPoller {
  private readonly deps: PollerDeps;
  private last: { instructions: bigint; at: number } | null = null;
  private stopTimer: (() => void) | null = null;
  private busy = false;
  private again = false;
  private stopped = false;

  constructor(deps: PollerDeps) {
    this.deps = deps;
  }

  stop(): void {
    this.stopped = true;
    this.stopTimer?.();
  }

  /** Looks now, or once more after the look that is under way. */
  async refresh(): Promise<void> {
    if (this.stopped) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    this.stopTimer?.();
    try {
      await this.look();
    } catch {
      // A lost connection is told by the client's onClose; anything else shows as an unchanged status.
    }
    this.busy = false;
    if (this.stopped) return;
    if (this.again) {
      this.again = false;
      void this.refresh();
      return;
    }
    this.stopTimer = this.deps.delay(PERIOD, () => void this.refresh());
  }

  private async look(): Promise<void> {
    const { qmp, changed } = this.deps;
    if (qmp.supports('query-status')) {
      const { status } = await qmp.execute('query-status');
      changed({ runState: status, ...(status === 'running' ? {} : { mips: undefined }) });
      if (status !== 'running') this.last = null;
    }
    if (qmp.supports('x-query-vcpu-stats')) await this.lookAtCpus();
  }

  private async lookAtCpus(): Promise<void> {
    const { qmp, changed, now, currentCpu } = this.deps;
    const stats = await qmp.execute('x-query-vcpu-stats');
    const instructions = stats.reduce((sum, cpu) => sum + BigInt(cpu.instructions), 0n);
    const at = now();
    const cpu = { index: currentCpu(), count: stats.length };
    const last = this.last;
    // A shorter time than half a period would make the number jump: the older measurement goes on.
    if (last && at - last.at < PERIOD / 2) {
      changed({ cpu });
      return;
    }
    this.last = { instructions, at };
    // Fewer instructions than before: the counters began anew with a reset.
    const valid = last && instructions >= last.instructions && at > last.at;
    const mips = valid ? Number(instructions - last.instructions) / (at - last.at) / 1000 : undefined;
    changed(mips === undefined ? { cpu } : { cpu, mips: Number(mips.toPrecision(3)) });
  }
}
