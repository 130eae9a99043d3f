import { DOUBLE, SINGLE } from './float-reference.ts';
import { DOUBLE_EDGES, SINGLE_EDGES } from './floats.ts';
import { randomSource } from './random-program.ts';

const random = randomSource(2026);
/** Random operand pairs and triples for each instruction, beside those of edges. */
const SAMPLES = 400;

export const FORMATS = [
  { suffix: 's', format: SINGLE, edges: SINGLE_EDGES },
  { suffix: 'd', format: DOUBLE, edges: DOUBLE_EDGES },
] as const;
export type Case = (typeof FORMATS)[number];

/** A random number near the edges' exponents or anywhere. */
function anyFloat({ format, edges }: Case): bigint {
  const bits = (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32));
  const fraction = bits & ((1n << format.fractionBits) - 1n);
  switch (random(4)) {
    case 0:
      return edges[random(edges.length)]!;
    case 1:
      return BigInt.asUintN(format.width, bits);
    case 2: // few significant bits: exact results and ties
      return ((format.bias + BigInt(random(8))) << format.fractionBits) | (fraction & ~(fraction - 1n));
    default:
      return ((format.bias + BigInt(random(60)) - 30n) << format.fractionBits) | fraction;
  }
}

/** Pairs of edges, a third of them. */
export const pairs = ({ edges }: Case): bigint[][] =>
  edges.flatMap(a => edges.filter(() => random(3) === 0).map(b => [a, b]));
/** Random tuples of `size` operands. */
export const samples = (which: Case, size: number): bigint[][] =>
  Array.from({ length: SAMPLES }, () => Array.from({ length: size }, () => anyFloat(which)));
