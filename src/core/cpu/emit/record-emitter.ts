import type { Emitter, SystemAction } from '../../isa/index.ts';
import { CAUSE, OUTCOME, RECORD, RECORD_AREA, STATE } from '../layout.ts';
import { state32 } from './context.ts';
import { CSR_OPERATIONS, SYSTEM_ACTIONS } from './loop.ts';
import { OperandEmitter } from './operand-emitter.ts';

/** What storeAddress() says of a device. */
const DEVICE = -1;

/** All that rows of the instruction table ask for; here jumps, csrs and system instructions. */
export class RecordEmitter extends OperandEmitter implements Emitter {
  branch(condition: () => void): void {
    condition();
    this.code.if(() => this.#goRelative());
  }

  jumpRelative(): void {
    this.writeRd(() => this.nextPc());
    this.#goRelative();
  }

  jumpAbsolute(target: () => void): void {
    const { pc } = this.locals;
    target();
    this.code.set(pc);
    this.writeRd(() => this.nextPc());
    this.code.br(this.wiring.labels.lookup);
  }

  csr(operation: (typeof CSR_OPERATIONS)[number], operand: 'register' | 'field'): void {
    const { code } = this;
    code.get(this.locals.ip);
    this.#csrOperand(operand);
    code.call(this.wiring.csrs[operation]).if(() => {
      state32(code, this.hart, 'dataTlb').set(this.locals.dataTlb);
      this.advance();
    });
    this.spill();
    code
      .get(this.locals.ip)
      .i32(CSR_OPERATIONS.indexOf(operation))
      .i32(operand === 'field' ? 1 : 0);
    code.call(this.wiring.context.imports.csr);
    this.#follow();
  }

  /** Pushes rs1's value, or the rs1 field itself. */
  #csrOperand(operand: 'register' | 'field'): void {
    if (operand === 'register') {
      this.rs1();
      return;
    }
    this.field('rs1');
    this.code.i32(STATE.x).op('i32.sub').i32(3).op('i32.shr_u', 'i64.extend_i32_u');
  }

  system(action: SystemAction): void {
    const { code } = this;
    if (action === 'sret' || action === 'mret') {
      code.call(this.wiring.returns[action]).brIf(this.wiring.labels.resume);
    } else if (action === 'sfence.vma' || action === 'sinval.vma') this.#fencePage();
    this.spill();
    if (action === 'ecall') {
      code.i32(CAUSE.ecallFromUser);
      state32(code, this.hart, 'privilege').op('i32.add').i64(0).i32(0).call(this.wiring.raise);
      this.trapped();
    } else if (action === 'ebreak') {
      code.i32(CAUSE.breakpoint);
      this.pc();
      code.i32(0).call(this.wiring.raise);
      this.trapped();
    } else {
      code.get(this.locals.ip).i32(SYSTEM_ACTIONS.indexOf(action));
      code.call(this.wiring.context.imports.system);
      this.#follow();
    }
  }

  /** A fence of one page is done here. The code's own page may be another afterwards. */
  #fencePage(): void {
    const { code } = this;
    this.field('rs1');
    code.i32(STATE.x).op('i32.ne');
    code.if(() => {
      this.rs1();
      code.call(this.wiring.fencePage).if(() => {
        this.nextPc();
        code.set(this.locals.pc).br(this.wiring.labels.lookup);
      });
    });
  }

  clearBlock(): void {
    this.clear(this.wiring.context.zeroBlock);
  }

  protected slowClear(): void {
    this.system('cbo.zero');
  }

  protected missedClear(size: number): void {
    const { code } = this;
    const { va, host } = this.locals;
    this.spill();
    code.get(va).i32(size).call(this.wiring.memory.storeAddress).tee(host).op('i32.eqz');
    code.if(() => this.trapped());
    code.get(host).i32(DEVICE).op('i32.eq');
    code.if(
      () => this.slowClear(),
      () => code.get(host).i32(0).i32(size).fill(),
    );
  }

  /** Where the label `illegal` leads: an instruction that must not execute now. */
  refused(): void {
    this.spill();
    this.code.get(this.locals.ip).i32(SYSTEM_ACTIONS.indexOf('illegal'));
    this.code.call(this.wiring.context.imports.system).op('drop');
    this.trapped();
  }

  /** An encoding that is no instruction: the record's immediate holds its bits. */
  illegal(): void {
    this.spill();
    this.code.i32(CAUSE.illegal);
    this.code.get(this.locals.ip).load('i64.load32_u', RECORD.imm).i32(0).call(this.wiring.raise);
    this.trapped();
  }

  /** Acts on the OUTCOME that is on the stack; falls through for the next instruction. */
  #follow(): void {
    const { code } = this;
    const { host } = this.locals;
    code.tee(host).if(() => {
      code
        .get(host)
        .i32(OUTCOME.trapped)
        .op('i32.eq')
        .if(() => this.trapped());
      code.br(this.wiring.labels.resume);
    });
  }

  /** pc + imm: within the page and with nothing to attend to, straight on; else by lookup. */
  #goRelative(): void {
    const { code } = this;
    const { ip, left, pc, recordBase, target } = this.locals;
    code.get(ip).get(ip).load('i32.load', RECORD.imm).i32(3).op('i32.shl', 'i32.add').tee(target);
    code.get(recordBase).op('i32.sub').i32(RECORD_AREA).op('i32.lt_u');
    code.get(left);
    state32(code, this.hart, 'stop')
      .op('i32.gt_s', 'i32.and')
      .if(() => {
        code.get(target).set(ip).br(this.wiring.labels.target);
      });
    this.pc();
    this.imm();
    code.op('i64.add').set(pc).br(this.wiring.labels.lookup);
  }
}
