import { afterAll, describe, expect, it } from 'vitest';
import { disassemble, encode, INSTRUCTIONS, MSTATUS, type Operands } from '../isa/index.ts';
import { box, DYNAMIC, FloatMachine, HANDLER, MODES, same } from './testing/float-machine.ts';
import * as reference from './testing/float-reference.ts';
import { FORMATS, samples } from './testing/float-samples.ts';
import { TestMachine } from './testing/machine.ts';

type Outcome = reference.Outcome;

const tested = new FloatMachine();
const { machine, hart } = tested;
const INEXACT = 1;
const INVALID = 16;
const INT32 = { least: -(2n ** 31n), most: 2n ** 31n - 1n };

const encodingOf = (value: number, { width }: reference.FloatFormat) => {
  const view = new DataView(new ArrayBuffer(8));
  if (width === 64) view.setFloat64(0, value);
  else view.setFloat32(4, value);
  return view.getBigUint64(0);
};

/** Runs one instruction with fcsr as given; returns fflags after it. */
function run(name: string, operands: Partial<Operands>, fcsr = 0): number {
  tested.load(name, operands);
  return tested.run(fcsr);
}

/** minimum and maximum of IEEE 754-2019: a NaN wins. */
function extreme(a: bigint, b: bigint, format: reference.FloatFormat, kind: 'min' | 'max'): Outcome {
  const nans = [a, b].map(bits => reference.decodeFloat(bits, format).kind);
  const signalling = nans.includes('signalling');
  if (signalling || nans.includes('quiet'))
    return { bits: reference.canonicalNan(format), flags: signalling ? INVALID : 0 };
  return reference.extreme(a, b, format, kind);
}

/** Order without invalid for quiet NaNs. */
function quietOrder(a: bigint, b: bigint, format: reference.FloatFormat, kind: 'lt' | 'le'): Outcome {
  const { bits } = reference.compare(a, b, format, kind);
  return { bits, flags: reference.compare(a, b, format, 'eq').flags };
}

/** To an integer by conversion to an integer type that holds every number with a fraction. */
function integral(a: bigint, format: reference.FloatFormat, mode: number, raises: boolean): Outcome {
  const { kind, negative, value } = reference.decodeFloat(a, format);
  if (kind === 'quiet' || kind === 'signalling')
    return { bits: reference.canonicalNan(format), flags: kind === 'signalling' ? INVALID : 0 };
  if (kind === 'infinite' || value.n % value.d === 0n) return { bits: a, flags: 0 };
  const whole = reference.toInt(a, format, mode, { least: -(2n ** 63n), most: 2n ** 63n }).bits;
  const sign = BigInt(negative) << BigInt(format.width - 1);
  const bits = whole === 0n ? sign : reference.fromInt(whole, format, 0).bits;
  return { bits, flags: raises ? INEXACT : 0 };
}

describe.each(FORMATS)('Zfa of format $suffix', which => {
  const { suffix, format, edges } = which;

  it('fli loads its 32 numbers and needs FS', () => {
    const least = 1n << format.fractionBits;
    for (let imm = 0; imm < 32; imm++) {
      const { bits } = encode(`fli.${suffix}`, { rd: 7, imm });
      expect(run(`fli.${suffix}`, { rd: 7, imm })).toBe(0);
      const bytes = Uint8Array.of(bits, bits >> 8, bits >> 16, bits >> 24);
      const text = disassemble(bytes, 0n).text.split(',')[1] ?? '';
      const expected =
        text === 'min'
          ? least
          : text === 'nan'
            ? reference.canonicalNan(format)
            : encodingOf(text === 'inf' ? Number.POSITIVE_INFINITY : Number(text), format);
      expect(hart.f(7), text).toBe(box(expected, format));
    }
  });

  function check(name: string, expected: (a: bigint, b: bigint) => Outcome, to: 'x' | 'f'): void {
    tested.load(`${name}.${suffix}`, { rd: 7, rs1: 5, rs2: 6 });
    for (const a of edges) {
      for (const b of edges) {
        hart.setF(5, box(a, format));
        hart.setF(6, box(b, format));
        const flags = tested.run();
        const { bits, flags: raised } = expected(a, b);
        const got = to === 'x' ? hart.x(7) : hart.f(7);
        const what = () => `${name} ${a.toString(16)} ${b.toString(16)}`;
        same([got, flags], [to === 'x' ? bits : box(bits, format), raised], what);
      }
    }
  }

  it.each(['min', 'max'] as const)('f%sm', kind => {
    check(`f${kind}m`, (a, b) => extreme(a, b, format, kind), 'f');
  });

  it.each(['lt', 'le'] as const)('f%sq', kind => {
    check(`f${kind}q`, (a, b) => quietOrder(a, b, format, kind), 'x');
  });

  it.each(['fround', 'froundnx'])('%s in every mode, static and dynamic', name => {
    const halves = [0.5, 1.5, 2.5, 0.75, 1.25, 1023.5, 1e6 + 0.5, 2 ** 22 + 0.5, 2 ** 52 - 0.5];
    const numbers = [
      ...edges,
      ...samples(which, 1).flat(),
      ...halves.map(value => encodingOf(value, format)),
    ];
    const sign = 1n << BigInt(format.width - 1);
    const both = numbers.flatMap(bits => [bits, bits ^ sign]);
    for (const mode of MODES) {
      for (const [imm, fcsr] of [
        [mode, 0],
        [DYNAMIC, mode << 5],
      ] as const) {
        tested.load(`${name}.${suffix}`, { rd: 7, rs1: 5, imm });
        for (const a of both) {
          const wanted = integral(a, format, mode, name === 'froundnx');
          hart.setF(5, box(a, format));
          const flags = tested.run(fcsr);
          const what = () => `${a.toString(16)} mode ${mode}`;
          same([hart.f(7), flags], [box(wanted.bits, format), wanted.flags], what);
        }
      }
    }
  });
});

it('fcvtmod.w.d keeps the low bits of what is too large', () => {
  const [, double] = FORMATS;
  const { format, edges } = double!;
  const large = [
    2 ** 31,
    -(2 ** 31),
    2 ** 31 - 0.5,
    -(2 ** 31) - 0.5,
    2 ** 32 + 5,
    2 ** 53 + 2,
    2 ** 83,
    2 ** 84,
  ];
  const numbers = [...edges, ...samples(double!, 1).flat(), ...large.map(value => encodingOf(value, format))];
  for (const a of numbers) {
    hart.setF(5, a);
    const flags = run('fcvtmod.w.d', { rd: 7, rs1: 5 });
    const { kind, value } = reference.decodeFloat(a, format);
    const whole = kind === 'finite' ? value.n / value.d : 0n;
    const raised = reference.toInt(a, format, 1, INT32).flags;
    expect([hart.x(7), flags], a.toString(16)).toEqual([
      BigInt.asUintN(64, BigInt.asIntN(32, whole)),
      raised,
    ]);
  }
});

it('is illegal without the extension, and while FS is off', () => {
  const plain = new TestMachine({ without: ['Zfa'] });
  plain.place(HANDLER, ['wfi']);
  for (const target of [plain, machine]) {
    target.hart.setCsr('mtvec', BigInt(HANDLER));
    target.hart.setCsr('mstatus', target === plain ? MSTATUS.FS : 0n);
    target.hart.setCsr('mcause', 0n);
    target.execute([encode('fli.s', { rd: 7, imm: 3 })]);
    expect(target.hart.csr('mcause')).toBe(2n);
  }
});

afterAll(() => {
  const rows = INSTRUCTIONS.filter(row => row.extension === 'Zfa');
  tested.checkExecuted(rows);
});
