import type { HostMemory } from '../host-memory.ts';
import {
  CSRS,
  type Csr,
  csrByNumber,
  instructionSize,
  MSTATUS,
  X_NAMES,
  xRegisterIndex,
} from '../isa/index.ts';
import { CsrFile } from './csr-file.ts';
import { debugTranslate } from './debug-walk.ts';
import { CSR_OPERATIONS, SYSTEM_ACTIONS } from './emit/record-emitter.ts';
import { HartState } from './hart-state.ts';
import {
  ACCESS,
  AREA,
  CAUSE,
  DATA_SETS,
  EXIT_REASONS,
  type ExitReason,
  FAULT,
  HART_SIZE,
  OUTCOME,
  PAGE_SIZE,
  PHYSICAL,
  RECORD,
  RECORD_AREA,
  RECORD_SIZE,
  STATE,
} from './layout.ts';
import { type RecordPool, writeRecord, writeSentinels } from './record-pool.ts';
import { formatRegisters } from './registers-text.ts';
import type { HartEnvironment, InterruptLine, Privilege, SatpMode } from './types.ts';

const ALL = 0xffff_ffff_ffff_ffffn;
/** In the stop word: every poll leaves the loop. */
const STOP_NOW = 0x7fff_ffff;
const MAX_BUDGET = 0x7fff_fff0;
const CONTINUE = -1;
/** Interrupt priority, highest first (privileged specification, machine interrupt registers). */
const PRIORITY: readonly InterruptLine[] = [11, 3, 7, 9, 1, 5];

interface Exports {
  run(budget: number): number;
  raise(cause: number, value: bigint, interrupt: number): void;
  updateMode(): void;
  translate(va: bigint, access: number, set: number): bigint;
}

/** The functions that the module imports. */
export type HartImports = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Builds the interpreter's module for a hart's block. */
export type Instantiate = (hartBase: number, imports: HartImports) => WebAssembly.Exports;

/** One RV64 hart. Its state lives in host memory, where the generated interpreter works on it. */
export class Hart {
  readonly id: number;
  readonly #state: HartState;
  readonly #csrs: CsrFile;
  readonly #environment: HartEnvironment;
  readonly #pool: RecordPool;
  readonly #view: DataView;
  readonly #exports: Exports;
  #waiting = false;
  #retired = 0n;
  #budget = 0;
  #singleRecord: number;
  #singleBits = 0;

  constructor(
    id: number,
    memory: HostMemory,
    pool: RecordPool,
    environment: HartEnvironment,
    options: { satpMode: SatpMode; instantiate: Instantiate },
  ) {
    this.id = id;
    this.#environment = environment;
    this.#pool = pool;
    this.#view = memory.view;
    this.#state = new HartState(memory, memory.allocate(`hart ${id}`, HART_SIZE));
    this.#singleRecord = this.#state.base + AREA.single;
    writeSentinels(memory.view, this.#singleRecord);
    this.#csrs = new CsrFile(
      this.#state,
      {
        retired: () => this.instructions,
        time: () => BigInt.asUintN(64, environment.time()),
        stimecmpChanged: value => environment.stimecmpChanged(this, value),
        modeChanged: () => this.#modeChanged(),
      },
      options.satpMode,
    );
    this.#exports = options.instantiate(this.#state.base, this.#imports()) as unknown as Exports;
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
    this.#state.setSlot(STATE.fcsr, 0n);
    this.#state.setSlot(STATE.reservation, ALL);
    this.#csrs.reset(this.id);
    this.#state.setCsr('lines', lines);
    this.#state.setWord('privilege', 3);
    this.#state.setWord('exitRequest', 0);
    this.#waiting = false;
    this.pc = BigInt(resetVector);
    this.#exports.updateMode();
  }

  /** Runs at most about `budget` instructions: a taken branch is where it can stop. */
  run(budget: number): ExitReason {
    if (this.#waiting) return 'wfi';
    this.#budget = Math.min(budget, MAX_BUDGET);
    this.#state.setWord('left', this.#budget);
    this.#state.setWord('stop', STOP_NOW);
    try {
      return EXIT_REASONS[this.#exports.run(this.#budget)] ?? 'exit';
    } finally {
      this.#retired = this.instructions;
      this.#budget = 0;
      this.#state.setWord('left', 0);
      this.#state.setWord('traps', 0);
    }
  }

  /** True while the hart sits in WFI with no enabled interrupt pending. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Instructions retired since creation. */
  get instructions(): bigint {
    return this.#retired + BigInt(this.#budget - this.#state.word('left') - this.#state.word('traps'));
  }

  /** Drives a line of mip; wakes the hart when that makes an enabled interrupt pending. */
  setInterrupt(bit: InterruptLine, level: boolean): void {
    const old = this.#state.csr('lines');
    const mask = 1n << BigInt(bit);
    const lines = level ? old | mask : old & ~mask;
    if (lines === old) return;
    this.#state.setCsr('lines', lines);
    if (!level) return;
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
    this.#exports.updateMode();
  }

  x(index: number): bigint {
    return this.#state.slot(STATE.x + (index & 31) * 8);
  }

  setX(index: number, value: bigint): void {
    if ((index & 31) !== 0) this.#state.setSlot(STATE.x + (index & 31) * 8, BigInt.asUintN(64, value));
  }

  /** Names that readRegister() knows: pc, x0.., their ABI names, csrs. */
  registerNames(): string[] {
    return ['pc', ...X_NAMES.map((_, index) => `x${index}`), ...X_NAMES, 'fp', ...CSRS.map(csr => csr.name)];
  }

  readRegister(name: string): bigint | undefined {
    if (name === 'pc') return this.pc;
    const index = xRegisterIndex(name);
    if (index !== undefined) return this.x(index);
    const csr = CSRS.find(candidate => candidate.name === name);
    return csr && this.#csrs.read(csr);
  }

  /** Value of a csr for a debugger: no privilege check, no side effect. Throws RangeError when there is none. */
  csr(name: string): bigint {
    const row = CSRS.find(candidate => candidate.name === name);
    if (row === undefined) throw new RangeError(`no csr '${name}'`);
    return this.#csrs.read(row);
  }

  /** Sets a csr as an M-mode write would. Throws RangeError when there is none. */
  setCsr(name: string, value: bigint): void {
    const row = CSRS.find(candidate => candidate.name === name);
    if (row === undefined) throw new RangeError(`no csr '${name}'`);
    this.#csrs.write(row, BigInt.asUintN(64, value), ALL);
  }

  /** Physical address of a virtual one by current privilege and satp; undefined: unmapped. Changes nothing. */
  translate(vaddr: bigint): number | undefined {
    return debugTranslate(this.#state, this.#environment.bus, BigInt.asUintN(64, vaddr));
  }

  /** RAM or ROM at a virtual address; undefined when some of it is unmapped or a device. */
  debugRead(vaddr: bigint, length: number): Uint8Array | undefined {
    const out = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = BigInt.asUintN(64, vaddr + BigInt(done));
      const count = Math.min(length - done, PAGE_SIZE - Number(at & 0xfffn));
      const paddr = this.translate(at);
      const host = paddr === undefined ? -1 : this.#environment.bus.hostOffset(paddr, false);
      if (host < 0) return undefined;
      out.set(this.#state.memory.bytes.subarray(host, host + count), done);
      done += count;
    }
    return out;
  }

  /** The hart's block of 'info registers'. */
  formatRegisters(): string {
    return formatRegisters(this.id, {
      pc: this.pc,
      x: index => this.x(index),
      f: index => this.#state.slot(STATE.f + index * 8),
      csr: name => this.csr(name),
    });
  }

  /** The memory map changed: nothing that was cached of it holds. */
  flushTlbs(): void {
    this.#state.flushPhysical();
    this.#state.setWord('stop', STOP_NOW);
  }

  #imports(): HartImports {
    const { bus } = this.#environment;
    const deviceValue = this.#state.base + STATE.deviceValue;
    return {
      decode: (ip: number) => this.#pool.decode(ip >>> 0),
      allocate: (host: number) => this.#pool.allocate(host >>> 0),
      single: () => this.#fetchSingle(),
      physical: (entry: number, page: number) => this.#fillPhysical(entry >>> 0, page),
      pmp: (paddr: number, size: number, access: number, machine: number) =>
        this.#csrs.pmp.allows(BigInt(paddr), size, access, machine !== 0) ? 1 : 0,
      deviceLoad: (paddr: number, size: 1 | 2 | 4 | 8) => {
        if (!bus.load(paddr, size)) return 0;
        this.#view.setUint32(deviceValue, bus.readLow, true);
        this.#view.setUint32(deviceValue + 4, bus.readHigh, true);
        return 1;
      },
      deviceStore: (paddr: number, size: 1 | 2 | 4 | 8) => {
        const low = this.#view.getUint32(deviceValue, true);
        return bus.store(paddr, size, low, this.#view.getUint32(deviceValue + 4, true)) ? 1 : 0;
      },
      codeWritten: (host: number, size: number) => this.#pool.invalidate(host >>> 0, size),
      csr: (ip: number, operation: number, field: number) =>
        this.#csrInstruction(ip >>> 0, operation, field !== 0),
      system: (ip: number, action: number) => this.#systemInstruction(ip >>> 0, action),
      poll: () => this.#poll(),
    };
  }

  #fillPhysical(entry: number, page: number): void {
    const { bus } = this.#environment;
    this.#view.setUint32(entry + PHYSICAL.read, Math.max(0, bus.hostOffset(page, false)), true);
    this.#view.setUint32(entry + PHYSICAL.write, Math.max(0, bus.hostOffset(page, true)), true);
    this.#view.setUint32(entry + PHYSICAL.rights, this.#csrs.pmp.pageRights(BigInt(page)), true);
  }

  #modeChanged(): void {
    this.#exports.updateMode();
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
    const state = this.#state;
    const pending = this.#csrs.pending & state.csr('mie');
    if (pending === 0n) return;
    const status = state.csr('mstatus');
    const delegated = state.csr('mideleg');
    const machine = this.privilege < 3 || (status & MSTATUS.MIE) !== 0n ? pending & ~delegated : 0n;
    const lower = this.privilege < 1 || (this.privilege === 1 && (status & MSTATUS.SIE) !== 0n);
    const enabled = machine !== 0n ? machine : lower ? pending & delegated : 0n;
    const line = PRIORITY.find(bit => ((enabled >> BigInt(bit)) & 1n) !== 0n);
    if (line !== undefined) this.#exports.raise(line, 0n, 1);
  }

  #raise(cause: number, value: bigint): typeof OUTCOME.trapped {
    this.#exports.raise(cause, value, 0);
    return OUTCOME.trapped;
  }

  /** Makes the loop go on after the current instruction from the state in memory. */
  #resumeAfter(ip: number): typeof OUTCOME.resume {
    this.pc += BigInt(this.#view.getUint16(ip + RECORD.advance, true) / (RECORD_SIZE / 2));
    return OUTCOME.resume;
  }

  #illegal(ip: number): typeof OUTCOME.trapped {
    const inPool = ip < this.#singlePage || ip >= this.#singlePage + RECORD_AREA;
    return this.#raise(CAUSE.illegal, BigInt(inPool ? this.#pool.encoding(ip) : this.#singleBits));
  }

  #csrInstruction(ip: number, operation: number, field: boolean): number {
    const state = this.#state;
    const source = this.#view.getUint16(ip + RECORD.rs1, true) - STATE.x;
    const csr = csrByNumber(this.#view.getInt32(ip + RECORD.imm, true));
    const kind = CSR_OPERATIONS[operation] ?? 'write';
    const writes = kind === 'write' || source !== 0;
    if (csr === undefined || !this.#csrs.accessible(csr, this.privilege, writes)) return this.#illegal(ip);
    const operand = field ? BigInt(source / 8) : state.slot(STATE.x + source);
    const left = state.word('left');
    state.setWord('left', left + 1); // the counters do not count the instruction that looks at them
    const old = this.#csrs.read(csr);
    if (writes) this.#writeCsr(csr, kind, operand);
    state.setWord('left', left);
    state.setSlot(this.#view.getUint16(ip + RECORD.rd, true), old);
    return writes && csr.special ? this.#resumeAfter(ip) : OUTCOME.next;
  }

  #writeCsr(csr: Csr, kind: (typeof CSR_OPERATIONS)[number], operand: bigint): void {
    if (kind === 'write') this.#csrs.write(csr, operand, ALL);
    else this.#csrs.write(csr, kind === 'set' ? ALL : 0n, operand);
  }

  #systemInstruction(ip: number, action: number): number {
    switch (SYSTEM_ACTIONS[action]) {
      case 'mret':
        return this.privilege === 3 ? this.#returnFrom('m') : this.#illegal(ip);
      case 'sret':
        return this.#supervisorMay(MSTATUS.TSR) ? this.#returnFrom('s') : this.#illegal(ip);
      case 'wfi':
        return this.#supervisorMay(MSTATUS.TW) ? this.#wait(ip) : this.#illegal(ip);
      default:
        if (!this.#supervisorMay(MSTATUS.TVM)) return this.#illegal(ip);
        this.#fence(ip);
        return this.#resumeAfter(ip);
    }
  }

  /** M always may; S unless the mstatus bit traps it; U never. */
  #supervisorMay(trapBit: bigint): boolean {
    if (this.privilege === 3) return true;
    return this.privilege === 1 && (this.#state.csr('mstatus') & trapBit) === 0n;
  }

  #returnFrom(mode: 'm' | 's'): typeof OUTCOME.resume {
    const state = this.#state;
    const old = state.csr('mstatus');
    const [enable, previous, mask, shift] =
      mode === 'm'
        ? [MSTATUS.MIE, MSTATUS.MPIE, MSTATUS.MPP, 11n]
        : [MSTATUS.SIE, MSTATUS.SPIE, MSTATUS.SPP, 8n];
    const to = Number((old & mask) >> shift);
    let status = (old & ~(enable | mask)) | previous;
    if ((old & previous) !== 0n) status |= enable;
    if (to !== 3) status &= ~MSTATUS.MPRV;
    state.setCsr('mstatus', status);
    state.setWord('privilege', to);
    state.setSlot(STATE.reservation, ALL);
    this.pc = state.csr(`${mode}epc`);
    this.#modeChanged();
    return OUTCOME.resume;
  }

  #wait(ip: number): typeof OUTCOME.resume {
    if ((this.#csrs.pending & this.#state.csr('mie')) === 0n) {
      this.#waiting = true;
      this.#state.setWord('stop', STOP_NOW);
    }
    return this.#resumeAfter(ip);
  }

  #fence(ip: number): void {
    const source = this.#view.getUint16(ip + RECORD.rs1, true) - STATE.x;
    if (source === 0) this.#state.flushVirtual();
    else this.#state.flushPage(this.#state.slot(STATE.x + source));
  }

  get #singlePage(): number {
    return this.#state.base + AREA.single;
  }

  /** Decodes the instruction at pc into the single-instruction page; 0 when its fetch trapped. */
  #fetchSingle(): number {
    const { pc } = this;
    const low = this.#fetchHalf(pc);
    if (low === undefined) return 0;
    let bits = low;
    if (instructionSize(low) === 4) {
      const high = this.#fetchHalf(BigInt.asUintN(64, pc + 2n));
      if (high === undefined) return 0;
      bits = (low | (high << 16)) >>> 0;
    }
    this.#view.setUint16(this.#singleRecord + RECORD.handler, 0, true);
    this.#singleRecord = this.#singlePage + (Number(pc & 0xffen) / 2) * RECORD_SIZE;
    this.#singleBits = bits;
    writeRecord(this.#view, this.#singleRecord, bits);
    return this.#singlePage;
  }

  #fetchHalf(address: bigint): number | undefined {
    const set =
      this.privilege === 3 ? DATA_SETS.machine : this.privilege === 1 ? DATA_SETS.supervisor : DATA_SETS.user;
    const paddr = this.#exports.translate(BigInt.asIntN(64, address), ACCESS.execute, set);
    const machine = set === DATA_SETS.machine;
    if (paddr >= 0n && this.#csrs.pmp.allows(paddr, 2, ACCESS.execute, machine)) {
      const host = this.#environment.bus.hostOffset(Number(paddr), false);
      if (host >= 0) return this.#view.getUint16(host, true);
    }
    this.#raise(paddr === FAULT.page ? CAUSE.fetchPage : CAUSE.fetchAccess, BigInt.asIntN(64, address));
    return undefined;
  }
}
