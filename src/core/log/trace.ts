import { QmpError } from '../../qapi/errors.ts';

/** Every trace event that the machine can emit, with its arguments as they are printed. */
export const TRACE_EVENTS = {
  memory_region_ops_read: (
    cpu: number,
    region: object,
    address: number,
    value: bigint,
    size: number,
    name: string,
  ) =>
    `cpu ${cpu} mr ${pointer(region)} addr ${hex(address)} value ${hex(value)} size ${size} name '${name}'`,
  memory_region_ops_write: (
    cpu: number,
    region: object,
    address: number,
    value: bigint,
    size: number,
    name: string,
  ) =>
    `cpu ${cpu} mr ${pointer(region)} addr ${hex(address)} value ${hex(value)} size ${size} name '${name}'`,
  riscv_trap: (hart: number, async: boolean, cause: number, epc: bigint, tval: bigint, name: string) =>
    `hart:${hart}, async:${Number(async)}, cause:${cause}, epc:${hex(epc)}, tval:${hex(tval)}, desc=${name}`,
  virtio_mmio_read: (offset: number) => `virtio_mmio_read offset ${hex(offset)}`,
  virtio_mmio_write_offset: (offset: number, value: bigint) =>
    `virtio_mmio_write offset ${hex(offset)} value ${hex(value)}`,
  serial_read: (offset: number, value: bigint) => `read addr ${hex(offset, 2)} val ${hex(value, 2)}`,
  serial_write: (offset: number, value: bigint) => `write addr ${hex(offset, 2)} val ${hex(value, 2)}`,
  goldfish_rtc_read: (offset: number, value: bigint) => `addr ${hex(offset, 2)} value ${hex(value, 8)}`,
  goldfish_rtc_write: (offset: number, value: bigint) => `addr ${hex(offset, 2)} value ${hex(value, 8)}`,
  virtio_queue_notify: (device: object, index: number, queue: object) =>
    `vdev ${pointer(device)} n ${index} vq ${pointer(queue)}`,
  virtio_notify: (device: object, queue: object) => `vdev ${pointer(device)} vq ${pointer(queue)}`,
  virtio_set_status: (device: object, status: number) => `vdev ${pointer(device)} val ${status}`,
  runstate_set: (old: number, oldName: string, next: number, nextName: string) =>
    `current_run_state ${old} (${oldName}) new_state ${next} (${nextName})`,
  vm_state_notify: (running: boolean, state: number, name: string) =>
    `running ${Number(running)} reason ${state} (${name})`,
} as const;

export type TraceEvent = keyof typeof TRACE_EVENTS;

const NAMES = Object.keys(TRACE_EVENTS) as TraceEvent[];

const numbers = new WeakMap<object, number>();
let lastNumber = 0;
/** Objects of this program have no address: each gets a number of its own in the place of one. */
const FIRST_POINTER = 0x5500_0000_0000;

function pointer(object: object): string {
  const number = numbers.get(object) ?? ++lastNumber;
  numbers.set(object, number);
  return hex(FIRST_POINTER + number * 0x100);
}

function hex(value: number | bigint, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** Which events are on. `any` is what hot paths look at. */
export class TraceEvents {
  readonly #enabled = new Set<TraceEvent>();
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  get any(): boolean {
    return this.#enabled.size > 0;
  }

  has(name: TraceEvent): boolean {
    return this.#enabled.has(name);
  }

  /** Events that a name, or a pattern with `*` and `?`, means. @throws QmpError for a name that is not known */
  find(pattern: string): TraceEvent[] {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    const found = NAMES.filter(name => new RegExp(`^${source}$`).test(name));
    if (found.length === 0 && !/[*?]/.test(pattern)) throw new QmpError(`unknown event "${pattern}"`);
    return found;
  }

  set(names: readonly TraceEvent[], on: boolean): void {
    for (const name of names) {
      if (on) this.#enabled.add(name);
      else this.#enabled.delete(name);
    }
  }

  /** Logs an event if it is on. */
  emit<E extends TraceEvent>(name: E, ...args: Parameters<(typeof TRACE_EVENTS)[E]>): void {
    if (!this.#enabled.has(name)) return;
    const format = TRACE_EVENTS[name] as (...args: readonly unknown[]) => string;
    this.#write(`${name} ${format(...args)}\n`);
  }
}
