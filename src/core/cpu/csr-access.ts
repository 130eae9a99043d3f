import {
  type Csr,
  csrByNumber,
  csrLevel,
  ENVCFG,
  type Extension,
  HSTATUS,
  isReadOnlyCsr,
  MSTATUS,
  type PrivilegedVersion,
} from '../isa/index.ts';
import { type AiaUnit, selection } from './aia-csrs.ts';
import type { CsrOptions } from './csr-file.ts';
import type { HartState } from './hart-state.ts';
import { CAUSE } from './layout.ts';
import { stateRefusal } from './state-enables.ts';
import { isInjecting } from './top-interrupts.ts';
import type { VirtualMode } from './virtual-mode.ts';

const COUNTER_TIME = 1;
const FIRST_EVENT_COUNTER = 3;
/** Level of HS-mode in csr numbers. */
const HYPERVISOR = 2;
/** From the number of a supervisor csr to that of the guest's. */
const TO_GUEST = 0x100;

/** Which csrs instructions reach, and whether they may. */
export class CsrAccess {
  readonly #state: HartState;
  readonly #mode: VirtualMode;
  readonly #without: ReadonlySet<Extension>;
  readonly #hasProtection: boolean;
  readonly #privileged: PrivilegedVersion;
  readonly #hasStateEnables: boolean;
  readonly #aia: AiaUnit;

  constructor(
    state: HartState,
    mode: VirtualMode,
    aia: AiaUnit,
    { without, pmp, privileged }: Pick<CsrOptions, 'without' | 'pmp' | 'privileged'>,
  ) {
    this.#aia = aia;
    this.#state = state;
    this.#mode = mode;
    this.#without = without;
    this.#hasProtection = pmp;
    this.#privileged = privileged;
    this.#hasStateEnables = !without.has('Smstateen');
  }

  /** Whether the hart has it at all. */
  exists({ hypervisor, since, extension }: Csr): boolean {
    if (since > this.#privileged || (hypervisor && !this.#has('H'))) return false;
    return extension === undefined || this.#has(extension);
  }

  /** The csr that an instruction reaches by naming one: that of the guest in place of the supervisor's while V is set. */
  meant(csr: Csr): Csr {
    if (!this.#mode.on || csrLevel(csr.number) !== 1) return csr;
    return csrByNumber(csr.number + TO_GUEST) ?? csr;
  }

  /**
   * Why an instruction may not access the csr that it names now: the cause of its exception, 0 where it
   * may. Counters and some others depend on further csrs.
   */
  refusal(csr: Csr, privilege: number, write: boolean): number {
    if (!this.exists(csr)) return CAUSE.illegal;
    if (write && isReadOnlyCsr(csr.number)) return CAUSE.illegal;
    const closed = privilege < 3 && this.#hasStateEnables && stateRefusal(this.#state, csr, this.#mode.on);
    if (closed) return closed;
    const refusal = csr.rule === undefined ? 0 : this.#ruleRefusal(csr, privilege);
    if (refusal !== 0 || csrLevel(csr.number) <= privilege) return refusal;
    const guest = this.#mode.on;
    if (csrLevel(csr.number) === HYPERVISOR && privilege === 1 && !guest) return 0;
    return guest && csrLevel(csr.number) <= HYPERVISOR ? CAUSE.virtualInstruction : CAUSE.illegal;
  }

  #ruleRefusal({ rule, number, name }: Csr, privilege: number): number {
    switch (rule) {
      case 'counter':
        return this.#counterRefusal(number & 31, privilege);
      case 'pmp':
        return this.#hasProtection ? 0 : CAUSE.illegal;
      case 'hgatp':
      case 'satp':
        return this.#tableRefusal(rule, privilege);
      case 'float':
        return (this.#state.csr('mstatus') & MSTATUS.FS) === 0n ? CAUSE.illegal : 0;
      case 'stimecmp':
        return this.#timerRefusal(privilege);
      case 'indirect':
        return this.#windowRefusal(name, privilege);
      case 'file':
        return this.#fileRefusal(number);
      case 'injected':
        return this.#mode.on && isInjecting(this.#state) ? CAUSE.virtualInstruction : 0;
      default:
        return 0;
    }
  }

  /** Guests have neither priorities of their own nor an interrupt file. */
  #windowRefusal(window: string, privilege: number): number {
    if (privilege === 0) return 0; // too low in any case
    if (window === 'mireg') return this.#aia.hasRegister('machine') ? 0 : CAUSE.illegal;
    if (window === 'sireg' && !this.#mode.on) return this.#aia.hasRegister('supervisor') ? 0 : CAUSE.illegal;
    const exists = selection(Number(this.#state.csr('vsiselect'))) !== undefined;
    return this.#mode.on && exists ? CAUSE.virtualInstruction : CAUSE.illegal;
  }

  /** mtopei and stopei are there with an interrupt file, vstopei never is. */
  #fileRefusal(number: number): number {
    const level = csrLevel(number);
    if (level === 3) return this.#aia.file('machine') ? 0 : CAUSE.illegal;
    if (this.#mode.on) return CAUSE.virtualInstruction;
    return level === 1 && this.#aia.file('supervisor') ? 0 : CAUSE.illegal;
  }

  /** TVM keeps HS-mode from satp and hgatp, VTVM VS-mode from satp. */
  #tableRefusal(rule: 'satp' | 'hgatp', privilege: number): number {
    if (!this.#mode.on) {
      const trapped = privilege === 1 && (this.#state.csr('mstatus') & MSTATUS.TVM) !== 0n;
      return trapped ? CAUSE.illegal : 0;
    }
    const trapped = rule === 'satp' && (this.#state.csr('hstatus') & HSTATUS.VTVM) !== 0n;
    return trapped ? CAUSE.virtualInstruction : 0;
  }

  #timerRefusal(privilege: number): number {
    if (!this.#has('Sstc')) return CAUSE.illegal;
    if (privilege === 3) return 0;
    if (!this.#timerOpen('menvcfg', 'mcounteren')) return CAUSE.illegal;
    return this.#mode.on && !this.#timerOpen('henvcfg', 'hcounteren') ? CAUSE.virtualInstruction : 0;
  }

  #timerOpen(environment: string, counters: string): boolean {
    return (this.#state.csr(environment) & ENVCFG.STCE) !== 0n && this.#counterBit(counters, COUNTER_TIME);
  }

  #has(extension: Extension): boolean {
    return !this.#without.has(extension);
  }

  #counterBit(enables: string, index: number): boolean {
    return ((this.#state.csr(enables) >> BigInt(index)) & 1n) !== 0n;
  }

  #counterRefusal(index: number, privilege: number): number {
    if (!this.#has(index < FIRST_EVENT_COUNTER ? 'Zicntr' : 'Zihpm')) return CAUSE.illegal;
    if (privilege === 3) return 0;
    if (!this.#counterBit('mcounteren', index)) return CAUSE.illegal;
    const guest = this.#mode.on;
    const open =
      (!guest || this.#counterBit('hcounteren', index)) &&
      (privilege === 1 || this.#counterBit('scounteren', index));
    if (open) return 0;
    return guest ? CAUSE.virtualInstruction : CAUSE.illegal;
  }
}
