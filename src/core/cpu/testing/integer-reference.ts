/** Meanings of the integer instructions in bigints, as the specification words them: what the tests compare with. */

export const u64 = (value: bigint) => BigInt.asUintN(64, value);
const s64 = (value: bigint) => BigInt.asIntN(64, value);
export const s32 = (value: bigint) => BigInt.asIntN(32, value);
export const u32 = (value: bigint) => BigInt.asUintN(32, value);
const truncate = (a: bigint, b: bigint) => a / b; // BigInt division rounds toward zero, as RISC-V's

type Binary = (a: bigint, b: bigint) => bigint;

const rotateLeft = (a: bigint, by: bigint, width: bigint) => (a << by) | (a >> (width - by));
const divide = (a: bigint, b: bigint, byZero: bigint) => (b === 0n ? byZero : truncate(a, b));
const remainder = (a: bigint, b: bigint) => (b === 0n ? a : a % b);

function carryLess(a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let bit = 0n; bit < 64n; bit++) if ((b >> bit) & 1n) product ^= a << bit;
  return product;
}

/** By values of rs1 and rs2. Results of all tables here are cut to 64 bits by who compares. */
export const REGISTER: Record<string, Binary> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  sll: (a, b) => a << (b & 63n),
  slt: (a, b) => (s64(a) < s64(b) ? 1n : 0n),
  sltu: (a, b) => (a < b ? 1n : 0n),
  xor: (a, b) => a ^ b,
  srl: (a, b) => a >> (b & 63n),
  sra: (a, b) => s64(a) >> (b & 63n),
  or: (a, b) => a | b,
  and: (a, b) => a & b,
  addw: (a, b) => s32(a + b),
  subw: (a, b) => s32(a - b),
  sllw: (a, b) => s32(a << (b & 31n)),
  srlw: (a, b) => s32(u32(a) >> (b & 31n)),
  sraw: (a, b) => s32(a) >> (b & 31n),
  mul: (a, b) => a * b,
  mulh: (a, b) => (s64(a) * s64(b)) >> 64n,
  mulhsu: (a, b) => (s64(a) * b) >> 64n,
  mulhu: (a, b) => (a * b) >> 64n,
  div: (a, b) => divide(s64(a), s64(b), -1n),
  divu: (a, b) => divide(a, b, -1n),
  rem: (a, b) => remainder(s64(a), s64(b)),
  remu: remainder,
  mulw: (a, b) => s32(a * b),
  divw: (a, b) => s32(divide(s32(a), s32(b), -1n)),
  divuw: (a, b) => s32(divide(u32(a), u32(b), -1n)),
  remw: (a, b) => s32(remainder(s32(a), s32(b))),
  remuw: (a, b) => s32(remainder(u32(a), u32(b))),
  sh1add: (a, b) => (a << 1n) + b,
  sh2add: (a, b) => (a << 2n) + b,
  sh3add: (a, b) => (a << 3n) + b,
  'add.uw': (a, b) => u32(a) + b,
  'sh1add.uw': (a, b) => (u32(a) << 1n) + b,
  'sh2add.uw': (a, b) => (u32(a) << 2n) + b,
  'sh3add.uw': (a, b) => (u32(a) << 3n) + b,
  andn: (a, b) => a & ~b,
  orn: (a, b) => a | ~b,
  xnor: (a, b) => ~(a ^ b),
  min: (a, b) => (s64(a) < s64(b) ? a : b),
  minu: (a, b) => (a < b ? a : b),
  max: (a, b) => (s64(a) > s64(b) ? a : b),
  maxu: (a, b) => (a > b ? a : b),
  rol: (a, b) => rotateLeft(a, b & 63n, 64n),
  ror: (a, b) => rotateLeft(a, 64n - (b & 63n), 64n),
  rolw: (a, b) => s32(rotateLeft(u32(a), b & 31n, 32n)),
  rorw: (a, b) => s32(rotateLeft(u32(a), 32n - (b & 31n), 32n)),
  bclr: (a, b) => a & ~(1n << (b & 63n)),
  bext: (a, b) => (a >> (b & 63n)) & 1n,
  binv: (a, b) => a ^ (1n << (b & 63n)),
  bset: (a, b) => a | (1n << (b & 63n)),
  clmul: carryLess,
  clmulr: (a, b) => carryLess(a, b) >> 63n,
  clmulh: (a, b) => carryLess(a, b) >> 64n,
  'czero.eqz': (a, b) => (b === 0n ? 0n : a),
  'czero.nez': (a, b) => (b !== 0n ? 0n : a),
  'vt.maskc': (a, b) => (b === 0n ? 0n : a),
  'vt.maskcn': (a, b) => (b !== 0n ? 0n : a),
};

const binary = (value: bigint, width: number) =>
  BigInt.asUintN(width, value).toString(2).padStart(width, '0');
const bytesOf = (value: bigint) => binary(value, 64).match(/.{8}/g) ?? [];
const leadingZeros = (digits: string) =>
  BigInt(digits.indexOf('1') < 0 ? digits.length : digits.indexOf('1'));
const reversed = (digits: string) => [...digits].reverse().join('');
const ones = (digits: string) => BigInt([...digits].filter(digit => digit === '1').length);

/** By the value of rs1. */
export const UNARY: Record<string, (a: bigint) => bigint> = {
  clz: a => leadingZeros(binary(a, 64)),
  ctz: a => leadingZeros(reversed(binary(a, 64))),
  cpop: a => ones(binary(a, 64)),
  clzw: a => leadingZeros(binary(a, 32)),
  ctzw: a => leadingZeros(reversed(binary(a, 32))),
  cpopw: a => ones(binary(a, 32)),
  'sext.b': a => BigInt.asIntN(8, a),
  'sext.h': a => BigInt.asIntN(16, a),
  'zext.h': a => a & 0xffffn,
  'orc.b': a =>
    BigInt(
      `0b${bytesOf(a)
        .map(byte => (byte.includes('1') ? '1' : '0').repeat(8))
        .join('')}`,
    ),
  rev8: a => BigInt(`0b${bytesOf(a).reverse().join('')}`),
};

/** By the value of rs1 and the immediate, sign-extended. */
export const IMMEDIATE: Record<string, Binary> = {
  addi: (a, b) => a + b,
  slti: (a, b) => (s64(a) < b ? 1n : 0n),
  sltiu: (a, b) => (a < u64(b) ? 1n : 0n),
  xori: (a, b) => a ^ u64(b),
  ori: (a, b) => a | u64(b),
  andi: (a, b) => a & u64(b),
  addiw: (a, b) => s32(a + b),
};

/** Greatest amount, and the result by the value of rs1 and the amount. */
export const SHIFT: Record<string, [number, Binary]> = {
  slli: [63, (a, b) => a << b],
  srli: [63, (a, b) => a >> b],
  srai: [63, (a, b) => s64(a) >> b],
  slliw: [31, (a, b) => s32(a << b)],
  srliw: [31, (a, b) => s32(u32(a) >> b)],
  sraiw: [31, (a, b) => s32(a) >> b],
  'slli.uw': [63, (a, b) => u32(a) << b],
  rori: [63, (a, b) => rotateLeft(a, 64n - b, 64n)],
  roriw: [31, (a, b) => s32(rotateLeft(u32(a), 32n - b, 32n))],
  bclri: [63, (a, b) => a & ~(1n << b)],
  bexti: [63, (a, b) => (a >> b) & 1n],
  binvi: [63, (a, b) => a ^ (1n << b)],
  bseti: [63, (a, b) => a | (1n << b)],
};

/** Whether the branch is taken, by values of rs1 and rs2. */
export const BRANCH: Record<string, (a: bigint, b: bigint) => boolean> = {
  beq: (a, b) => a === b,
  bne: (a, b) => a !== b,
  blt: (a, b) => s64(a) < s64(b),
  bge: (a, b) => s64(a) >= s64(b),
  bltu: (a, b) => a < b,
  bgeu: (a, b) => a >= b,
};

/** What an atomic memory operation stores, by the old value and that of rs2; named without width. */
export const ATOMIC: Record<string, Binary> = {
  amoswap: (_, b) => b,
  amoadd: (a, b) => a + b,
  amoxor: (a, b) => a ^ b,
  amoand: (a, b) => a & b,
  amoor: (a, b) => a | b,
  amomin: (a, b) => (s64(a) < s64(b) ? a : b),
  amomax: (a, b) => (s64(a) > s64(b) ? a : b),
  amominu: (a, b) => (u64(a) < u64(b) ? a : b),
  amomaxu: (a, b) => (u64(a) > u64(b) ? a : b),
};
