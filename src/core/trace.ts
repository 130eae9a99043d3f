import { QmpError } from '../qapi/errors.ts';

/** Something that can be traced: its name, and how its arguments are printed. */
export interface TraceEvent<A extends readonly unknown[]> {
  readonly name: string;
  readonly format: (...args: A) => string;
}

const events = new Map<string, TraceEvent<never>>();

/** Declares an event, beside what it tells of. Names and formats are QEMU's. */
export function traceEvent<A extends readonly unknown[]>(
  name: string,
  format: (...args: A) => string,
): TraceEvent<A> {
  if (events.has(name)) throw new Error(`two trace events are named ${name}`);
  const event = { name, format };
  events.set(name, event);
  return event;
}

/** An access of a hart to a register. */
export interface RegisterAccess {
  readonly offset: number;
  readonly value: bigint;
  readonly size: number;
  readonly write: boolean;
}

type RegisterEvent = TraceEvent<[offset: number, value: bigint]>;

/** For registers whose events tell offset and value. */
export function traceRegisters(read: RegisterEvent, write: RegisterEvent) {
  return (tracer: Tracer, access: RegisterAccess) =>
    tracer.emit(access.write ? write : read, access.offset, access.value);
}

/** Which events of a machine are on, and where they are written. */
export class Tracer {
  /** Takes the lines; each ends with a line end. */
  sink: (line: string) => void = () => {};
  readonly #enabled = new Set<string>();
  #any = false;

  /** Whether any event is on: what hot paths look at. */
  get any(): boolean {
    return this.#any;
  }

  has({ name }: TraceEvent<never>): boolean {
    return this.#enabled.has(name);
  }

  isOn(name: string): boolean {
    return this.#enabled.has(name);
  }

  /** Events that a name, or a pattern with `*` and `?`, means. @throws QmpError for a name that is not known */
  find(pattern: string): string[] {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    const wanted = new RegExp(`^${source}$`);
    const found = [...events.keys()].filter(name => wanted.test(name)).sort();
    if (found.length === 0 && !/[*?]/.test(pattern)) throw new QmpError(`unknown event "${pattern}"`);
    return found;
  }

  set(names: readonly string[], on: boolean): void {
    for (const name of names) {
      if (on) this.#enabled.add(name);
      else this.#enabled.delete(name);
    }
    this.#any = this.#enabled.size > 0;
  }

  /** Writes an event if it is on. */
  emit<A extends readonly unknown[]>({ name, format }: TraceEvent<A>, ...args: A): void {
    if (this.#any && this.#enabled.has(name)) this.sink(`${name} ${format(...args)}\n`);
  }
}

const numbers = new WeakMap<object, number>();
let lastNumber = 0;
/** Objects of this program have no address: each gets a number of its own in the place of one. */
const FIRST_POINTER = 0x5500_0000_0000;

export function pointer(object: object): string {
  const number = numbers.get(object) ?? ++lastNumber;
  numbers.set(object, number);
  return hex(FIRST_POINTER + number * 0x100);
}

export function hex(value: number | bigint, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
