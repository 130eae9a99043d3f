import { afterAll, describe, expect, it } from 'vitest';
import { COMPRESSED_INSTRUCTIONS, INSTRUCTIONS, type Operands } from '../isa/index.ts';
import { BOX, box, DYNAMIC, FloatMachine, MODES, same } from './testing/float-machine.ts';
import * as reference from './testing/float-reference.ts';
import { type Case, FORMATS, pairs, samples } from './testing/float-samples.ts';
import { DOUBLE_EDGES } from './testing/floats.ts';
import { EDGES, RAM_BASE } from './testing/machine.ts';

type Outcome = reference.Outcome;

const tested = new FloatMachine();
const { machine, hart, executed } = tested;
const DATA = RAM_BASE + 0x8000;
const u64 = (value: bigint) => BigInt.asUintN(64, value);
const load = (name: string, operands: Partial<Operands>) => tested.load(name, operands);
const run = (fcsr: number) => tested.run(fcsr);

/**
 * Checks an instruction with rd = 7 on operands in f5, f6 and f8, in every rounding mode, static
 * and dynamic, with fflags clear and with inexact already raised.
 */
function checkRounded(
  name: string,
  { format }: Case,
  tuples: readonly bigint[][],
  expected: (operands: bigint[], mode: number) => Outcome,
): void {
  const fields = (mode: number) => ({
    rd: 7,
    rs1: 5,
    rs2: name.startsWith('fsqrt') ? 0 : 6,
    imm: (/^fn?m(add|sub)/.test(name) ? 8 << 3 : 0) | mode,
  });
  for (const mode of MODES) {
    const outcomes = tuples.map(operands => expected(operands, mode));
    for (const dynamic of [false, true]) {
      load(name, fields(dynamic ? DYNAMIC : mode));
      const before = (dynamic ? mode << 5 : ((mode + 1) % 5) << 5) | ((mode + (dynamic ? 1 : 0)) & 1);
      for (const [index, operands] of tuples.entries()) {
        operands.forEach((bits, position) => {
          hart.setF([5, 6, 8][position] ?? 0, box(bits, format));
        });
        const flags = run(before);
        const { bits, flags: raised } = outcomes[index]!;
        const what = () => `${name} ${operands.map(value => value.toString(16))} mode ${mode}`;
        same([hart.f(7), flags], [box(bits, format), raised | (before & 1)], what);
      }
    }
  }
}

describe.each(FORMATS)('arithmetic of format $suffix', which => {
  const { suffix, format, edges } = which;
  const negate = (bits: bigint) => bits ^ (1n << BigInt(format.width - 1));
  type Two = (a: bigint, b: bigint, format: reference.FloatFormat, mode: number) => Outcome;

  it.each<[string, Two]>([
    ['fadd', reference.add],
    ['fsub', (a, b, f, mode) => reference.add(a, negate(b), f, mode)],
    ['fmul', reference.multiply],
    ['fdiv', reference.divide],
  ])('%s', (name, expected) => {
    checkRounded(`${name}.${suffix}`, which, [...pairs(which), ...samples(which, 2)], ([a, b], mode) =>
      expected(a!, b!, format, mode),
    );
  });

  it('fsqrt', () => {
    checkRounded(`fsqrt.${suffix}`, which, [...edges.map(a => [a]), ...samples(which, 1)], ([a], mode) =>
      reference.squareRoot(a!, format, mode),
    );
  });

  it.each([
    ['fmadd', false, false],
    ['fmsub', false, true],
    ['fnmsub', true, false],
    ['fnmadd', true, true],
  ])('%s', (name, product, addend) => {
    const exact = samples(which, 2).map(([a, b]) => {
      // the addend cancels the rounded product
      const { bits } = reference.multiply(a!, b!, format, 0);
      return [a!, b!, product === addend ? negate(bits) : bits];
    });
    checkRounded(`${name}.${suffix}`, which, [...samples(which, 3), ...exact], ([a, b, c], mode) =>
      reference.fma(product ? negate(a!) : a!, b!, addend ? negate(c!) : c!, format, mode),
    );
  });

  /** Instructions without rounding: result in x7 or f7, flags from zero. */
  function check(name: string, expected: (a: bigint, b: bigint) => Outcome, to: 'x' | 'f'): void {
    load(`${name}.${suffix}`, { rd: 7, rs1: 5, rs2: 6 });
    for (const a of edges) {
      for (const b of edges) {
        hart.setF(5, box(a, format));
        hart.setF(6, box(b, format));
        const flags = run(0);
        const { bits, flags: raised } = expected(a, b);
        const got = to === 'x' ? hart.x(7) : hart.f(7);
        const what = () => `${name} ${a.toString(16)} ${b.toString(16)}`;
        same([got, flags], [to === 'x' ? bits : box(bits, format), raised], what);
      }
    }
  }

  it.each(['eq', 'lt', 'le'] as const)('f%s', kind => {
    check(`f${kind}`, (a, b) => reference.compare(a, b, format, kind), 'x');
  });

  it.each(['min', 'max'] as const)('f%s', kind => {
    check(`f${kind}`, (a, b) => reference.extreme(a, b, format, kind), 'f');
  });

  it('fsgnj, fsgnjn, fsgnjx', () => {
    const sign = 1n << BigInt(format.width - 1);
    const exact = (bits: bigint): Outcome => ({ bits, flags: 0 });
    check('fsgnj', (a, b) => exact((a & ~sign) | (b & sign)), 'f');
    check('fsgnjn', (a, b) => exact((a & ~sign) | (~b & sign)), 'f');
    check('fsgnjx', (a, b) => exact(a ^ (b & sign)), 'f');
  });

  it('fclass', () => {
    load(`fclass.${suffix}`, { rd: 7, rs1: 5 });
    for (const a of edges) {
      hart.setF(5, box(a, format));
      expect(run(0)).toBe(0);
      expect(hart.x(7), a.toString(16)).toBe(reference.classify(a, format));
    }
  });

  it.each([
    ['w', -(2n ** 31n), 2n ** 31n - 1n, 32],
    ['wu', 0n, 2n ** 32n - 1n, 32],
    ['l', -(2n ** 63n), 2n ** 63n - 1n, 64],
    ['lu', 0n, 2n ** 64n - 1n, 64],
  ] as const)('to and from %s', (integer, least, most, width) => {
    const numbers = [...edges, ...samples(which, 1).flat()];
    for (const mode of MODES) {
      load(`fcvt.${integer}.${suffix}`, { rd: 7, rs1: 5, imm: mode });
      for (const a of numbers) {
        hart.setF(5, box(a, format));
        const flags = run(0);
        const { bits, flags: raised } = reference.toInt(a, format, mode, { least, most });
        same(
          [hart.x(7), flags],
          [u64(BigInt.asIntN(width, bits)), raised],
          () => `${a.toString(16)} mode ${mode}`,
        );
      }
      load(`fcvt.${suffix}.${integer}`, { rd: 7, rs1: 5, imm: mode });
      for (const a of [...EDGES, ...numbers]) {
        hart.setX(5, a);
        const flags = run(0);
        const value = integer.endsWith('u') ? BigInt.asUintN(width, a) : BigInt.asIntN(width, a);
        const { bits, flags: raised } = reference.fromInt(value, format, mode);
        same([hart.f(7), flags], [box(bits, format), raised], () => `${value} mode ${mode}`);
      }
    }
  });

  it('takes what is no box for the canonical NaN, moves aside', () => {
    if (suffix === 'd') return;
    hart.setF(5, 0x3f80_0000n);
    hart.setF(6, box(0x3f80_0000n, format));
    const nan = box(reference.canonicalNan(format), format);
    for (const name of ['fadd.s', 'fmul.s', 'fdiv.s', 'fsgnj.s']) {
      load(name, { rd: 7, rs1: 5, rs2: 6 });
      expect(run(0)).toBe(0);
      expect(hart.f(7)).toBe(nan);
    }
    load('fmv.x.s', { rd: 7, rs1: 5 });
    run(0);
    expect(hart.x(7)).toBe(0x3f80_0000n);
  });
});

describe('moves and conversions between formats', () => {
  it('fcvt.s.d and fcvt.d.s', () => {
    const [single, double] = FORMATS;
    for (const mode of MODES) {
      load('fcvt.s.d', { rd: 7, rs1: 5, imm: mode });
      for (const a of [...double.edges, ...samples(double, 1).flat()]) {
        hart.setF(5, a);
        const flags = run(0);
        const wanted = reference.convert(a, double.format, single.format, mode);
        same([hart.f(7), flags], [BOX | wanted.bits, wanted.flags], () => a.toString(16));
      }
      load('fcvt.d.s', { rd: 7, rs1: 5, imm: mode });
      for (const a of [...single.edges, ...samples(single, 1).flat()]) {
        hart.setF(5, BOX | a);
        const flags = run(0);
        const wanted = reference.convert(a, single.format, double.format, mode);
        same([hart.f(7), flags], [wanted.bits, wanted.flags], () => a.toString(16));
      }
    }
  });

  it('fmv between register files', () => {
    for (const value of [...EDGES, ...DOUBLE_EDGES]) {
      hart.setX(5, value);
      hart.setF(5, value);
      load('fmv.d.x', { rd: 7, rs1: 5 });
      run(0);
      load('fmv.x.d', { rd: 7, rs1: 5 });
      run(0);
      expect([hart.f(7), hart.x(7)]).toEqual([value, value]);
      load('fmv.s.x', { rd: 7, rs1: 5 });
      run(0);
      load('fmv.x.s', { rd: 7, rs1: 5 });
      run(0);
      expect([hart.f(7), hart.x(7)]).toEqual([BOX | (value & 0xffff_ffffn), u64(BigInt.asIntN(32, value))]);
    }
  });

  it('f0 is a register as any other', () => {
    hart.setX(5, 77n);
    load('fmv.d.x', { rd: 0, rs1: 5 });
    run(0);
    expect([hart.f(0), hart.x(0), hart.csr('fcsr')]).toEqual([77n, 0n, 0n]);
  });
});

describe('loads and stores', () => {
  const bytes = 0xf1e2_d3c4_b5a6_9788n;

  it.each([
    ['flw', 'fsw', 4],
    ['fld', 'fsd', 8],
  ] as const)('%s and %s aligned, misaligned and across pages', (loading, storing, size) => {
    for (const address of [DATA, DATA + 1, DATA + 3, DATA + 0xffd]) {
      hart.setX(5, BigInt(address + 5));
      machine.write64(address, bytes);
      load(loading, { rd: 7, rs1: 5, imm: -5 });
      run(0);
      expect(hart.f(7)).toBe(size === 4 ? BOX | BigInt.asUintN(32, bytes) : bytes);
      machine.write64(address, 0n);
      hart.setF(6, bytes);
      load(storing, { rs1: 5, rs2: 6, imm: -5 });
      run(0);
      expect(machine.read64(address)).toBe(BigInt.asUintN(size * 8, bytes));
    }
  });

  // encodings as GNU as gives them
  it.each([
    ['c.fld', 0x2508, 'fld fa0,8(a0)'],
    ['c.fsd', 0xa508, 'fsd fa0,8(a0)'],
    ['c.fldsp', 0x2522, 'fld fa0,8(sp)'],
    ['c.fsdsp', 0xa42a, 'fsd fa0,8(sp)'],
  ])('%s', (name, bits, text) => {
    for (const index of [2, 10]) hart.setX(index, BigInt(DATA));
    machine.write64(DATA + 8, name.includes('ld') ? bytes : 0n);
    hart.setF(10, name.includes('ld') ? 0n : bytes);
    machine.place(RAM_BASE, [{ bits, size: 2 }, 'wfi']);
    executed.add(name);
    hart.pc = BigInt(RAM_BASE);
    machine.run();
    expect([hart.f(10), machine.read64(DATA + 8)], text).toEqual([bytes, bytes]);
  });
});

afterAll(() => {
  const rows = [
    ...INSTRUCTIONS.filter(row => row.extension === 'F' || row.extension === 'D'),
    ...COMPRESSED_INSTRUCTIONS.filter(row => row.expandsTo === 'fld' || row.expandsTo === 'fsd'),
  ];
  tested.checkExecuted(rows);
});
