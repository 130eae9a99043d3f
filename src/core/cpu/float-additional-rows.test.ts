import { afterAll, describe, expect, it } from 'vitest';
import { disassemble, encode, INSTRUCTIONS, MSTATUS, type Operands } from '../isa/index.ts';
import * as reference from './testing/float-reference.ts';
import { FORMATS, samples } from './testing/float-samples.ts';
import { RAM_BASE, TestMachine } from './testing/machine.ts';

type Outcome = reference.Outcome;

const machine = new TestMachine();
const { hart } = machine;
const executed = new Set<string>();
const HANDLER = RAM_BASE + 0x1000;
const MODES = [0, 1, 2, 3, 4];
const DYNAMIC = 7;
const BOX = 0xffff_ffff_0000_0000n;
const INEXACT = 1;
const INVALID = 16;
const INT32 = { least: -(2n ** 31n), most: 2n ** 31n - 1n };

const box = (bits: bigint, { width }: reference.FloatFormat) => (width === 32 ? BOX | bits : bits);
const encodingOf = (value: number, { width }: reference.FloatFormat) => {
  const view = new DataView(new ArrayBuffer(8));
  if (width === 64) view.setFloat64(0, value);
  else view.setFloat32(4, value);
  return view.getBigUint64(0);
};

machine.place(HANDLER, ['wfi']);
hart.setCsr('mtvec', BigInt(HANDLER));
hart.setCsr('mstatus', MSTATUS.FS);

/** Runs one instruction with fcsr as given; returns fflags after it. */
function run(name: string, operands: Partial<Operands>, fcsr = 0): number {
  machine.place(RAM_BASE, [encode(name, operands), 'wfi']);
  executed.add(name);
  hart.setCsr('fcsr', BigInt(fcsr));
  hart.pc = BigInt(RAM_BASE);
  machine.run();
  expect(hart.pc).toBe(BigInt(RAM_BASE + 8));
  return Number(hart.csr('fflags'));
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
    for (const a of edges) {
      for (const b of edges) {
        hart.setF(5, box(a, format));
        hart.setF(6, box(b, format));
        const flags = run(`${name}.${suffix}`, { rd: 7, rs1: 5, rs2: 6 });
        const { bits, flags: raised } = expected(a, b);
        const got = [to === 'x' ? hart.x(7) : hart.f(7), flags];
        const want = [to === 'x' ? bits : box(bits, format), raised];
        expect(got, `${name} ${a.toString(16)} ${b.toString(16)}`).toEqual(want);
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
    for (const a of numbers.flatMap(bits => [bits, bits ^ sign])) {
      for (const mode of MODES) {
        const wanted = integral(a, format, mode, name === 'froundnx');
        for (const [imm, fcsr] of [
          [mode, 0],
          [DYNAMIC, mode << 5],
        ] as const) {
          hart.setF(5, box(a, format));
          const flags = run(`${name}.${suffix}`, { rd: 7, rs1: 5, imm }, fcsr);
          const got = [hart.f(7).toString(16), flags];
          expect(got, `${a.toString(16)} mode ${mode}`).toEqual([
            box(wanted.bits, format).toString(16),
            wanted.flags,
          ]);
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
  const missed = rows.map(row => row.name).filter(name => !executed.has(name));
  if (missed.length > 0) throw new Error(`instructions that no test executes: ${missed.join(', ')}`);
});
