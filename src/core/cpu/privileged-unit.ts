import {
  type Csr,
  csrByNumber,
  type GuestAccess,
  HSTATUS,
  instructionSize,
  MSTATUS,
  type SystemAction,
} from '../isa/index.ts';
import { type BlockOperation, type BlockSizes, CacheBlocks } from './cache-blocks.ts';
import type { CsrFile } from './csr-file.ts';
import type { DevicePort } from './device-port.ts';
import { CSR_OPERATIONS, SYSTEM_ACTIONS } from './emit/loop.ts';
import { GuestAccesses, isGuestAccess } from './guest-access.ts';
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
  TO_GUEST_SET,
} from './layout.ts';
import { type RecordPool, writeSentinels } from './record-pool.ts';
import type { CpuBus } from './types.ts';
import type { VirtualMode } from './virtual-mode.ts';

const ALL = 0xffff_ffff_ffff_ffffn;
/** Translation regime of fetches by privilege. */
const FETCH_SETS = [DATA_SETS.user, DATA_SETS.supervisor, DATA_SETS.user, DATA_SETS.machine] as const;

/** What the unit does through its hart. */
export interface PrivilegedHooks {
  raise(cause: number, value: bigint): void;
  /** As raise, of an access through a guest's address translation. */
  raiseGuest(cause: number, value: bigint): void;
  readonly devices: DevicePort;
  translate(va: bigint, access: number, set: number): bigint;
  /** Empties the TLB entries of a page; false with nothing done where a superpage may cover it. */
  flushPage(address: bigint, guest: boolean): boolean;
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
  readonly #mode: VirtualMode;
  readonly #hasGuests: boolean;
  readonly #guestAccesses: GuestAccesses;
  readonly #view: DataView;
  readonly #blocks: CacheBlocks;
  #singleRecord: number;
  #singleBits = 0;

  constructor(
    state: HartState,
    parts: {
      csrs: CsrFile;
      mode: VirtualMode;
      /** The hypervisor extension is there. */
      hasGuests: boolean;
      pool: RecordPool;
      bus: CpuBus;
      hooks: PrivilegedHooks;
      blockSizes: BlockSizes;
    },
  ) {
    this.#state = state;
    this.#csrs = parts.csrs;
    this.#pool = parts.pool;
    this.#bus = parts.bus;
    this.#hooks = parts.hooks;
    this.#mode = parts.mode;
    this.#hasGuests = parts.hasGuests;
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
    this.#guestAccesses = new GuestAccesses({
      state,
      csrs: parts.csrs,
      bus: parts.bus,
      raise: (cause, value) => parts.hooks.raiseGuest(cause, value),
      translate: (va, access, set) => parts.hooks.translate(va, access, set),
      devices: parts.hooks.devices,
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

  /** Refuses the instruction as illegal, or as one that a guest may not execute. */
  #refuse(ip: number, cause: number): typeof OUTCOME.trapped {
    const inPool = ip < this.#singlePage || ip >= this.#singlePage + RECORD_AREA;
    return this.#raise(cause, BigInt(inPool ? this.#pool.encoding(ip) : this.#singleBits));
  }

  /** A csr instruction's record: operation indexes CSR_OPERATIONS, `field`: the operand is the rs1 field. */
  csrInstruction(ip: number, operation: number, field: boolean): number {
    const state = this.#state;
    const source = this.#view.getUint16(ip + RECORD.rs1, true) - STATE.x;
    const named = csrByNumber(this.#view.getInt32(ip + RECORD.imm, true));
    const kind = CSR_OPERATIONS[operation] ?? 'write';
    const writes = kind === 'write' || source !== 0;
    if (named === undefined) return this.#refuse(ip, CAUSE.illegal);
    const refusal = this.#csrs.access.refusal(named, this.#privilege, writes);
    if (refusal !== 0) return this.#refuse(ip, refusal);
    const csr = this.#csrs.access.meant(named);
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
    const action = SYSTEM_ACTIONS[index] ?? 'illegal';
    const refusal = this.#refusal(action);
    if (refusal !== 0) return this.#refuse(ip, refusal);
    if (isGuestAccess(action)) return this.#guestAccess(ip, action);
    switch (action) {
      case 'mret':
        return this.#returnFromMachine();
      case 'sret':
        return this.#mode.on ? this.#returnInGuest() : this.#returnFromSupervisor();
      case 'wfi':
        return this.#wait(ip);
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
      case 'sfence.vma':
      case 'sinval.vma':
        return this.#fence(ip);
      case 'hfence.vvma':
      case 'hfence.gvma':
      case 'hinval.vvma':
      case 'hinval.gvma':
        this.#state.flushGuest();
        return this.#resumeAfter(ip);
      default:
        // sfence.w.inval and sfence.inval.ir order what is in order already
        return OUTCOME.next;
    }
  }

  /** The cause of the exception where the mode may not do it; 0 where it may. Cache blocks see to theirs. */
  #refusal(action: SystemAction | 'illegal'): number {
    const guest = this.#mode.on;
    switch (action) {
      case 'illegal':
        return CAUSE.illegal;
      case 'mret':
        return this.#privilege === 3 ? 0 : CAUSE.illegal;
      case 'sret':
        return this.#supervisorRefusal(MSTATUS.TSR, HSTATUS.VTSR);
      case 'wfi':
        if (this.#privilege !== 3 && (this.#state.csr('mstatus') & MSTATUS.TW) !== 0n) return CAUSE.illegal;
        return this.#supervisorRefusal(0n, HSTATUS.VTW);
      case 'sfence.w.inval':
      case 'sfence.inval.ir':
        return this.#supervisorRefusal(0n, 0n);
      case 'sfence.vma':
      case 'sinval.vma':
        return this.#supervisorRefusal(MSTATUS.TVM, HSTATUS.VTVM);
      case 'hfence.gvma':
      case 'hinval.gvma':
        return this.#hypervisorRefusal(MSTATUS.TVM);
      case 'hfence.vvma':
      case 'hinval.vvma':
        return this.#hypervisorRefusal(0n);
      default:
        if (!isGuestAccess(action)) return 0;
        if (guest) return CAUSE.virtualInstruction;
        return this.#privilege !== 0 || (this.#state.csr('hstatus') & HSTATUS.HU) !== 0n ? 0 : CAUSE.illegal;
    }
  }

  /** M always may; S unless the mstatus bit traps it, VS unless the hstatus bit does; U and VU never. */
  #supervisorRefusal(trapBit: bigint, guestTrapBit: bigint): number {
    const { on } = this.#mode;
    if (this.#privilege === 3) return 0;
    const trapped = on ? this.#state.csr('hstatus') & guestTrapBit : this.#state.csr('mstatus') & trapBit;
    if (this.#privilege === 1 && trapped === 0n) return 0;
    return on ? CAUSE.virtualInstruction : CAUSE.illegal;
  }

  #hypervisorRefusal(trapBit: bigint): number {
    if (!this.#hasGuests) return CAUSE.illegal;
    return this.#mode.on ? CAUSE.virtualInstruction : this.#supervisorRefusal(trapBit, 0n);
  }

  #guestAccess(ip: number, action: GuestAccess): number {
    const x = (field: 'rs1' | 'rs2') => this.#state.slot(this.#view.getUint16(ip + RECORD[field], true));
    if (action.startsWith('hsv')) {
      return this.#guestAccesses.store(action, x('rs1'), x('rs2')) ? OUTCOME.next : OUTCOME.trapped;
    }
    const value = this.#guestAccesses.load(action, x('rs1'));
    if (value === undefined) return OUTCOME.trapped;
    this.#state.setSlot(this.#view.getUint16(ip + RECORD.rd, true), value);
    return OUTCOME.next;
  }

  #returnFromMachine(): typeof OUTCOME.resume {
    const old = this.#state.csr('mstatus');
    const to = Number((old & MSTATUS.MPP) >> 11n);
    const guest = this.#hasGuests && to !== 3 && (old & MSTATUS.MPV) !== 0n;
    this.#state.setCsr('mstatus', returned(old, 'm') & ~MSTATUS.MPV);
    return this.#returnTo(to, 'mepc', guest);
  }

  #returnFromSupervisor(): typeof OUTCOME.resume {
    const state = this.#state;
    const old = state.csr('mstatus');
    const above = state.csr('hstatus');
    const guest = this.#hasGuests && (above & HSTATUS.SPV) !== 0n;
    state.setCsr('mstatus', returned(old, 's'));
    state.setCsr('hstatus', above & ~HSTATUS.SPV);
    return this.#returnTo((old & MSTATUS.SPP) === 0n ? 0 : 1, 'sepc', guest);
  }

  #returnInGuest(): typeof OUTCOME.resume {
    const state = this.#state;
    const old = state.csr('vsstatus');
    this.#mode.withStatus(() => state.setCsr('vsstatus', returned(state.csr('vsstatus'), 's')));
    return this.#returnTo((old & MSTATUS.SPP) === 0n ? 0 : 1, 'vsepc', false);
  }

  #returnTo(privilege: number, address: string, guest: boolean): typeof OUTCOME.resume {
    const state = this.#state;
    state.setWord('privilege', privilege);
    if (guest) this.#mode.enter();
    state.setSlot(STATE.reservation, ALL);
    this.#setPc(state.csr(address));
    this.#hooks.modeChanged();
    return OUTCOME.resume;
  }

  #wait(ip: number): typeof OUTCOME.resume {
    if (this.#csrs.interrupted) return this.#yield(ip); // it had nothing to do but look again, if it takes no interrupt
    this.#hooks.wait();
    return this.#resumeAfter(ip);
  }

  #yield(ip: number): typeof OUTCOME.resume {
    this.#hooks.yield();
    return this.#resumeAfter(ip);
  }

  #cacheBlock(ip: number, operation: BlockOperation): number {
    const refusal = this.#blocks.refusal(operation, this.#privilege);
    if (refusal !== 0) return this.#refuse(ip, refusal);
    return this.#blocks.run(operation, this.#state.slot(this.#view.getUint16(ip + RECORD.rs1, true)));
  }

  #fence(ip: number): typeof OUTCOME.resume {
    const source = this.#view.getUint16(ip + RECORD.rs1, true) - STATE.x;
    const guest = this.#mode.on;
    if (source !== 0 && this.#hooks.flushPage(this.#state.slot(STATE.x + source), guest)) {
      return this.#resumeAfter(ip);
    }
    if (guest) this.#state.flushGuest();
    else if (source === 0 && this.#view.getUint16(ip + RECORD.rs2, true) !== STATE.x)
      this.#state.flushLocal();
    else this.#state.flushVirtual();
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
    const set = (FETCH_SETS[this.#privilege] ?? DATA_SETS.user) + (this.#mode.on ? TO_GUEST_SET : 0);
    const paddr = this.#hooks.translate(BigInt.asIntN(64, address), ACCESS.execute, set);
    const machine = set === DATA_SETS.machine;
    if (paddr >= 0n && this.#csrs.pmp.allows(paddr, 2, ACCESS.execute, machine)) {
      const host = this.#bus.hostOffset(Number(paddr), false);
      if (host >= 0) return this.#view.getUint16(host, true);
    }
    this.#raise(FETCH_FAULTS.get(paddr) ?? CAUSE.fetchAccess, BigInt.asIntN(64, address));
    return undefined;
  }
}

const FETCH_FAULTS = new Map<bigint, number>([
  [FAULT.page, CAUSE.fetchPage],
  [FAULT.guest, CAUSE.guestFetchPage],
]);

/** mstatus or vsstatus after the return from a trap to M- or S-mode. */
function returned(status: bigint, mode: 'm' | 's'): bigint {
  const [enable, previous, from] =
    mode === 'm' ? [MSTATUS.MIE, MSTATUS.MPIE, MSTATUS.MPP] : [MSTATUS.SIE, MSTATUS.SPIE, MSTATUS.SPP];
  const enabled = (status & previous) === 0n ? 0n : enable;
  const toMachine = mode === 'm' && (status & from) === from;
  return (status & ~(enable | from | (toMachine ? 0n : MSTATUS.MPRV))) | previous | enabled;
}
