import type { HostMemory } from '../host-memory.ts';
import { CSRS, type Csr, F_NAMES, fRegisterIndex, X_NAMES, xRegisterIndex } from '../isa/index.ts';
import type { BlockSizes } from './cache-blocks.ts';
import { CsrFile, type CsrOptions } from './csr-file.ts';
import { debugInstruction, debugRead } from './debug-read.ts';
import { debugTranslate, guestPhysical } from './debug-walk.ts';
import { DevicePort } from './device-port.ts';
import { driveLine, dueInterrupt, INJECTED } from './due-interrupts.ts';
import { GuestTraps } from './guest-traps.ts';
import { HartState, type TlbFlushes } from './hart-state.ts';
import { EXIT_REASONS, type ExitReason, HART_SIZE, STATE, VIRTUAL } from './layout.ts';
import { fillPhysical } from './physical-pages.ts';
import { PrivilegedUnit } from './privileged-unit.ts';
import type { RecordPool } from './record-pool.ts';
import { formatRegisters } from './registers-text.ts';
import type { Translator } from './translator/translator.ts';
import type {
  HartEnvironment,
  HartExports,
  HartImports,
  HartObserver,
  Instantiate,
  InterruptLine,
  Privilege,
} from './types.ts';
import { VirtualMode } from './virtual-mode.ts';

const ALL = 0xffff_ffff_ffff_ffffn;
/** In the stop word: every poll leaves the loop. */
const STOP_NOW = 0x7fff_ffff;
const MAX_BUDGET = 0x7fff_fff0;
const CONTINUE = -1;
/** One RV64 hart. Its state lives in host memory, where the generated interpreter works on it. */
export class Hart {
  readonly id: number;
  readonly #state: HartState;
  readonly #csrs: CsrFile;
  readonly #mode: VirtualMode;
  readonly #guestTraps: GuestTraps;
  readonly #devices: DevicePort;
  /** Csrs that the hart has. */
  readonly #csrRows: readonly Csr[];
  readonly #environment: HartEnvironment;
  readonly #pool: RecordPool;
  readonly #translator: Translator;
  readonly #view: DataView;
  readonly #privileged: PrivilegedUnit;
  readonly #instantiate: () => HartExports;
  #instance: HartExports | null = null;
  #waiting = false;
  #observer: HartObserver | null = null;
  #retired = 0n;
  #budget = 0;

  constructor(
    id: number,
    memory: HostMemory,
    { pool, translator }: { readonly pool: RecordPool; readonly translator: Translator },
    environment: HartEnvironment,
    options: Omit<CsrOptions, 'files'> & {
      readonly instantiate: Instantiate;
      readonly blockSizes: BlockSizes;
    },
  ) {
    this.id = id;
    this.#environment = environment;
    this.#pool = pool;
    this.#translator = translator;
    this.#view = memory.view;
    this.#state = new HartState(memory, memory.allocate(`hart ${id}`, HART_SIZE));
    this.#devices = new DevicePort(id, this.#state, environment.bus, () => this.#observer);
    this.#mode = new VirtualMode(this.#state);
    const hasGuests = !options.without.has('H');
    this.#csrs = new CsrFile(
      this.#state,
      this.#mode,
      {
        retired: () => this.instructions,
        time: () => BigInt.asUintN(64, environment.time()),
        stimecmpChanged: value => environment.stimecmpChanged(this, value),
        vstimecmpChanged: (value, delta) => environment.vstimecmpChanged(this, value, delta),
        modeChanged: () => this.#modeChanged(),
      },
      { ...options, files: environment.messageFiles?.(id) ?? null },
    );
    this.#csrRows = CSRS.filter(csr => this.#csrs.access.exists(csr));
    this.#guestTraps = new GuestTraps({
      state: this.#state,
      mode: this.#mode,
      instruction: () => debugInstruction(this.#state, environment.bus, this.pc),
      modeChanged: () => this.#updateMode(),
      trapped: ({ cause, value, interrupt }) => {
        if (this.#state.word('watchTraps') !== 0) this.#observeTrap(cause, value, interrupt);
      },
    });
    this.#privileged = new PrivilegedUnit(this.#state, {
      csrs: this.#csrs,
      mode: this.#mode,
      hasGuests,
      pool,
      bus: environment.bus,
      blockSizes: options.blockSizes,
      hooks: {
        yield: () => this.requestExit(),
        raise: (cause, value) => this.#exports.raise(cause, value, 0),
        raiseGuest: (cause, value) =>
          this.#guestTraps.take({ cause, value, interrupt: false, guestAccess: true }),
        devices: this.#devices,
        flushPage: (address, guest) => this.#exports.flushPage(address, guest ? 1 : 0) !== 0,
        translate: (va, access, set) => this.#exports.translate(va, access, set),
        wait: () => {
          this.#waiting = true;
          this.#state.setWord('stop', STOP_NOW);
        },
        modeChanged: () => this.#modeChanged(),
      },
    });
    this.#instantiate = () =>
      options.instantiate(this.#state.base, this.#imports()) as unknown as HartExports;
    pool.addListener({
      codePageAdded: hostPage => this.#state.dropWriteEntries(hostPage),
      codePagesEvicted: () => this.#state.flushFetch(),
    });
    this.reset(0);
  }

  /** State after power-on: M mode at the reset vector. Interrupt lines stay as devices drive them. */
  reset(resetVector: number): void {
    const lines = this.#state.csr('lines');
    for (let index = 0; index < 32; index++) this.#state.setSlot(STATE.x + index * 8, 0n);
    for (let index = 0; index < 32; index++) this.#state.setSlot(STATE.f + index * 8, 0n);
    this.#state.setSlot(STATE.reservation, ALL);
    this.#state.setWord('virtual', 0);
    this.#csrs.reset(this.id);
    this.#state.setCsr('lines', lines);
    this.#state.setWord('privilege', 3);
    this.#state.setWord('exitRequest', 0);
    this.#waiting = false;
    this.pc = BigInt(resetVector);
    this.#updateMode();
  }

  /** Runs at most about `budget` instructions: a taken branch is where it can stop. */
  run(budget: number): ExitReason {
    if (this.#waiting) return 'wfi';
    this.#pool.releaseData();
    this.#budget = Math.min(budget, MAX_BUDGET);
    this.#state.setWord('left', this.#budget);
    this.#state.setWord('stop', STOP_NOW);
    try {
      return EXIT_REASONS[this.#exports.run(this.#budget)] ?? 'exit';
    } finally {
      const before = this.#retired;
      this.#retired = this.instructions;
      this.#budget = 0;
      this.#state.setWord('left', 0);
      this.#state.setWord('traps', 0);
      this.#translator.endSlice(Number(this.#retired - before));
    }
  }

  /**
   * Runs to the next branch that is taken, or trap. An interrupt that is due is taken first; then `before` is told where
   * the hart goes on.
   */
  runStretch(before: () => void): ExitReason {
    if (this.#waiting) return 'wfi';
    this.#takeInterrupt();
    before();
    return this.run(1);
  }

  /** True while the hart sits in WFI with no enabled interrupt pending. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** True within run(). */
  get running(): boolean {
    return this.#budget !== 0;
  }

  /** Instructions retired since creation. */
  get instructions(): bigint {
    return this.#retired + BigInt(this.#budget - this.#state.word('left') - this.#state.word('traps'));
  }

  /** Drives a line of mip; wakes the hart when that makes an enabled interrupt pending. */
  setInterrupt(bit: InterruptLine, level: boolean): void {
    if (!driveLine(this.#state, bit, level)) return;
    if ((this.#csrs.pending & this.#state.csr('mie')) !== 0n) this.#waiting = false;
    this.#state.setWord('stop', STOP_NOW);
  }

  /** Makes run() return at the next taken branch. */
  requestExit(): void {
    this.#state.setWord('exitRequest', 1);
    this.#state.setWord('stop', STOP_NOW);
  }

  get pc(): bigint {
    return this.#state.slot(STATE.pc);
  }

  set pc(value: bigint) {
    this.#state.setSlot(STATE.pc, BigInt.asUintN(64, value));
  }

  get privilege(): Privilege {
    return this.#state.word('privilege') as Privilege;
  }

  set privilege(value: Privilege) {
    this.#state.setWord('privilege', value);
    this.#updateMode();
  }

  x(index: number): bigint {
    return this.#state.slot(STATE.x + (index & 31) * 8);
  }

  setX(index: number, value: bigint): void {
    if ((index & 31) !== 0) this.#state.setSlot(STATE.x + (index & 31) * 8, BigInt.asUintN(64, value));
  }

  /** V: the hart runs a guest. Always false without the hypervisor extension. */
  get virtual(): boolean {
    return this.#mode.on;
  }

  set virtual(value: boolean) {
    if (value) this.#mode.enter();
    else this.#mode.leave();
    this.#updateMode();
  }

  /** The 64 bits of a floating-point register. */
  f(index: number): bigint {
    return this.#state.slot(STATE.f + (index & 31) * 8);
  }

  setF(index: number, value: bigint): void {
    this.#state.setSlot(STATE.f + (index & 31) * 8, BigInt.asUintN(64, value));
  }

  /** Names that readRegister() knows: pc, x0.. and f0.., their ABI names, csrs. */
  registerNames(): string[] {
    const numbered = ['x', 'f'].flatMap(letter => X_NAMES.map((_, index) => `${letter}${index}`));
    return ['pc', ...numbered, ...X_NAMES, 'fp', ...F_NAMES, ...this.#csrRows.map(csr => csr.name)];
  }

  readRegister(name: string): bigint | undefined {
    if (name === 'pc') return this.pc;
    const index = xRegisterIndex(name);
    if (index !== undefined) return this.x(index);
    const float = fRegisterIndex(name);
    if (float !== undefined) return this.f(float);
    const csr = this.#csrRows.find(candidate => candidate.name === name);
    return csr && this.#csrs.read(csr);
  }

  /** Name of a csr that an M-mode instruction may access; undefined where it would be illegal. */
  csrOf(number: number, write: boolean): string | undefined {
    const row = this.#csrRows.find(candidate => candidate.number === number);
    return row && this.#csrs.access.refusal(row, 3, write) === 0 ? row.name : undefined;
  }

  /** Value of a csr for a debugger: no privilege check, no side effect. Throws RangeError when there is none. */
  csr(name: string): bigint {
    return this.#csrs.read(this.#row(name));
  }

  /** Sets a csr as an M-mode write would. Throws RangeError when there is none. */
  setCsr(name: string, value: bigint): void {
    this.#csrs.write(this.#row(name), BigInt.asUintN(64, value), ALL);
  }

  #row(name: string): Csr {
    const row = this.#csrRows.find(candidate => candidate.name === name);
    if (row === undefined) throw new RangeError(`no csr '${name}'`);
    return row;
  }

  /** Physical address of a virtual one by current privilege and satp; undefined: unmapped. Changes nothing. */
  translate(vaddr: bigint): number | undefined {
    return debugTranslate(this.#state, this.#environment.bus, BigInt.asUintN(64, vaddr));
  }

  /** Physical address of what the hart's page tables take for one: another while V is set. Undefined: unmapped. */
  physical(address: number): number | undefined {
    return this.virtual ? guestPhysical(this.#state, this.#environment.bus, BigInt(address)) : address;
  }

  /** RAM or ROM at a virtual address; undefined when some of it is unmapped or a device. */
  debugRead(vaddr: bigint, length: number): Uint8Array | undefined {
    return debugRead(this.#state, this.#environment.bus, vaddr, length);
  }

  /** The hart's block of 'info registers'. */
  formatRegisters(): string {
    return formatRegisters(this.id, {
      virtual: this.virtual,
      pc: this.pc,
      x: index => this.x(index),
      f: index => this.f(index),
      csr: name => this.csr(name),
    });
  }

  /** How often translations were dropped: all, those of a page, and when there were none. */
  get tlbFlushes(): TlbFlushes {
    return this.#state.flushes;
  }

  /** Who is told of device accesses and, if wanted, of traps; null: nobody. */
  observe(observer: HartObserver | null, traps: boolean): void {
    this.#observer = observer;
    this.#state.setWord('watchTraps', traps ? 1 : 0);
  }

  /** The memory map changed: nothing that was cached of it holds. */
  flushTlbs(): void {
    this.#state.flushPhysical();
    this.#state.setWord('stop', STOP_NOW);
  }

  #imports(): HartImports {
    return {
      decode: (ip: number) => this.#pool.decode(ip >>> 0),
      allocate: (host: number) => this.#pool.allocate(host >>> 0),
      translate: (ip: number, pc: bigint) =>
        this.#translator.request({ ip: ip >>> 0, pc, fetchTlb: this.#state.word('fetchTlb') >>> 0 }),
      single: () => this.#privileged.fetchSingle(),
      physical: (entry: number, page: number) =>
        fillPhysical(this.#view, entry >>> 0, page, { bus: this.#environment.bus, pmp: this.#csrs.pmp }),
      pmp: (paddr: number, size: number, access: number, machine: number) =>
        this.#csrs.pmp.allows(BigInt(paddr), size, access, machine !== 0) ? 1 : 0,
      deviceLoad: (paddr: number, size: 1 | 2 | 4 | 8) => this.#devices.load(paddr, size),
      deviceStore: (paddr: number, size: 1 | 2 | 4 | 8) => this.#devices.store(paddr, size),
      codeWritten: (host: number, size: number) => this.#pool.invalidate(host >>> 0, size),
      csr: (ip: number, operation: number, field: number) =>
        this.#privileged.csrInstruction(ip >>> 0, operation, field !== 0),
      system: (ip: number, action: number) => this.#privileged.systemInstruction(ip >>> 0, action),
      poll: () => this.#poll(),
      trapped: (cause: number, value: bigint, interrupt: number) =>
        this.#observeTrap(cause, value, interrupt !== 0),
      guestTrap: (cause: number, value: bigint, interrupt: number) => {
        const guestAccess = (this.#state.word('virtual') & VIRTUAL.data) !== 0;
        this.#guestTraps.take({ cause, value, interrupt: interrupt !== 0, guestAccess });
      },
    };
  }

  #observeTrap(cause: number, value: bigint, interrupt: boolean): void {
    this.#observer?.trap(this.id, { cause, interrupt, epc: this.pc, tval: BigInt.asUintN(64, value) });
  }

  /** The interpreter. It takes longer to make than all else of a hart, and a machine that is only looked at needs none. */
  get #exports(): HartExports {
    if (this.#instance === null) {
      this.#instance = this.#instantiate();
      this.#instance.updateMode();
    }
    return this.#instance;
  }

  /** Nobody but the interpreter asks which TLBs are in use: without one there is nothing to keep up to date. */
  #updateMode(): void {
    this.#instance?.updateMode();
  }

  /** Stops the loop where that makes an interrupt due: it comes before the next instruction. */
  #modeChanged(): void {
    this.#updateMode();
    if (dueInterrupt(this.#state, this.#csrs, this.privilege) !== undefined)
      this.#state.setWord('stop', STOP_NOW);
  }

  /** Called where the loop polls: the exit reason's index, or CONTINUE with a trap perhaps taken. */
  #poll(): number {
    const state = this.#state;
    state.setWord('stop', 0);
    if (this.#waiting) return EXIT_REASONS.indexOf('wfi');
    if (state.word('exitRequest') !== 0) {
      state.setWord('exitRequest', 0);
      return EXIT_REASONS.indexOf('exit');
    }
    if (state.word('left') <= 0) return EXIT_REASONS.indexOf('budget');
    this.#takeInterrupt();
    return CONTINUE;
  }

  #takeInterrupt(): void {
    const due = dueInterrupt(this.#state, this.#csrs, this.privilege);
    if (due === undefined) return;
    if (due === INJECTED) this.#guestTraps.inject(this.#csrs.pending & this.#state.csr('mie'));
    else this.#exports.raise(due, 0n, 1);
  }
}
