import {
  CSRS,
  type Csr,
  ENVCFG,
  type Extension,
  HS_INTERRUPTS,
  HSTATUS_AT_RESET,
  HYPERVISOR_CAUSES,
  INTERRUPT,
  MSTATUS,
  type PrivilegedVersion,
  STATUS_AT_RESET,
  singleLetterExtensions,
} from '../isa/index.ts';
import { AiaUnit, aiaBehaviours } from './aia-csrs.ts';
import { counterBehaviours } from './counter-csrs.ts';
import { CsrAccess } from './csr-access.ts';
import { statusBits } from './emit/status-csr.ts';
import { guestBehaviours, guestCompareChanged } from './guest-csrs.ts';
import type { HartState } from './hart-state.ts';
import { CSR_SLOTS, STATE } from './layout.ts';
import { mergePmpConfig, Pmp, pmpAddressLocked } from './pmp.ts';
import { stateEnableBehaviours } from './state-enables.ts';
import { firstOfGuest, isInjecting } from './top-interrupts.ts';
import type { HartIdentity, MessageFiles, SatpMode } from './types.ts';
import type { VirtualMode } from './virtual-mode.ts';

const ALL = 0xffff_ffff_ffff_ffffn;
const NEVER = ALL;
const SATP_MODE_SHIFT = 60n;
const SATP_PPN_MASK = (1n << 44n) - 1n;
/** satp.MODE values by page-table levels. */
const LEVELS_OF_MODE: Readonly<Record<string, number>> = { 0: 0, 8: 3, 9: 4, 10: 5 };
const MAX_LEVELS: Readonly<Record<SatpMode, number>> = { none: 0, bare: 0, sv39: 3, sv48: 4, sv57: 5 };
/** CBIE's reserved value. */
const CBIE_RESERVED = 2n << 4n;
/** Bits of menvcfg that are there with an extension alone. */
const ENVIRONMENT_OF: readonly [Extension, bigint][] = [
  ['Svadu', ENVCFG.ADUE],
  ['Svpbmt', ENVCFG.PBMTE],
  ['Sstc', ENVCFG.STCE],
];
const PMP_ADDRESS_MASK = (1n << 54n) - 1n;
const PMP_COUNT = 16;
const FRM_SHIFT = 5n;
const IDENTITY = ['mvendorid', 'marchid', 'mimpid'] as const;
/** MODE, VMID and PPN of hgatp, whose root has 16 KiB. */
const HGATP_BITS = (0xfn << 60n) | (((1n << 58n) - 1n) & ~3n);
/** Those that mstatus.FS and vsstatus.FS are seen in. */
const STATUS_CSRS: ReadonlySet<string> = new Set(['mstatus', 'sstatus', 'vsstatus']);

/** What csrs need of the hart around them. */
export interface CsrHost {
  /** Instructions retired since creation. */
  retired(): bigint;
  time(): bigint;
  stimecmpChanged(value: bigint): void;
  vstimecmpChanged(value: bigint, delta: bigint): void;
  /** Privilege, mstatus or interrupts changed: TLB choice and pending interrupts need a look. */
  modeChanged(): void;
}

/** How a hart's configuration shows in its csrs. */
export interface CsrOptions {
  /** The version of the privileged specification that it keeps to. */
  readonly privileged: PrivilegedVersion;
  readonly identity: HartIdentity;
  readonly satpMode: SatpMode;
  /** Extensions of the table that the hart does without. */
  readonly without: ReadonlySet<Extension>;
  /** Whether there is physical memory protection. */
  readonly pmp: boolean;
  /** The hart's interrupt files, if it has some. */
  readonly files: MessageFiles | null;
}

/** What a special csr does beyond its masks. */
export interface Behaviour {
  read?(stored: bigint): bigint;
  /** Takes the merged value; returns what to store. */
  write?(value: bigint, old: bigint): bigint;
  /** Bits that a write may change, where that is not fixed. */
  writable?(): bigint;
  /** True when writes change what read() gives, not what is stored. */
  live?: boolean;
}

/** Reads and writes of the control and status registers, over the slots in the hart's block. */
export class CsrFile {
  readonly pmp: Pmp;
  /** Which csrs instructions reach. */
  readonly access: CsrAccess;
  readonly aia: AiaUnit;
  readonly #state: HartState;
  readonly #host: CsrHost;
  readonly #mode: VirtualMode;
  readonly #satpMode: SatpMode;
  readonly #without: ReadonlySet<Extension>;
  readonly #options: CsrOptions;
  readonly #behaviours: Readonly<Record<string, Behaviour>>;

  constructor(state: HartState, mode: VirtualMode, host: CsrHost, options: CsrOptions) {
    this.#state = state;
    this.#mode = mode;
    this.#host = host;
    this.#satpMode = options.satpMode;
    this.pmp = new Pmp(options.pmp);
    this.#without = options.without;
    this.#options = options;
    this.aia = new AiaUnit(state, options.files);
    this.access = new CsrAccess(state, mode, this.aia, options);
    this.#behaviours = this.#makeBehaviours();
  }

  /** QEMU's reset values for a hart of these extensions. */
  reset(hartId: number): void {
    if ((this.#state.csr('menvcfg') & ENVCFG.STCE) !== 0n) {
      this.#host.stimecmpChanged(NEVER);
      if (this.#has('H')) this.#host.vstimecmpChanged(NEVER, 0n);
    }
    for (const { storage } of CSRS) if (storage !== undefined) this.#state.setCsr(storage, 0n);
    this.#state.setCsr('mstatus', STATUS_AT_RESET);
    if (this.#has('H')) {
      this.#state.setCsr('hstatus', HSTATUS_AT_RESET);
      this.#state.setCsr('vsstatus', STATUS_AT_RESET);
      this.#state.setCsr('mideleg', HS_INTERRUPTS);
      for (const root of ['vsatp', 'hgatp'] as const) this.#applyRoot(root, 0n);
    }
    this.#state.setCsr('misa', misaValue(this.#without));
    this.#state.setCsr('mhartid', BigInt(hartId));
    for (const name of IDENTITY) this.#state.setCsr(name, this.#options.identity[name]);
    // a hart that neither says so nor lets one choose marks pages, as QEMU's do
    this.#state.setCsr(
      'menvcfg',
      (this.#has('Svade') ? 0n : ENVCFG.ADUE) | (this.#has('Svpbmt') ? ENVCFG.PBMTE : 0n),
    );
    this.#applySatp(0n);
    this.#pmpChanged();
    this.aia.reset();
  }

  read(csr: Csr): bigint {
    const split = this.#mode.on && STATUS_CSRS.has(csr.name);
    return split ? this.#mode.withStatus(() => this.#read(csr)) : this.#read(csr);
  }

  #read(csr: Csr): bigint {
    const slot = CSR_SLOTS[csr.number]!;
    const stored = slot === 0 ? csr.constant : this.#state.slot(slot) & csr.readMask;
    return csr.special ? (this.#behaviours[csr.name]?.read?.(stored) ?? stored) : stored;
  }

  /** Changes the bits of `mask` to those of `value`, as far as they are writable. */
  write(csr: Csr, value: bigint, mask: bigint): void {
    const split = this.#mode.on && STATUS_CSRS.has(csr.name);
    if (split) this.#mode.withStatus(() => this.#write(csr, value, mask));
    else this.#write(csr, value, mask);
    if (csr.special) this.#host.modeChanged();
  }

  #write(csr: Csr, value: bigint, mask: bigint): void {
    const slot = CSR_SLOTS[csr.number]!;
    if (slot === 0) return;
    const behaviour = csr.special ? this.#behaviours[csr.name] : undefined;
    const writable = csr.writeMask & mask & (behaviour?.writable?.() ?? ALL);
    const old = this.#state.slot(slot);
    const base = behaviour?.live ? (behaviour.read?.(old) ?? old) : old;
    const merged = (base & ~writable) | (value & writable);
    this.#state.setSlot(slot, behaviour?.write?.(merged, old) ?? merged);
  }

  /** mip as software sees it: what devices drive and what was written. */
  get pending(): bigint {
    const enabled = (this.#state.csr('menvcfg') & ENVCFG.STCE) !== 0n;
    const written = this.#state.csr('mip') & (enabled ? ~INTERRUPT.STIP : ALL);
    return this.#state.csr('lines') | written;
  }

  /** Whether there is an interrupt for the hart, taken or not. */
  get interrupted(): boolean {
    const enabled = this.pending & this.#state.csr('mie');
    if (enabled !== 0n) return true;
    return this.#mode.on && isInjecting(this.#state) && firstOfGuest(this.#state, enabled) !== undefined;
  }

  #has(extension: Extension): boolean {
    return !this.#without.has(extension);
  }

  /** Bits of menvcfg that the extensions back. */
  get #environmentBits(): bigint {
    const missing = ENVIRONMENT_OF.filter(([extension]) => !this.#has(extension));
    return missing.reduce((bits, [, bit]) => bits & ~bit, ALL);
  }

  #makeBehaviours(): Record<string, Behaviour> {
    const state = this.#state;
    const status: Behaviour = {
      read: value => ((value & MSTATUS.FS) === MSTATUS.FS ? value | MSTATUS.SD : value),
      write: (value, old) => this.#writeStatus(value, old),
      writable: () => statusBits(this.#without),
    };
    const vector: Behaviour = { write: (value, old) => ((value & 3n) < 2n ? value : old) };
    const delegated = () => state.csr('mideleg') & ~HS_INTERRUPTS;
    const overflow = () => (this.#has('Sscofpmf') ? ALL : ~INTERRUPT.LCOFIP);
    const hypervisorHas = (bits: bigint) => () => (this.#has('H') ? ALL : ALL & ~bits);
    return {
      mstatus: status,
      sstatus: status,
      mtvec: vector,
      stvec: vector,
      sie: { read: value => value & delegated(), writable: delegated },
      sip: {
        read: () => this.pending & delegated(),
        writable: () => delegated() & (INTERRUPT.SSIP | INTERRUPT.LCOFIP),
      },
      mip: {
        read: () => this.pending,
        writable: () =>
          ((state.csr('menvcfg') & ENVCFG.STCE) !== 0n ? ~INTERRUPT.STIP & ALL : ALL) &
          hypervisorHas(HS_INTERRUPTS)() &
          overflow(),
      },
      mie: { writable: () => hypervisorHas(HS_INTERRUPTS)() & overflow() },
      mideleg: { write: value => value | (this.#has('H') ? HS_INTERRUPTS : 0n), writable: overflow },
      mvip: this.#injectable(),
      ...stateEnableBehaviours(state, extension => this.#has(extension)),
      medeleg: { writable: hypervisorHas(HYPERVISOR_CAUSES) },
      stimecmp: {
        write: value => {
          if ((state.csr('menvcfg') & ENVCFG.STCE) !== 0n) this.#host.stimecmpChanged(value);
          return value;
        },
      },
      menvcfg: {
        read: value => value & this.#environmentBits,
        write: (value, old) => this.#writeEnvironment(legalEnvironment(value, old), old),
        writable: () => this.#environmentBits,
      },
      senvcfg: { write: legalEnvironment },
      satp: { write: (value, old) => this.#writeSatp(value, old) },
      ...counterBehaviours(state, () => this.#host.retired()),
      time: {
        read: () => BigInt.asUintN(64, this.#host.time() + (this.#mode.on ? state.csr('htimedelta') : 0n)),
      },
      ...guestBehaviours({
        state,
        pending: () => this.pending,
        environment: () => this.#environmentBits,
        status,
        vector,
        legalEnvironment,
        writeRoot: (name, value, old) => this.#writeRoot(name, value, old),
        compareChanged: (value, delta) => this.#host.vstimecmpChanged(value, delta),
      }),
      ...aiaBehaviours(this.aia, state, () => this.pending & state.csr('mie')),
      ...this.#floatBehaviours(),
      ...this.#pmpBehaviours(),
    };
  }

  /** Bits of mip that are written, of which STIP is the timer's while there is stimecmp. */
  #injectable(): Behaviour {
    const mask = () => ((this.#state.csr('menvcfg') & ENVCFG.STCE) !== 0n ? ~INTERRUPT.STIP : ALL);
    return { read: value => value & mask(), writable: mask };
  }

  #floatBehaviours(): Record<string, Behaviour> {
    const dirty = (value: bigint) => {
      this.#state.setCsr('mstatus', this.#state.csr('mstatus') | MSTATUS.FS);
      return value;
    };
    return {
      fflags: { write: dirty },
      frm: {
        live: true,
        read: stored => (stored >> FRM_SHIFT) & 7n,
        write: (value, old) => dirty((old & 0x1fn) | (value << FRM_SHIFT)),
      },
      fcsr: { write: dirty },
    };
  }

  #pmpBehaviours(): Record<string, Behaviour> {
    const behaviours: Record<string, Behaviour> = {};
    for (const name of ['pmpcfg0', 'pmpcfg2']) {
      behaviours[name] = {
        write: (value, old) => {
          const merged = mergePmpConfig(old, value);
          this.#state.setCsr(name, merged);
          this.#pmpChanged();
          return merged;
        },
      };
    }
    for (let index = 0; index < PMP_COUNT; index++) {
      behaviours[`pmpaddr${index}`] = {
        write: (value, old) => {
          if (pmpAddressLocked(this.#pmpConfigs(), index)) return old;
          this.#state.setCsr(`pmpaddr${index}`, value & PMP_ADDRESS_MASK);
          this.#pmpChanged();
          return value & PMP_ADDRESS_MASK;
        },
      };
    }
    return behaviours;
  }

  #pmpConfigs(): number[] {
    return ['pmpcfg0', 'pmpcfg2'].flatMap(name =>
      Array.from({ length: 8 }, (_, byte) => Number((this.#state.csr(name) >> BigInt(byte * 8)) & 0xffn)),
    );
  }

  #pmpChanged(): void {
    const addresses = Array.from({ length: PMP_COUNT }, (_, index) => this.#state.csr(`pmpaddr${index}`));
    this.pmp.update(this.#pmpConfigs(), addresses);
    this.#state.flushPhysical();
  }

  #writeStatus(value: bigint, old: bigint): bigint {
    let status = value;
    // privilege 2 does not exist: the field keeps its value
    if (((status >> 11n) & 3n) === 2n) status = (status & ~MSTATUS.MPP) | (old & MSTATUS.MPP);
    if (((status ^ old) & MSTATUS.MXR) !== 0n) this.#flushAll();
    return status;
  }

  /** Translations of S and U mode, and those of guests. */
  #flushAll(): void {
    this.#state.flushVirtual();
    this.#state.flushGuest();
  }

  #writeEnvironment(value: bigint, old: bigint): bigint {
    // translations depend on both
    if (((value ^ old) & (ENVCFG.ADUE | ENVCFG.PBMTE)) !== 0n) this.#flushAll();
    if (((value ^ old) & ENVCFG.STCE) !== 0n) {
      const enabled = (value & ENVCFG.STCE) !== 0n;
      this.#state.setCsr('menvcfg', value);
      this.#host.stimecmpChanged(enabled ? this.#state.csr('stimecmp') : NEVER);
      if (this.#has('H'))
        guestCompareChanged(this.#state, (compare, delta) => this.#host.vstimecmpChanged(compare, delta));
    }
    return value;
  }

  /** vsatp or hgatp. */
  #writeRoot(name: 'vsatp' | 'hgatp', value: bigint, old: bigint): bigint {
    const legal = name === 'hgatp' ? value & HGATP_BITS : value;
    if (this.#levelsOf(legal) === undefined) return old;
    if (legal !== old) this.#applyRoot(name, legal);
    return legal;
  }

  #applyRoot(name: 'vsatp' | 'hgatp', value: bigint): void {
    const [levels, table] =
      name === 'vsatp'
        ? (['guestLevels', STATE.guestTable] as const)
        : (['stageLevels', STATE.stageTable] as const);
    this.#state.setWord(levels, this.#levelsOf(value) ?? 0);
    this.#state.setSlot(table, (value & SATP_PPN_MASK) << 12n);
    this.#state.flushGuest();
  }

  /** Page-table levels by the MODE field; undefined for one that the hart has not. */
  #levelsOf(value: bigint): number | undefined {
    const levels = LEVELS_OF_MODE[String(value >> SATP_MODE_SHIFT)];
    return levels === undefined || levels > MAX_LEVELS[this.#satpMode] ? undefined : levels;
  }

  #writeSatp(value: bigint, old: bigint): bigint {
    if (this.#satpMode === 'none' || this.#levelsOf(value) === undefined) return old;
    if (value !== old) this.#applySatp(value);
    return value;
  }

  #applySatp(value: bigint): void {
    const [old, levels] = [this.#state.word('levels'), this.#levelsOf(value) ?? 0];
    this.#state.setWord('levels', levels);
    this.#state.setSlot(STATE.pageTable, (value & SATP_PPN_MASK) << 12n);
    // what is global is the same in all address spaces
    if (levels === old) this.#state.flushLocal();
    else this.#state.flushVirtual();
  }
}

/** A write of CBIE's reserved value leaves the field. */
function legalEnvironment(value: bigint, old: bigint): bigint {
  const reserved = (value & ENVCFG.CBIE) === CBIE_RESERVED;
  return reserved ? (value & ~ENVCFG.CBIE) | (old & ENVCFG.CBIE) : value;
}

/** RV64 (MXL 2) with the table's single-letter extensions, S and U. */
function misaValue(without: ReadonlySet<Extension>): bigint {
  const letters = [...singleLetterExtensions(without), 'S', 'U'];
  return letters.reduce((bits, letter) => bits | (1n << BigInt(letter.charCodeAt(0) - 65)), 2n << 62n);
}
