import { type AccessSize, type Emitter, MSTATUS, type SystemAction } from '../../isa/index.ts';
import type { FloatRoutine } from '../../softfloat/index.ts';
import type { CodeBuilder, Label, LoadOp, StoreOp } from '../../wasm/index.ts';
import {
  CAUSE,
  csrSlot,
  OUTCOME,
  PAGE_SIZE,
  RECORD,
  RECORD_AREA,
  STATE,
  TLB_ADDEND,
  TLB_SIZE,
} from '../layout.ts';
import {
  type MemoryFunctions,
  type ModuleContext,
  setSlot64,
  setState32,
  slot64,
  state32,
} from './context.ts';
import { TLB_INDEX_MASK, TLB_INDEX_SHIFT } from './memory.ts';

/**
 * Codes of system actions on the way to TypeScript; ecall and ebreak are plain traps and need
 * none. An instruction that turned out to be illegal is one more.
 */
export const SYSTEM_ACTIONS: readonly (SystemAction | 'illegal')[] = [
  'ecall',
  'ebreak',
  'mret',
  'sret',
  'wfi',
  'sfence.vma',
  'illegal',
];

export const CSR_OPERATIONS = ['write', 'set', 'clear'] as const;

/** Locals of the interpreter's loop. */
export interface LoopLocals {
  /** Address of the current record. */
  readonly ip: number;
  /** Budget left; counts the current instruction as done. */
  readonly left: number;
  readonly pc: number;
  readonly dataTlb: number;
  readonly recordBase: number;
  /** pc less the record's address / 8, for records of the current page. */
  readonly bias: number;
  readonly va: number;
  readonly entry: number;
  readonly host: number;
  readonly target: number;
  readonly value: number;
}

/** Where an instruction can go. */
export interface LoopLabels {
  /** Next record, with ip set. */
  readonly dispatch: Label;
  /** Another page or an event: pc is set. */
  readonly lookup: Label;
  /** The hart's state in memory says how to go on. */
  readonly resume: Label;
  /** The current instruction must not execute in this state of the hart. */
  readonly illegal: Label;
}

interface Wiring {
  readonly context: ModuleContext;
  readonly memory: MemoryFunctions;
  readonly raise: number;
  readonly float: (routine: FloatRoutine) => number;
  readonly switchInterrupts: number;
  readonly locals: LoopLocals;
  readonly labels: LoopLabels;
}

/** mstatus.FS within the second byte of mstatus. */
const FS_BYTE = Number(MSTATUS.FS >> 8n);
const STATUS_BYTE = csrSlot('mstatus') + 1;
const BOX = 0xffff_ffff_0000_0000n;
const DYNAMIC_ROUNDING = 7;
const SSTATUS = 0x100;
const LAST_ROUNDING = 4;
const FRM_SHIFT = 5;

const LOAD_BY_SIZE: Readonly<Record<AccessSize, LoadOp>> = {
  1: 'i64.load8_s',
  2: 'i64.load16_s',
  4: 'i64.load32_s',
  8: 'i64.load',
};

/** Operands as fields of the 16-byte pre-decoded record at `ip`. */
export class RecordEmitter implements Emitter {
  readonly code: CodeBuilder;
  readonly #wiring: Wiring;
  readonly #hart: number;
  readonly #locals: LoopLocals;

  constructor(code: CodeBuilder, wiring: Wiring) {
    this.code = code;
    this.#wiring = wiring;
    this.#hart = wiring.context.hart;
    this.#locals = wiring.locals;
  }

  rs1(): void {
    this.#field('rs1');
    this.code.load('i64.load', this.#hart);
  }

  rs2(): void {
    this.#field('rs2');
    this.code.load('i64.load', this.#hart);
  }

  imm(): void {
    this.code.get(this.#locals.ip).load('i64.load32_s', RECORD.imm);
  }

  pc(): void {
    const { ip, bias } = this.#locals;
    this.code.get(bias).get(ip).i32(3).op('i32.shr_u', 'i64.extend_i32_u', 'i64.add');
  }

  nextPc(): void {
    this.code.get(this.#locals.bias);
    this.#nextRecord();
    this.code.i32(3).op('i32.shr_u', 'i64.extend_i32_u', 'i64.add');
  }

  writeRd(value: () => void): void {
    this.#field('rd');
    value();
    this.code.store('i64.store', this.#hart);
  }

  branch(condition: () => void): void {
    condition();
    this.code.if(() => this.#goRelative());
  }

  jumpRelative(): void {
    this.writeRd(() => this.nextPc());
    this.#goRelative();
  }

  jumpAbsolute(target: () => void): void {
    const { pc } = this.#locals;
    target();
    this.code.set(pc);
    this.writeRd(() => this.nextPc());
    this.code.br(this.#wiring.labels.lookup);
  }

  load(op: LoadOp, size: AccessSize): void {
    this.writeRd(() => this.#loaded(op, size));
  }

  store(op: StoreOp, size: AccessSize): void {
    this.#store(op, size, () => this.rs2());
  }

  loadFloat(op: LoadOp, size: AccessSize): void {
    this.writeFd(() => {
      this.#loaded(op, size);
      if (size === 4) this.code.i64(BOX).op('i64.or');
    });
  }

  storeFloat(op: StoreOp, size: AccessSize): void {
    this.#store(op, size, () => this.fs2());
  }

  requireFloat(): void {
    const status = this.#hart + STATUS_BYTE;
    this.code.i32(0).load('i32.load8_u', status).i32(FS_BYTE).op('i32.and', 'i32.eqz');
    this.code.brIf(this.#wiring.labels.illegal);
  }

  fs1(): void {
    this.#field('rs1');
    this.code.load('i64.load', this.#hart + STATE.f - STATE.x);
  }

  fs2(): void {
    this.#field('rs2');
    this.code.load('i64.load', this.#hart + STATE.f - STATE.x);
  }

  fs3(): void {
    // bits 7:3 of the immediate are the offset of a 64-bit slot as they stand
    this.code.get(this.#locals.ip).load('i32.load8_u', RECORD.imm).i32(0xf8).op('i32.and');
    this.code.load('i64.load', this.#hart + STATE.f);
  }

  writeFd(value: () => void): void {
    const { code } = this;
    const status = this.#hart + STATUS_BYTE;
    this.#field('rd');
    value();
    code.store('i64.store', this.#hart + STATE.f - STATE.x);
    code.i32(0).i32(0).load('i32.load8_u', status).i32(FS_BYTE).op('i32.or').store('i32.store8', status);
  }

  rounding(): void {
    const { code } = this;
    const { ip, target } = this.#locals;
    code.get(ip).load('i32.load8_u', RECORD.imm).i32(7).op('i32.and').tee(target);
    code
      .i32(DYNAMIC_ROUNDING)
      .op('i32.eq')
      .if(() => {
        code
          .i32(0)
          .load('i32.load8_u', this.#hart + STATE.fcsr)
          .i32(FRM_SHIFT);
        code.op('i32.shr_u').set(target);
      });
    code.get(target).i32(LAST_ROUNDING).op('i32.gt_u').brIf(this.#wiring.labels.illegal).get(target);
  }

  float(routine: FloatRoutine): void {
    this.code.call(this.#wiring.float(routine));
  }

  /** Pushes what is in memory at rs1 + imm. */
  #loaded(op: LoadOp, size: AccessSize): void {
    this.rs1();
    this.imm();
    this.code.op('i64.add').set(this.#locals.va);
    this.#readableAddress(size, -PAGE_SIZE);
    this.code.load(op);
  }

  #store(op: StoreOp, size: AccessSize, value: () => void): void {
    const { code } = this;
    const { va } = this.#locals;
    this.rs1();
    this.imm();
    code.op('i64.add').set(va);
    this.#tlbHit(TLB_SIZE, size, -PAGE_SIZE).if(
      () => {
        this.#hostAddress(TLB_SIZE);
        value();
        code.store(op);
      },
      () => {
        this.spill();
        code.get(va);
        value();
        code.i32(size).call(this.#wiring.memory.storeValue).op('i32.eqz');
        code.if(() => this.#trapped());
      },
    );
  }

  loadReserved(op: LoadOp, size: AccessSize): void {
    const { code } = this;
    const { va, value } = this.#locals;
    this.rs1();
    code.set(va);
    this.#requireAligned(size, CAUSE.loadMisaligned);
    this.#readableAddress(size, -PAGE_SIZE);
    code.load(op).set(value);
    setSlot64(code, this.#hart, STATE.reservation, () => code.get(va));
    setSlot64(code, this.#hart, STATE.reservedValue, () => code.get(value));
    this.writeRd(() => code.get(value));
  }

  storeConditional(op: StoreOp, size: AccessSize): void {
    const { code } = this;
    const { va, value, host } = this.#locals;
    this.rs1();
    code.tee(va);
    slot64(code, this.#hart, STATE.reservation)
      .op('i64.eq')
      .if(
        () => {
          this.#writableAddress(size);
          code.get(host).load(LOAD_BY_SIZE[size]);
          slot64(code, this.#hart, STATE.reservedValue)
            .op('i64.eq')
            .if(
              () => {
                code.get(host);
                this.rs2();
                code.store(op).i64(0).set(value);
              },
              () => code.i64(1).set(value),
            );
        },
        () => code.i64(1).set(value),
      );
    setSlot64(code, this.#hart, STATE.reservation, () => code.i64(-1));
    this.writeRd(() => code.get(value));
  }

  atomic(load: LoadOp, store: StoreOp, size: AccessSize, combine: (old: () => void) => void): void {
    const { code } = this;
    const { va, value, host } = this.#locals;
    this.rs1();
    code.set(va);
    this.#writableAddress(size);
    code.get(host).load(load).set(value);
    code.get(host);
    combine(() => code.get(value));
    code.store(store);
    this.writeRd(() => code.get(value));
  }

  csr(operation: (typeof CSR_OPERATIONS)[number], operand: 'register' | 'field'): void {
    const { code } = this;
    if (operation !== 'write') this.#switchInterrupts(operation, operand);
    this.spill();
    code
      .get(this.#locals.ip)
      .i32(CSR_OPERATIONS.indexOf(operation))
      .i32(operand === 'field' ? 1 : 0);
    code.call(this.#wiring.context.imports.csr);
    this.#follow();
  }

  /** Kernels switch interrupts off and on all the time: done here where it is sstatus and nothing comes of it. */
  #switchInterrupts(operation: 'set' | 'clear', operand: 'register' | 'field'): void {
    const { code } = this;
    const { ip, value } = this.#locals;
    code.get(ip).load('i32.load', RECORD.imm).i32(SSTATUS).op('i32.eq');
    code.if(() => {
      if (operand === 'register') this.rs1();
      else {
        this.#field('rs1');
        code.i32(STATE.x).op('i32.sub').i32(3).op('i32.shr_u', 'i64.extend_i32_u');
      }
      code.i32(operation === 'clear' ? 1 : 0).call(this.#wiring.switchInterrupts);
      code
        .tee(value)
        .i64(-1)
        .op('i64.ne')
        .if(() => {
          this.writeRd(() => code.get(value));
          this.advance();
        });
    });
  }

  system(action: SystemAction): void {
    const { code } = this;
    this.spill();
    if (action === 'ecall') {
      code.i32(CAUSE.ecallFromUser);
      state32(code, this.#hart, 'privilege').op('i32.add').i64(0).i32(0).call(this.#wiring.raise);
      this.#trapped();
    } else if (action === 'ebreak') {
      code.i32(CAUSE.breakpoint);
      this.pc();
      code.i32(0).call(this.#wiring.raise);
      this.#trapped();
    } else {
      code.get(this.#locals.ip).i32(SYSTEM_ACTIONS.indexOf(action));
      code.call(this.#wiring.context.imports.system);
      this.#follow();
    }
  }

  /** Where the label `illegal` leads: an instruction that must not execute now. */
  refused(): void {
    this.spill();
    this.code.get(this.#locals.ip).i32(SYSTEM_ACTIONS.indexOf('illegal'));
    this.code.call(this.#wiring.context.imports.system).op('drop');
    this.#trapped();
  }

  /** An encoding that is no instruction: the record's immediate holds its bits. */
  illegal(): void {
    this.spill();
    this.code.i32(CAUSE.illegal);
    this.code.get(this.#locals.ip).load('i64.load32_u', RECORD.imm).i32(0).call(this.#wiring.raise);
    this.#trapped();
  }

  /** Goes to the next record. */
  advance(): void {
    this.#nextRecord();
    this.code.set(this.#locals.ip).br(this.#wiring.labels.dispatch);
  }

  /** The current instruction does not count, or not yet. */
  uncount(): void {
    const { left } = this.#locals;
    this.code.get(left).i32(1).op('i32.add').set(left);
  }

  /** Puts pc and the budget where traps, devices and counters look for them. */
  spill(): void {
    setSlot64(this.code, this.#hart, STATE.pc, () => this.pc());
    setState32(this.code, this.#hart, 'left', () => this.code.get(this.#locals.left));
  }

  /** Acts on the OUTCOME that is on the stack; falls through for the next instruction. */
  #follow(): void {
    const { code } = this;
    const { host } = this.#locals;
    code.tee(host).if(() => {
      code
        .get(host)
        .i32(OUTCOME.trapped)
        .op('i32.eq')
        .if(() => this.#trapped());
      code.br(this.#wiring.labels.resume);
    });
  }

  /** The instruction trapped. It stays in the budget, so that endless traps end, but is not retired. */
  #trapped(): void {
    this.code.br(this.#wiring.labels.resume);
  }

  #field(field: 'rd' | 'rs1' | 'rs2'): void {
    this.code.get(this.#locals.ip).load('i32.load16_u', RECORD[field]);
  }

  #nextRecord(): void {
    const { ip } = this.#locals;
    this.code.get(ip).get(ip).load('i32.load16_u', RECORD.advance).op('i32.add');
  }

  /** pc + imm: within the page and with nothing to attend to, straight on; else by lookup. */
  #goRelative(): void {
    const { code } = this;
    const { ip, left, pc, recordBase, target } = this.#locals;
    code.get(ip).get(ip).load('i32.load', RECORD.imm).i32(3).op('i32.shl', 'i32.add').tee(target);
    code.get(recordBase).op('i32.sub').i32(RECORD_AREA).op('i32.lt_u');
    code.get(left);
    state32(code, this.#hart, 'stop')
      .op('i32.gt_s', 'i32.and')
      .if(() => {
        code.get(target).set(ip).br(this.#wiring.labels.dispatch);
      });
    this.pc();
    this.imm();
    code.op('i64.add').set(pc).br(this.#wiring.labels.lookup);
  }

  /** Pushes 1 when the TLB serves the access at `va`; leaves the entry's address in its local. */
  #tlbHit(table: number, size: AccessSize, mask: number): CodeBuilder {
    const { code } = this;
    const { va, entry, dataTlb } = this.#locals;
    code.get(va).i64(TLB_INDEX_SHIFT).op('i64.shr_u', 'i32.wrap_i64').i32(TLB_INDEX_MASK).op('i32.and');
    code.get(dataTlb).op('i32.add').tee(entry).load('i64.load', table);
    // an access that crosses into the next page does not match
    code.get(va);
    if (size > 1 && mask === -PAGE_SIZE) code.i64(size - 1).op('i64.add');
    return code.i64(mask).op('i64.and', 'i64.eq');
  }

  #hostAddress(table: number): void {
    const { va, entry } = this.#locals;
    this.code
      .get(va)
      .op('i32.wrap_i64')
      .get(entry)
      .load('i32.load', table + TLB_ADDEND)
      .op('i32.add');
  }

  /** Pushes the host address for a load at `va`. */
  #readableAddress(size: AccessSize, mask: number): void {
    const { code } = this;
    const { va, host } = this.#locals;
    this.#tlbHit(0, size, mask).if(
      () => this.#hostAddress(0),
      () => {
        this.spill();
        code.get(va).i32(size).call(this.#wiring.memory.loadAddress).tee(host).op('i32.eqz');
        code.if(() => this.#trapped()).get(host);
      },
      'i32',
    );
  }

  /** Leaves the host address for an atomic access at `va` in `host`; misaligned ones never match. */
  #writableAddress(size: AccessSize): void {
    const { code } = this;
    const { va, host } = this.#locals;
    this.#tlbHit(TLB_SIZE, size, -PAGE_SIZE | (size - 1)).if(
      () => this.#hostAddress(TLB_SIZE),
      () => {
        this.spill();
        code.get(va).i32(size).call(this.#wiring.memory.atomicAddress).tee(host).op('i32.eqz');
        code.if(() => this.#trapped()).get(host);
      },
      'i32',
    );
    code.set(host);
  }

  #requireAligned(size: AccessSize, cause: number): void {
    const { code } = this;
    const { va } = this.#locals;
    code
      .get(va)
      .i64(size - 1)
      .op('i64.and', 'i64.eqz', 'i32.eqz')
      .if(() => {
        this.spill();
        code.i32(cause).get(va).i32(0).call(this.#wiring.raise);
        this.#trapped();
      });
  }
}
