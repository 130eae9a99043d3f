import type { FloatRoutine } from '../softfloat/index.ts';
import type { LoadOp, StoreOp } from '../wasm/index.ts';
import type { Extension } from './extensions.ts';
import {
  type AccessSize,
  type Alias,
  type Emitter,
  type Form,
  type Instruction,
  instruction,
} from './row.ts';

/**
 * The F and D extensions. The rounding mode is bits 2:0 of the immediate here, rs3 of the
 * fused operations bits 7:3.
 */

type Precision = 's' | 'd';
type Emit = (e: Emitter) => void;

interface Format {
  readonly suffix: Precision;
  readonly extension: Extension;
  readonly code: string;
  readonly sign: bigint;
  readonly load: LoadOp;
  readonly store: StoreOp;
  readonly size: AccessSize;
  readonly funct3: string;
}

const FORMATS: readonly Format[] = [
  {
    suffix: 's',
    extension: 'F',
    code: '00',
    sign: 1n << 31n,
    load: 'i64.load32_u',
    store: 'i64.store32',
    size: 4,
    funct3: '010',
  },
  {
    suffix: 'd',
    extension: 'D',
    code: '01',
    sign: 1n << 63n,
    load: 'i64.load',
    store: 'i64.store',
    size: 8,
    funct3: '011',
  },
];

const BOX = 0xffff_ffff_0000_0000n;
/** Ends of the integer types: magnitude of the least value, and the greatest value. */
const INTEGERS = [
  { name: 'w', rs2: '00000', signed: true, word: true, least: 2n ** 31n, most: 2n ** 31n - 1n },
  { name: 'wu', rs2: '00001', signed: false, word: true, least: 0n, most: 2n ** 32n - 1n },
  { name: 'l', rs2: '00010', signed: true, word: false, least: 2n ** 63n, most: 2n ** 63n - 1n },
  { name: 'lu', rs2: '00011', signed: false, word: false, least: 0n, most: 2n ** 64n - 1n },
] as const;

function row(
  format: Format,
  name: string,
  pattern: string,
  form: Form,
  emit: Emit,
  aliases: readonly Alias[] = [],
): Instruction {
  const whole = (e: Emitter) => {
    e.requireFloat();
    emit(e);
  };
  return instruction(format.extension, name, pattern, form, whole, aliases);
}

const binary = (e: Emitter, routine: FloatRoutine) => {
  e.fs1();
  e.fs2();
  e.float(routine);
};

function memory(format: Format): Instruction[] {
  const letter = format.suffix === 's' ? 'w' : 'd';
  const { funct3, load, store, size } = format;
  return [
    row(format, `fl${letter}`, `imm[11:0] rs1 ${funct3} rd 0000111`, 'fd,imm(rs1)', e =>
      e.loadFloat(load, size),
    ),
    row(format, `fs${letter}`, `imm[11:5] rs2 rs1 ${funct3} imm[4:0] 0100111`, 'fs2,imm(rs1)', e =>
      e.storeFloat(store, size),
    ),
  ];
}

/** [negates the product, negates the addend] */
const FUSED: readonly [string, string, boolean, boolean][] = [
  ['fmadd', '1000011', false, false],
  ['fmsub', '1000111', false, true],
  ['fnmsub', '1001011', true, false],
  ['fnmadd', '1001111', true, true],
];

function fused(format: Format): Instruction[] {
  const { suffix, code, sign } = format;
  return FUSED.map(([name, opcode, negateProduct, negateAddend]) => {
    const pattern = `uimm[7:3] ${code} rs2 rs1 uimm[2:0] rd ${opcode}`;
    return row(format, `${name}.${suffix}`, pattern, 'rm,fd,fs1,fs2,fs3', e =>
      e.writeFd(() => {
        e.fs1();
        if (negateProduct) e.code.i64(sign).op('i64.xor');
        e.fs2();
        e.fs3();
        if (negateAddend) e.code.i64(sign).op('i64.xor');
        e.rounding();
        e.float(`fma.${suffix}`);
      }),
    );
  });
}

function arithmetic(format: Format): Instruction[] {
  const { suffix, code } = format;
  const op = (name: string, funct5: string, routine: 'add' | 'mul' | 'div', negate: boolean) =>
    row(format, `${name}.${suffix}`, `${funct5}${code} rs2 rs1 uimm[2:0] rd 1010011`, 'rm,fd,fs1,fs2', e =>
      e.writeFd(() => {
        e.fs1();
        e.fs2();
        if (negate) e.code.i64(format.sign).op('i64.xor');
        e.rounding();
        e.float(`${routine}.${suffix}`);
      }),
    );
  return [
    op('fadd', '00000', 'add', false),
    op('fsub', '00001', 'add', true),
    op('fmul', '00010', 'mul', false),
    op('fdiv', '00011', 'div', false),
    row(format, `fsqrt.${suffix}`, `01011${code} 00000 rs1 uimm[2:0] rd 1010011`, 'rm,fd,fs1', e =>
      e.writeFd(() => {
        e.fs1();
        e.rounding();
        e.float(`sqrt.${suffix}`);
      }),
    ),
  ];
}

function selection(format: Format): Instruction[] {
  const { suffix, code } = format;
  const op = (
    name: string,
    funct5: string,
    funct3: string,
    routine: 'sgnj' | 'sgnjn' | 'sgnjx' | 'min' | 'max',
    short?: string,
  ) =>
    row(
      format,
      `${name}.${suffix}`,
      `${funct5}${code} rs2 rs1 ${funct3} rd 1010011`,
      'fd,fs1,fs2',
      e => e.writeFd(() => binary(e, `${routine}.${suffix}`)),
      // the disassembler of the reference names integer registers in these spellings
      short ? [{ name: `${short}.${suffix}`, form: 'rd,rs1', when: {}, sameSources: true }] : [],
    );
  return [
    op('fsgnj', '00100', '000', 'sgnj', 'fmv'),
    op('fsgnjn', '00100', '001', 'sgnjn', 'fneg'),
    op('fsgnjx', '00100', '010', 'sgnjx', 'fabs'),
    op('fmin', '00101', '000', 'min'),
    op('fmax', '00101', '001', 'max'),
  ];
}

function toRegister(format: Format): Instruction[] {
  const { suffix, code } = format;
  const compare = (name: 'eq' | 'lt' | 'le', funct3: string) =>
    row(format, `f${name}.${suffix}`, `10100${code} rs2 rs1 ${funct3} rd 1010011`, 'rd,fs1,fs2', e =>
      e.writeRd(() => binary(e, `${name}.${suffix}`)),
    );
  return [
    compare('le', '000'),
    compare('lt', '001'),
    compare('eq', '010'),
    row(format, `fclass.${suffix}`, `11100${code} 00000 rs1 001 rd 1010011`, 'rd,fs1', e =>
      e.writeRd(() => {
        e.fs1();
        e.float(`class.${suffix}`);
      }),
    ),
    row(format, `fmv.x.${suffix}`, `11100${code} 00000 rs1 000 rd 1010011`, 'rd,fs1', e =>
      e.writeRd(() => {
        e.fs1();
        if (suffix === 's') e.code.op('i64.extend32_s');
      }),
    ),
    row(format, `fmv.${suffix}.x`, `11110${code} 00000 rs1 000 rd 1010011`, 'fd,rs1', e =>
      e.writeFd(() => {
        e.rs1();
        if (suffix === 's') e.code.i64(BOX).op('i64.or');
      }),
    ),
  ];
}

function conversions(format: Format): Instruction[] {
  const { suffix, code } = format;
  return INTEGERS.flatMap(({ name, rs2, signed, word, least, most }) => [
    row(format, `fcvt.${name}.${suffix}`, `11000${code} ${rs2} rs1 uimm[2:0] rd 1010011`, 'rm,rd,fs1', e =>
      e.writeRd(() => {
        e.fs1();
        e.rounding();
        e.code.i64(least).i64(most);
        e.float(`toint.${suffix}`);
        if (word) e.code.op('i64.extend32_s');
      }),
    ),
    row(format, `fcvt.${suffix}.${name}`, `11010${code} ${rs2} rs1 uimm[2:0] rd 1010011`, 'rm,fd,rs1', e =>
      e.writeFd(() => {
        e.rs1();
        if (word && signed) e.code.op('i64.extend32_s');
        if (word && !signed) e.code.i64(0xffff_ffffn).op('i64.and');
        e.rounding();
        e.float(`${signed ? 'fromsigned' : 'fromunsigned'}.${suffix}`);
      }),
    ),
  ]);
}

function between(format: Format): Instruction {
  const { suffix, code } = format;
  const [other, rs2] = suffix === 's' ? (['d', '00001'] as const) : (['s', '00000'] as const);
  const name = `fcvt.${suffix}.${other}`;
  // both directions belong to D
  const wide = { ...format, extension: 'D' as const };
  return row(wide, name, `01000${code} ${rs2} rs1 uimm[2:0] rd 1010011`, 'rm,fd,fs1', e =>
    e.writeFd(() => {
      e.fs1();
      e.rounding();
      e.float(suffix === 's' ? 'convert.s.d' : 'convert.d.s');
    }),
  );
}

export const FLOAT: readonly Instruction[] = FORMATS.flatMap(format => [
  ...memory(format),
  ...fused(format),
  ...arithmetic(format),
  ...selection(format),
  ...toRegister(format),
  ...conversions(format),
  between(format),
]);
