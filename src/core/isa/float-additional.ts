import { type Emitter, type Form, type Instruction, instruction } from './row.ts';

/** Zfa, as far as RV64 with F and D has it. The rounding mode is bits 2:0 of the immediate. */

type Emit = (e: Emitter) => void;

const FORMATS = [
  { suffix: 's', code: '00' },
  { suffix: 'd', code: '01' },
] as const;
type Format = (typeof FORMATS)[number];

function row(name: string, pattern: string, form: Form, emit: Emit): Instruction {
  return instruction('Zfa', name, pattern, form, e => {
    e.requireFloat();
    emit(e);
  });
}

function constants({ suffix, code }: Format): Instruction {
  return row(`fli.${suffix}`, `11110${code} 00001 uimm[4:0] 000 rd 1010011`, 'fd,fli', e =>
    e.writeFd(() => {
      e.imm();
      e.float(`constant.${suffix}`);
    }),
  );
}

function extremes({ suffix, code }: Format): Instruction[] {
  const op = (name: 'minm' | 'maxm', funct3: string) =>
    row(`f${name}.${suffix}`, `00101${code} rs2 rs1 ${funct3} rd 1010011`, 'fd,fs1,fs2', e =>
      e.writeFd(() => {
        e.fs1();
        e.fs2();
        e.float(`${name}.${suffix}`);
      }),
    );
  return [op('minm', '010'), op('maxm', '011')];
}

function comparisons({ suffix, code }: Format): Instruction[] {
  const op = (name: 'leq' | 'ltq', funct3: string) =>
    row(`f${name}.${suffix}`, `10100${code} rs2 rs1 ${funct3} rd 1010011`, 'rd,fs1,fs2', e =>
      e.writeRd(() => {
        e.fs1();
        e.fs2();
        e.float(`${name}.${suffix}`);
      }),
    );
  return [op('leq', '100'), op('ltq', '101')];
}

function roundings({ suffix, code }: Format): Instruction[] {
  const op = (name: 'round' | 'roundnx', rs2: string) =>
    row(`f${name}.${suffix}`, `01000${code} ${rs2} rs1 uimm[2:0] rd 1010011`, 'rm,fd,fs1', e =>
      e.writeFd(() => {
        e.fs1();
        e.rounding();
        e.float(`${name === 'round' ? 'integral' : 'integralnx'}.${suffix}`);
      }),
    );
  return [op('round', '00100'), op('roundnx', '00101')];
}

export const FLOAT_ADDITIONAL: readonly Instruction[] = [
  ...FORMATS.flatMap(format => [
    constants(format),
    ...extremes(format),
    ...comparisons(format),
    ...roundings(format),
  ]),
  // only round toward zero is encoded
  row('fcvtmod.w.d', '1100001 01000 rs1 001 rd 1010011', 'rd,fs1', e =>
    e.writeRd(() => {
      e.fs1();
      e.float('modular.d');
    }),
  ),
];
