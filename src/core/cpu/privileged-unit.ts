import { type Csr, csrByNumber, instructionSize, MSTATUS } from '../isa/index.ts';
import { type BlockOperation, type BlockSizes, CacheBlocks } from './cache-blocks.ts';
import type { CsrFile } from './csr-file.ts';
import { CSR_OPERATIONS, SYSTEM_ACTIONS } from './emit/loop.ts';
import type { HartState } from './hart-state.ts';
import {
  ACCESS,
  AREA,
  CAUSE,
  DATA_SETS,
  FAULT,
  OUTCOME,
  RECORD,
  RECORD_AREA,
  RECORD_SIZE,
  STATE,
} from './layout.ts';
import { type RecordPool, writeSentinels } from './record-pool.ts';
import type { CpuBus } from './types.ts';

const ALL = 0xffff_ffff_ffff_ffffn;
/** Translation regime of fetches by privilege. */
const FETCH_SETS = [DATA_SETS.user, DATA_SETS.supervisor, DATA_SETS.user, DATA_SETS.machine] as const;

/** What the unit does through its hart. */
export interface PrivilegedHooks {
  raise(cause: number, value: bigint): void;
  translate(va: bigint, access: number, set: number): bigint;
  /** The hart starts to wait for an interrupt. */
  wait(): void;
  /** Another hart may have its turn. */
  yield(): void;
  /** Privilege or mstatus changed. */
  modeChanged(): void;
}

/** Instructions that the interpreter leaves to TypeScript: csr accesses, returns from traps, fences, odd fetches. */
export class PrivilegedUnit {
  readonly #state: HartState;
  readonly #csrs: CsrFile;
  readonly #pool: RecordPool;
  readonly #bus: CpuBus;
  readonly #hooks: PrivilegedHooks;
  readonly #view: DataView;
  readonly #blocks: CacheBlocks;
  #singleRecord: number;
  #singleBits = 0;

  constructor(
    state: HartState,
    parts: { csrs: CsrFile; pool: RecordPool; bus: CpuBus; hooks: PrivilegedHooks; blockSizes: BlockSizes },
  ) {
    this.#state = state;
    this.#csrs = parts.csrs;
    this.#pool = parts.pool;
    this.#bus = parts.bus;
    this.#hooks = parts.hooks;
    this.#view = state.memory.view;
    this.#blocks = new CacheBlocks({
      state,
      csrs: parts.csrs,
      bus: parts.bus,
      sizes: parts.blockSizes,
      raise: (cause, value) => parts.hooks.raise(cause, value),
      translate: (va, access, set) => parts.hooks.translate(va, access, set),
      codeWritten: (host, size) => parts.pool.invalidate(host, size),
    });
    this.#singleRecord = this.#singlePage;
    writeSentinels(this.#view, this.#singleRecord);
  }

  get #privilege(): number {
    return this.#state.word('privilege');
  }

  #setPc(value: bigint): void {
    this.#state.setSlot(STATE.pc, BigInt.asUintN(64, value));
  }

  #raise(cause: number, value: bigint): typeof OUTCOME.trapped {
    this.#hooks.raise(cause, value);
    return OUTCOME.trapped;
  }

  /** Makes the loop go on after the current instruction from the state in memory. */
  #resumeAfter(ip: number): typeof OUTCOME.resume {
    const length = this.#view.getUint16(ip + RECORD.advance, true) / (RECORD_SIZE / 2);
    this.#setPc(this.#state.slot(STATE.pc) + BigInt(length));
    return OUTCOME.resume;
  }

  #illegal(ip: number): typeof OUTCOME.trapped {
    const inPool = ip < this.#singlePage || ip >= this.#singlePage + RECORD_AREA;
    return this.#raise(CAUSE.illegal, BigInt(inPool ? this.#pool.encoding(ip) : this.#singleBits));
  }

  /** A csr instruction's record: operation indexes CSR_OPERATIONS, `field`: the operand is the rs1 field. */
  csrInstruction(ip: number, operation: number, field: boolean): number {
    const state = this.#state;
    const source = this.#view.getUint16(ip + RECORD.rs1, true) - STATE.x;
    const csr = csrByNumber(this.#view.getInt32(ip + RECORD.imm, true));
    const kind = CSR_OPERATIONS[operation] ?? 'write';
    const writes = kind === 'write' || source !== 0;
    if (csr === undefined || !this.#csrs.accessible(csr, this.#privilege, writes)) return this.#illegal(ip);
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

  /** What is neither ecall nor ebreak, and illegal instructions, by their index in SYSTEM_ACTIONS. */
  systemInstruction(ip: number, index: number): number {
    const action = SYSTEM_ACTIONS[index];
    switch (action) {
      case 'mret':
        return this.#privilege === 3 ? this.#returnFrom('m') : this.#illegal(ip);
      case 'sret':
        return this.#supervisorMay(MSTATUS.TSR) ? this.#returnFrom('s') : this.#illegal(ip);
      case 'wfi':
        return this.#supervisorMay(MSTATUS.TW) ? this.#wait(ip) : this.#illegal(ip);
      case 'cbo.inval':
      case 'cbo.clean':
      case 'cbo.flush':
      case 'cbo.zero':
        return this.#cacheBlock(ip, action);
      case 'wrs.nto':
      case 'wrs.sto':
        this.#state.setSlot(STATE.reservation, ALL);
        return this.#yield(ip);
      case 'pause':
        return this.#yield(ip);
      case 'sfence.w.inval':
      case 'sfence.inval.ir':
        // they order what is in order already
        return this.#privilege === 0 ? this.#illegal(ip) : OUTCOME.next;
      case 'sfence.vma':
      case 'sinval.vma':
        return this.#supervisorMay(MSTATUS.TVM) ? this.#fence(ip) : this.#illegal(ip);
      default:
        return this.#illegal(ip);
    }
  }

  /** M always may; S unless the mstatus bit traps it; U never. */
  #supervisorMay(trapBit: bigint): boolean {
    if (this.#privilege === 3) return true;
    return this.#privilege === 1 && (this.#state.csr('mstatus') & trapBit) === 0n;
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
    this.#setPc(state.csr(`${mode}epc`));
    this.#hooks.modeChanged();
    return OUTCOME.resume;
  }

  #wait(ip: number): typeof OUTCOME.resume {
    if ((this.#csrs.pending & this.#state.csr('mie')) === 0n) {
      this.#hooks.wait();
    }
    return this.#resumeAfter(ip);
  }

  #yield(ip: number): typeof OUTCOME.resume {
    this.#hooks.yield();
    return this.#resumeAfter(ip);
  }

  #cacheBlock(ip: number, operation: BlockOperation): number {
    if (!this.#blocks.allowed(operation, this.#privilege)) return this.#illegal(ip);
    return this.#blocks.run(operation, this.#state.slot(this.#view.getUint16(ip + RECORD.rs1, true)));
  }

  #fence(ip: number): typeof OUTCOME.resume {
    const source = this.#view.getUint16(ip + RECORD.rs1, true) - STATE.x;
    if (source === 0) this.#state.flushVirtual();
    else this.#state.flushPage(this.#state.slot(STATE.x + source));
    return this.#resumeAfter(ip);
  }

  get #singlePage(): number {
    return this.#state.base + AREA.single;
  }

  /** Decodes the instruction at pc into the single-instruction page; 0 when its fetch trapped. */
  fetchSingle(): number {
    const pc = this.#state.slot(STATE.pc);
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
    this.#pool.write(this.#singleRecord, bits);
    return this.#singlePage;
  }

  #fetchHalf(address: bigint): number | undefined {
    const set = FETCH_SETS[this.#privilege] ?? DATA_SETS.user;
    const paddr = this.#hooks.translate(BigInt.asIntN(64, address), ACCESS.execute, set);
    const machine = set === DATA_SETS.machine;
    if (paddr >= 0n && this.#csrs.pmp.allows(paddr, 2, ACCESS.execute, machine)) {
      const host = this.#bus.hostOffset(Number(paddr), false);
      if (host >= 0) return this.#view.getUint16(host, true);
    }
    this.#raise(paddr === FAULT.page ? CAUSE.fetchPage : CAUSE.fetchAccess, BigInt.asIntN(64, address));
    return undefined;
  }
}
