import type { LoadOp, PlainOp, StoreOp } from '../wasm/index.ts';
import { type AccessSize, type Emitter, type Form, type Instruction, instruction } from './row.ts';

/** The A extension. aq and rl are bits of the immediate here: they order nothing more on one thread. */

interface Width {
  readonly suffix: string;
  readonly funct3: string;
  readonly load: LoadOp;
  readonly store: StoreOp;
  readonly size: AccessSize;
}

const WIDTHS: readonly Width[] = [
  { suffix: 'w', funct3: '010', load: 'i64.load32_s', store: 'i64.store32', size: 4 },
  { suffix: 'd', funct3: '011', load: 'i64.load', store: 'i64.store', size: 8 },
];

function row(
  name: string,
  funct5: string,
  width: Width,
  form: Form,
  emit: (e: Emitter) => void,
): Instruction {
  const rs2 = form === 'rd,(rs1)' ? '00000' : 'rs2';
  const pattern = `${funct5} uimm[1:0] ${rs2} rs1 ${width.funct3} rd 0101111`;
  return instruction('A', `${name}.${width.suffix}`, pattern, form, emit);
}

const arithmetic = (op: PlainOp) => (e: Emitter, old: () => void) => {
  old();
  e.rs2();
  e.code.op(op);
};

/** Keeps the old value when `op` holds between it and rs2; words compare as words. */
const choose = (op: PlainOp, extend: 's' | 'u') => (e: Emitter, old: () => void, width: Width) => {
  const operand = (push: () => void) => {
    push();
    if (width.size === 4 && extend === 's') e.code.op('i64.extend32_s');
    if (width.size === 4 && extend === 'u') e.code.i64(0xffff_ffffn).op('i64.and');
  };
  old();
  e.rs2();
  operand(old);
  operand(() => e.rs2());
  e.code.op(op, 'select');
};

const OPERATIONS: readonly [string, string, (e: Emitter, old: () => void, width: Width) => void][] = [
  ['amoswap', '00001', e => e.rs2()],
  ['amoadd', '00000', arithmetic('i64.add')],
  ['amoxor', '00100', arithmetic('i64.xor')],
  ['amoand', '01100', arithmetic('i64.and')],
  ['amoor', '01000', arithmetic('i64.or')],
  ['amomin', '10000', choose('i64.lt_s', 's')],
  ['amomax', '10100', choose('i64.gt_s', 's')],
  ['amominu', '11000', choose('i64.lt_u', 'u')],
  ['amomaxu', '11100', choose('i64.gt_u', 'u')],
];

export const ATOMIC: readonly Instruction[] = WIDTHS.flatMap(width => [
  row('lr', '00010', width, 'rd,(rs1)', e => e.loadReserved(width.load, width.size)),
  row('sc', '00011', width, 'rd,rs2,(rs1)', e => e.storeConditional(width.store, width.size)),
  ...OPERATIONS.map(([name, funct5, combine]) =>
    row(name, funct5, width, 'rd,rs2,(rs1)', e =>
      e.atomic(width.load, width.store, width.size, old => combine(e, old, width)),
    ),
  ),
]);
