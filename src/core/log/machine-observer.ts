import type { Board } from '../board/board.ts';
import type { DeviceAccess, HartObserver } from '../cpu/index.ts';
import type { MemoryRegion } from '../memory/region.ts';
import type { RunStateMachine } from '../run-state.ts';
import { hex, pointer, type Tracer, traceEvent } from '../trace.ts';
import type { MachineLog } from './log.ts';
import { runStateNumber } from './run-state-numbers.ts';
import { trapName } from './trap-names.ts';

const access = (cpu: number, region: object, address: number, value: bigint, size: number, name: string) =>
  `cpu ${cpu} mr ${pointer(region)} addr ${hex(address)} value ${hex(value)} size ${size} name '${name}'`;

/** Trace events of harts and of the machine as a whole. */
const TRACE = {
  read: traceEvent('memory_region_ops_read', access),
  write: traceEvent('memory_region_ops_write', access),
  trap: traceEvent(
    'riscv_trap',
    (hart: number, async: boolean, cause: number, epc: bigint, tval: bigint, name: string) =>
      `hart:${hart}, async:${Number(async)}, cause:${cause}, epc:${hex(epc)}, tval:${hex(tval)}, desc=${name}`,
  ),
  runState: traceEvent(
    'runstate_set',
    (old: number, oldName: string, next: number, nextName: string) =>
      `current_run_state ${old} (${oldName}) new_state ${next} (${nextName})`,
  ),
  vmState: traceEvent(
    'vm_state_notify',
    (running: boolean, state: number, name: string) => `running ${Number(running)} reason ${state} (${name})`,
  ),
};

interface Parts {
  readonly board: Board;
  readonly state: RunStateMachine;
  readonly log: MachineLog;
  readonly trace: Tracer;
}

/** Turns what happens in the machine into log lines. Harts and devices call it only while something is on. */
export class MachineObserver {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.state.onChange((old, next) => {
      const { trace } = parts;
      const [from, to] = [runStateNumber(old), runStateNumber(next)];
      trace.emit(TRACE.runState, from, old, to, next);
      const [ran, runs] = [old === 'running', next === 'running'];
      if (ran !== runs) trace.emit(TRACE.vmState, runs, to, next);
    });
  }

  /** Items or events were switched: connects what is wanted, and takes the rest out of everybody's way. */
  update(): void {
    const { board, log, trace } = this.#parts;
    const traps = log.has('int') || trace.has(TRACE.trap);
    const accesses = log.has('invalid_mem') || log.has('guest_errors') || trace.any;
    board.engine.observe(traps || accesses ? this.#hartObserver() : null, traps);
  }

  /** Harts are about to be reset. */
  beforeReset(): void {
    const { board, log } = this.#parts;
    if (!log.has('cpu_reset')) return;
    for (const hart of board.engine.harts) {
      const state = hart.formatRegisters().replace(/^\n.*\n/, '');
      log.write(`CPU Reset (CPU ${hart.id})\n${state}`);
    }
  }

  #hartObserver(): HartObserver {
    const { log, trace } = this.#parts;
    return {
      trap: (hart, { cause, interrupt, epc, tval }) => {
        const name = trapName(cause, interrupt);
        trace.emit(TRACE.trap, hart, interrupt, cause, epc, tval, name);
        if (!log.has('int')) return;
        const digits = (value: bigint) => value.toString(16).padStart(16, '0');
        log.write(
          `riscv_cpu_do_interrupt: hart:${hart}, async:${Number(interrupt)}, cause:${digits(BigInt(cause))}, ` +
            `epc:0x${digits(epc)}, tval:0x${digits(tval)}, desc=${name}\n`,
        );
      },
      access: (hart, access) => this.#access(hart, access),
    };
  }

  #access(hart: number, access: DeviceAccess): void {
    const { board, log, trace } = this.#parts;
    const { address, size, value, write, outcome } = access;
    const found = board.memory.locate(address);
    if (outcome === 'refused') {
      if (log.has('invalid_mem')) log.write(refusal(access, found));
      return;
    }
    if (!found || !takes(found.region, size)) return;
    const { region, offset } = found;
    const register = { offset, value, size, write };
    const mistake = log.has('guest_errors') ? region.ops?.mistake?.(register) : null;
    if (mistake) log.write(`${mistake}\n`);
    if (!trace.any) return;
    trace.emit(write ? TRACE.write : TRACE.read, hart, region, address, value, size, region.name);
    region.ops?.traced?.(trace, register);
  }
}

const limitsOf = ({ ops }: MemoryRegion) => ops?.accepts ?? { min: 1, max: 8 };

function takes(region: MemoryRegion, size: number): boolean {
  const { min, max } = limitsOf(region);
  return region.ops !== undefined && size >= min && size <= max;
}

function refusal(
  { address, size, write }: DeviceAccess,
  found: { readonly region: MemoryRegion; readonly offset: number } | undefined,
): string {
  const limits = found && limitsOf(found.region);
  const reason = limits ? `invalid size (min:${limits.min} max:${limits.max})` : 'rejected';
  const where = `0x${(found?.offset ?? address).toString(16).toUpperCase()}`;
  const region = found?.region.name ?? '(null)';
  const kind = write ? 'write' : 'read';
  return `Invalid ${kind} at addr ${where}, size ${size}, region '${region}', reason: ${reason}\n`;
}
