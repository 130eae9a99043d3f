import type { Behaviour } from './csr-file.ts';
import type { HartState } from './hart-state.ts';
import { firstInterrupt, guestTop, INTERRUPT_ORDER, topValue } from './top-interrupts.ts';
import type { MessageFile, MessageFiles } from './types.ts';

// RISC-V Advanced Interrupt Architecture 1.0, chapters 2, 5 and 6.
const ALL = 0xffff_ffff_ffff_ffffn;
const IPRIO = { first: 0x30, last: 0x3f } as const;
const OF_FILE = { first: 0x70, last: 0xff } as const;
const INTERRUPTS = 64;
const EXTERNAL = { machine: 11, supervisor: 9 } as const;
/** What the external interrupt counts as among priorities of 1 to 255. */
const EXTERNAL_PRIORITY = 256;
type Level = 'machine' | 'supervisor';

/** What a value of miselect, siselect or vsiselect stands for: priorities of interrupts, a register of the interrupt file. */
export function selection(select: number): 'priorities' | 'file' | undefined {
  if (select >= IPRIO.first && select <= IPRIO.last) return 'priorities';
  return select >= OF_FILE.first && select <= OF_FILE.last ? 'file' : undefined;
}

/** The interrupts that software gives priorities, and messages as a hart sees them. */
export class AiaUnit {
  readonly #state: HartState;
  readonly #files: MessageFiles | null;
  readonly #priorities = { machine: new Uint8Array(INTERRUPTS), supervisor: new Uint8Array(INTERRUPTS) };
  /** Whether software gave any interrupt a priority. */
  #given = false;

  constructor(state: HartState, files: MessageFiles | null) {
    this.#state = state;
    this.#files = files;
  }

  file(level: Level): MessageFile | undefined {
    return this.#files?.[level];
  }

  /** Whether the register that mireg or sireg stands for now is there. */
  hasRegister(level: Level): boolean {
    const select = this.#selected(level);
    const kind = selection(select);
    if (kind === 'priorities') return (select & 1) === 0;
    return kind === 'file' && this.file(level)?.access(select, null) !== undefined;
  }

  #selected(level: Level): number {
    return Number(this.#state.csr(level === 'machine' ? 'miselect' : 'siselect'));
  }

  /** The interrupt of `pending` that comes first. Undefined: there is none. */
  first(pending: bigint, level: Level): number | undefined {
    if (!this.#given) return firstInterrupt(pending);
    const candidates = INTERRUPT_ORDER.filter(bit => ((pending >> BigInt(bit)) & 1n) !== 0n);
    return candidates.sort((a, b) => this.#rank(a, level) - this.#rank(b, level))[0];
  }

  #rank(interrupt: number, level: Level): number {
    const priority = this.#priorities[level][interrupt]!;
    if (priority !== 0) return priority;
    const place = INTERRUPT_ORDER.indexOf(interrupt) - INTERRUPT_ORDER.indexOf(EXTERNAL[level]);
    return place < 0 ? 0 : EXTERNAL_PRIORITY + place;
  }

  /** mtopi or stopi: the interrupt that comes first, with its priority. */
  top(pending: bigint, level: Level): bigint {
    const interrupt = this.first(pending, level);
    if (interrupt === undefined) return 0n;
    return topValue(interrupt, interrupt === EXTERNAL[level] ? 0 : this.#rank(interrupt, level));
  }

  register(level: Level): Behaviour {
    return {
      live: true,
      read: () => this.#read(level),
      write: value => {
        this.#write(level, value);
        return 0n;
      },
    };
  }

  #read(level: Level): bigint {
    const select = this.#selected(level);
    if (select > IPRIO.last) return this.file(level)?.access(select, null) ?? 0n;
    return this.#eight(level, select).reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
  }

  #write(level: Level, value: bigint): void {
    const select = this.#selected(level);
    if (select > IPRIO.last) {
      this.file(level)?.access(select, { value, mask: ALL });
      return;
    }
    const first = 4 * (select - IPRIO.first);
    for (let index = 0; index < 8; index++) {
      const fixed = first + index === 0 || first + index === EXTERNAL[level];
      if (!fixed) this.#priorities[level][first + index] = Number((value >> BigInt(8 * index)) & 0xffn);
    }
    this.#given ||= value !== 0n;
  }

  /** The eight priorities of a register. */
  #eight(level: Level, select: number): number[] {
    const first = 4 * (select - IPRIO.first);
    return [...this.#priorities[level].subarray(first, first + 8)];
  }

  reset(): void {
    this.#priorities.machine.fill(0);
    this.#priorities.supervisor.fill(0);
    this.#given = false;
  }
}

/** Behaviour of the csrs of the advanced interrupt architecture. `enabled`: what is pending and enabled. */
export function aiaBehaviours(
  unit: AiaUnit,
  state: HartState,
  enabled: () => bigint,
): Record<string, Behaviour> {
  const topExternal = (level: Level): Behaviour => ({
    live: true,
    read: () => unit.file(level)?.top ?? 0n,
    write: () => {
      unit.file(level)?.claim();
      return 0n;
    },
  });
  const ofSupervisor = () => enabled() & state.csr('mideleg') & ~state.csr('hideleg');
  return {
    mireg: unit.register('machine'),
    sireg: unit.register('supervisor'),
    mtopei: topExternal('machine'),
    stopei: topExternal('supervisor'),
    mtopi: { read: () => unit.top(enabled() & ~state.csr('mideleg'), 'machine') },
    stopi: { read: () => unit.top(ofSupervisor(), 'supervisor') },
    vstopi: { read: () => guestTop(state, enabled()) },
  };
}
