import type { Board } from '../board/board.ts';
import type { HartObserver } from '../cpu/index.ts';
import type { RunStateMachine } from '../run-state.ts';
import type { MachineLog } from './log.ts';
import { runStateNumber } from './run-state-numbers.ts';
import type { TraceEvents } from './trace.ts';
import { trapName } from './trap-names.ts';

interface Parts {
  readonly board: Board;
  readonly state: RunStateMachine;
  readonly log: MachineLog;
  readonly trace: TraceEvents;
}

/** Turns what happens in the machine into log lines. Harts and devices call it only while something is on. */
export class MachineObserver {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.state.onChange((old, next) => {
      const { trace } = parts;
      const [from, to] = [runStateNumber(old), runStateNumber(next)];
      trace.emit('runstate_set', from, old, to, next);
      const [ran, runs] = [old === 'running', next === 'running'];
      if (ran !== runs) trace.emit('vm_state_notify', runs, to, next);
    });
  }

  /** Items or events were switched: connects what is wanted, and takes the rest out of everybody's way. */
  update(): void {
    const { board, log, trace } = this.#parts;
    const traps = log.has('int') || trace.has('riscv_trap');
    const accesses = log.has('invalid_mem') || trace.any;
    board.engine.observe(traps || accesses ? this.#hartObserver() : null, traps);
    board.environment.observer = trace.any
      ? {
          statusSet: (device, status) => trace.emit('virtio_set_status', device, status),
          queueNotified: (device, index, queue) => trace.emit('virtio_queue_notify', device, index, queue),
          interrupted: (device, queue) => trace.emit('virtio_notify', device, queue),
        }
      : null;
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
        trace.emit('riscv_trap', hart, interrupt, cause, epc, tval, name);
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

  #access(hart: number, { address, size, value, write, done }: Parameters<HartObserver['access']>[1]): void {
    const { board, log, trace } = this.#parts;
    const found = board.memory.locate(address);
    if (!done) {
      if (!log.has('invalid_mem')) return;
      const limits = found?.region.ops?.accepts ?? { min: 1, max: 8 };
      const reason = found ? `invalid size (min:${limits.min} max:${limits.max})` : 'rejected';
      const where = `0x${(found?.offset ?? address).toString(16).toUpperCase()}`;
      const region = found?.region.name ?? '(null)';
      const kind = write ? 'write' : 'read';
      log.write(`Invalid ${kind} at addr ${where}, size ${size}, region '${region}', reason: ${reason}\n`);
      return;
    }
    if (!found || !trace.any) return;
    const { region, offset } = found;
    const event = write ? 'memory_region_ops_write' : 'memory_region_ops_read';
    trace.emit(event, hart, region, address, value, size, region.name);
    this.#register(region.name, offset, value, write);
  }

  #register(region: string, offset: number, value: bigint, write: boolean): void {
    const { trace } = this.#parts;
    if (region === 'virtio-mmio') {
      if (write) trace.emit('virtio_mmio_write_offset', offset, value);
      else trace.emit('virtio_mmio_read', offset);
    } else if (region === 'serial') trace.emit(write ? 'serial_write' : 'serial_read', offset, value);
    else if (region === 'goldfish_rtc') {
      trace.emit(write ? 'goldfish_rtc_write' : 'goldfish_rtc_read', offset, value);
    }
  }
}
