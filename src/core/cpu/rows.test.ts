import { afterAll, describe, expect, it } from 'vitest';
import { COMPRESSED_INSTRUCTIONS, decode, encode, INSTRUCTIONS, type Operands } from '../isa/index.ts';
import { DEVICE, EDGES, RAM_BASE, TestMachine } from './testing/machine.ts';

const machine = new TestMachine();
const { hart } = machine;
const executed = new Set<string>();
const DATA = RAM_BASE + 0x8000;

const u64 = (value: bigint) => BigInt.asUintN(64, value);
const s64 = (value: bigint) => BigInt.asIntN(64, value);
const s32 = (value: bigint) => BigInt.asIntN(32, value);
const u32 = (value: bigint) => BigInt.asUintN(32, value);
const truncate = (a: bigint, b: bigint) => a / b; // BigInt division rounds toward zero, as RISC-V's

/** Runs one instruction at RAM_BASE; the result is the pc after it. */
function step(name: string, operands: Partial<Operands>, registers: Record<number, bigint> = {}): bigint {
  const { bits, size } = encode(name, operands);
  machine.place(RAM_BASE, [{ bits, size }]);
  // landing places of jumps hold wfi, whatever their distance
  for (const [index, value] of Object.entries(registers)) hart.setX(Number(index), value);
  hart.pc = BigInt(RAM_BASE);
  executed.add(name);
  return BigInt(size);
}

/** Executes exactly one instruction followed by wfi and returns rd (x7). */
function result(name: string, operands: Partial<Operands>, registers: Record<number, bigint> = {}): bigint {
  const size = step(name, operands, registers);
  machine.place(RAM_BASE + Number(size), ['wfi']);
  machine.run();
  expect(hart.pc).toBe(BigInt(RAM_BASE) + size + 4n);
  return hart.x(7);
}

type Binary = (a: bigint, b: bigint) => bigint;

const rotateLeft = (a: bigint, by: bigint, width: bigint) => (a << by) | (a >> (width - by));
const divide = (a: bigint, b: bigint, byZero: bigint) => (b === 0n ? byZero : truncate(a, b));
const remainder = (a: bigint, b: bigint) => (b === 0n ? a : a % b);

const REGISTER: Record<string, Binary> = {
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
  'czero.eqz': (a, b) => (b === 0n ? 0n : a),
  'czero.nez': (a, b) => (b !== 0n ? 0n : a),
};

const binary = (value: bigint, width: number) =>
  BigInt.asUintN(width, value).toString(2).padStart(width, '0');
const bytesOf = (value: bigint) => binary(value, 64).match(/.{8}/g) ?? [];
const leadingZeros = (digits: string) =>
  BigInt(digits.indexOf('1') < 0 ? digits.length : digits.indexOf('1'));
const reversed = (digits: string) => [...digits].reverse().join('');
const ones = (digits: string) => BigInt([...digits].filter(digit => digit === '1').length);

const UNARY: Record<string, (a: bigint) => bigint> = {
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

const IMMEDIATE: Record<string, Binary> = {
  addi: (a, b) => a + b,
  slti: (a, b) => (s64(a) < b ? 1n : 0n),
  sltiu: (a, b) => (a < u64(b) ? 1n : 0n),
  xori: (a, b) => a ^ u64(b),
  ori: (a, b) => a | u64(b),
  andi: (a, b) => a & u64(b),
  addiw: (a, b) => s32(a + b),
};

const SHIFT: Record<string, [number, Binary]> = {
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

const BRANCH: Record<string, (a: bigint, b: bigint) => boolean> = {
  beq: (a, b) => a === b,
  bne: (a, b) => a !== b,
  blt: (a, b) => s64(a) < s64(b),
  bge: (a, b) => s64(a) >= s64(b),
  bltu: (a, b) => a < b,
  bgeu: (a, b) => a >= b,
};

const LOAD: Record<string, [number, boolean]> = {
  lb: [1, true],
  lh: [2, true],
  lw: [4, true],
  ld: [8, true],
  lbu: [1, false],
  lhu: [2, false],
  lwu: [4, false],
};
const STORE: Record<string, number> = { sb: 1, sh: 2, sw: 4, sd: 8 };

const ATOMIC: Record<string, Binary> = {
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

describe('integer arithmetic', () => {
  it.each(Object.entries(REGISTER))('%s', (name, reference) => {
    for (const a of EDGES) {
      for (const b of EDGES) {
        expect(result(name, { rd: 7, rs1: 5, rs2: 6 }, { 5: a, 6: b }), `${name} ${a} ${b}`).toBe(
          u64(reference(a, b)),
        );
      }
    }
    expect(result(name, { rd: 7, rs1: 7, rs2: 7 }, { 7: EDGES[10]! })).toBe(
      u64(reference(EDGES[10]!, EDGES[10]!)),
    );
  });

  it.each(Object.entries(IMMEDIATE))('%s', (name, reference) => {
    for (const a of EDGES) {
      for (const imm of [0, 1, -1, 2047, -2048]) {
        expect(result(name, { rd: 7, rs1: 5, imm }, { 5: a })).toBe(u64(reference(a, BigInt(imm))));
      }
    }
  });

  it.each(Object.entries(SHIFT))('%s', (name, [limit, reference]) => {
    for (const a of EDGES) {
      for (const imm of [0, 1, 17, limit]) {
        expect(result(name, { rd: 7, rs1: 5, imm }, { 5: a })).toBe(u64(reference(a, BigInt(imm))));
      }
    }
  });

  it.each(Object.entries(UNARY))('%s', (name, reference) => {
    for (const a of [...EDGES, 0x0012_0080_0000_ff01n]) {
      expect(result(name, { rd: 7, rs1: 5 }, { 5: a }), `${name} ${a}`).toBe(u64(reference(a)));
    }
  });

  it('lui and auipc', () => {
    for (const imm of [0, 0x1000, 0x7fff_f000, -0x8000_0000]) {
      expect(result('lui', { rd: 7, imm })).toBe(u64(BigInt(imm)));
      expect(result('auipc', { rd: 7, imm })).toBe(u64(BigInt(imm) + BigInt(RAM_BASE)));
    }
  });

  it('x0 stays zero', () => {
    result('addi', { rd: 0, rs1: 5, imm: 1 }, { 5: 41n });
    expect(hart.x(0)).toBe(0n);
    expect(result('add', { rd: 7, rs1: 0, rs2: 0 })).toBe(0n);
  });
});

describe('control flow', () => {
  const landing = RAM_BASE + 0x40;

  it.each(Object.entries(BRANCH))('%s', (name, taken) => {
    machine.place(landing, ['addi x7, zero, 1', 'wfi']);
    for (const a of EDGES) {
      for (const b of EDGES) {
        step(name, { rs1: 5, rs2: 6, imm: 0x40 }, { 5: a, 6: b, 7: 0n });
        machine.place(RAM_BASE + 4, ['wfi']);
        machine.run();
        expect(hart.x(7), `${name} ${a} ${b}`).toBe(taken(a, b) ? 1n : 0n);
      }
    }
  });

  it('jal and jalr link and land', () => {
    machine.place(landing, ['wfi']);
    step('jal', { rd: 7, imm: 0x40 });
    machine.run();
    expect([hart.x(7), hart.pc]).toEqual([BigInt(RAM_BASE + 4), BigInt(landing + 4)]);
    step('jalr', { rd: 5, rs1: 5, imm: 1 }, { 5: BigInt(landing) });
    machine.run();
    expect([hart.x(5), hart.pc]).toEqual([BigInt(RAM_BASE + 4), BigInt(landing + 4)]);
  });

  it('jumps far, forward and back', () => {
    const far = RAM_BASE + 0x7_f000;
    machine.place(far, ['jal t1, -520192']);
    machine.place(RAM_BASE, ['jal t0, 520192']);
    hart.pc = BigInt(RAM_BASE);
    hart.run(2);
    expect(hart.x(6)).toBe(BigInt(far + 4));
    expect(hart.x(5)).toBe(BigInt(RAM_BASE + 4));
    expect(hart.pc).toBe(BigInt(RAM_BASE));
  });

  it('fences do nothing that shows', () => {
    hart.setX(7, 9n);
    expect(result('fence', { imm: 0xff })).toBe(9n);
    expect(result('fence.i', {})).toBe(9n);
    expect(result('sfence.vma', {})).toBe(9n);
  });
});

describe('memory', () => {
  const bytes = 0xf1e2_d3c4_b5a6_9788n;

  it.each(Object.entries(LOAD))('%s aligned, misaligned and across pages', (name, [size, signed]) => {
    for (const address of [DATA, DATA + 1, DATA + 3, DATA + 0xffd, DATA + 0xfff]) {
      machine.write64(address, bytes);
      const raw = BigInt.asUintN(size * 8, bytes);
      const expected = signed ? u64(BigInt.asIntN(size * 8, raw)) : raw;
      expect(result(name, { rd: 7, rs1: 5, imm: -5 }, { 5: BigInt(address + 5) })).toBe(expected);
    }
  });

  it.each(Object.entries(STORE))('%s aligned, misaligned and across pages', (name, size) => {
    for (const address of [DATA, DATA + 1, DATA + 3, DATA + 0xffd, DATA + 0xfff]) {
      machine.write64(address, 0n);
      result(name, { rs1: 5, rs2: 6, imm: 7 }, { 5: BigInt(address - 7), 6: bytes });
      expect(machine.read64(address)).toBe(BigInt.asUintN(size * 8, bytes));
    }
  });

  it('reaches devices with the access size', () => {
    machine.deviceValue = bytes;
    machine.accesses.length = 0;
    expect(result('lw', { rd: 7, rs1: 5, imm: 4 }, { 5: BigInt(DEVICE) })).toBe(
      u64(BigInt.asIntN(32, bytes)),
    );
    expect(result('ld', { rd: 7, rs1: 5 })).toBe(bytes);
    result('sh', { rs1: 5, rs2: 6, imm: 8 }, { 6: bytes });
    result('sd', { rs1: 5, rs2: 6, imm: 16 }, { 6: bytes });
    expect(machine.accesses).toEqual([
      { kind: 'load', address: DEVICE + 4, size: 4, value: bytes },
      { kind: 'load', address: DEVICE, size: 8, value: bytes },
      { kind: 'store', address: DEVICE + 8, size: 2, value: 0x9788n },
      { kind: 'store', address: DEVICE + 16, size: 8, value: bytes },
    ]);
  });

  it.each(Object.entries(ATOMIC))('%s', (name, reference) => {
    for (const a of EDGES) {
      for (const b of EDGES) {
        machine.write64(DATA, a);
        expect(result(`${name}.d`, { rd: 7, rs1: 5, rs2: 6 }, { 5: BigInt(DATA), 6: b })).toBe(a);
        expect(machine.read64(DATA), `${name}.d ${a} ${b}`).toBe(u64(reference(a, b)));
        machine.write64(DATA, a);
        expect(result(`${name}.w`, { rd: 7, rs1: 5, rs2: 6 })).toBe(u64(s32(a)));
        const word = u32(reference(s32(a), s32(b)));
        expect(machine.read64(DATA), `${name}.w ${a} ${b}`).toBe((a & ~0xffff_ffffn) | word);
      }
    }
    expect(result(`${name}.d`, { rd: 6, rs1: 5, rs2: 6 }, { 5: BigInt(DATA), 6: 3n, 7: 0n })).toBe(0n);
  });

  it.each(['w', 'd'])('lr.%s and sc', width => {
    machine.write64(DATA, 77n);
    const at = { 5: BigInt(DATA), 6: 88n };
    expect(result(`lr.${width}`, { rd: 7, rs1: 5 }, at)).toBe(77n);
    expect(result(`sc.${width}`, { rd: 7, rs1: 5, rs2: 6 }, at)).toBe(0n);
    expect(machine.read64(DATA)).toBe(88n);
    expect(result(`sc.${width}`, { rd: 7, rs1: 5, rs2: 6 }, at), 'no reservation left').toBe(1n);
    result(`lr.${width}`, { rd: 7, rs1: 5 }, at);
    machine.write64(DATA, 5n);
    expect(result(`sc.${width}`, { rd: 7, rs1: 5, rs2: 6 }, at), 'memory changed').toBe(1n);
    result(`lr.${width}`, { rd: 7, rs1: 5 }, at);
    expect(result(`sc.${width}`, { rd: 7, rs1: 5, rs2: 6 }, { 5: BigInt(DATA + 8) }), 'elsewhere').toBe(1n);
    expect(machine.read64(DATA)).toBe(5n);
  });
});

describe('csrs and system', () => {
  const scratch = 0x340;

  it('csrrw, csrrs, csrrc and their immediate forms', () => {
    hart.setCsr('mscratch', 0b1100n);
    expect(result('csrrw', { rd: 7, rs1: 5, imm: scratch }, { 5: 0b1010n })).toBe(0b1100n);
    expect(result('csrrs', { rd: 7, rs1: 5, imm: scratch }, { 5: 0b0101n })).toBe(0b1010n);
    expect(result('csrrc', { rd: 7, rs1: 5, imm: scratch }, { 5: 0b0110n })).toBe(0b1111n);
    expect(result('csrrwi', { rd: 7, rs1: 21, imm: scratch })).toBe(0b1001n);
    expect(result('csrrsi', { rd: 7, rs1: 2, imm: scratch })).toBe(21n);
    expect(result('csrrci', { rd: 7, rs1: 7, imm: scratch })).toBe(23n);
    expect(hart.csr('mscratch')).toBe(16n);
  });

  it.each([
    ['ecall', 11n, 0n],
    ['ebreak', 3n, BigInt(RAM_BASE)],
  ])('%s traps', (name, cause, value) => {
    hart.setCsr('mtvec', BigInt(RAM_BASE + 0x100));
    machine.place(RAM_BASE + 0x100, ['wfi']);
    step(name, {});
    machine.run();
    expect(hart.csr('mcause')).toBe(cause);
    expect(hart.csr('mtval')).toBe(value);
    expect(hart.csr('mepc')).toBe(BigInt(RAM_BASE));
  });

  it.each(['mret', 'sret'])('%s returns to its epc', name => {
    const target = RAM_BASE + 0x200;
    machine.place(target, ['wfi']);
    hart.setCsr('mstatus', 3n << 11n);
    hart.setCsr('pmpaddr0', (1n << 54n) - 1n);
    hart.setCsr('pmpcfg0', 0x1fn);
    hart.setCsr(name === 'mret' ? 'mepc' : 'sepc', BigInt(target));
    hart.setCsr('mtvec', BigInt(RAM_BASE + 0x100));
    machine.place(RAM_BASE + 0x100, ['wfi']);
    step(name, {});
    machine.run();
    expect(hart.pc).toBe(BigInt(name === 'mret' ? target + 4 : RAM_BASE + 0x104));
    // sret leaves for U mode, where wfi is illegal
    if (name === 'sret') expect([hart.csr('mcause'), hart.csr('mepc')]).toEqual([2n, BigInt(target)]);
  });

  it('wfi waits until an enabled interrupt is pending', () => {
    hart.setCsr('mie', 8n);
    hart.setCsr('mstatus', 0n);
    step('wfi', {});
    machine.place(RAM_BASE + 4, ['j 0']);
    expect(hart.run(10)).toBe('wfi');
    expect(hart.waiting).toBe(true);
    hart.setInterrupt(7, true);
    expect(hart.waiting).toBe(true);
    hart.setInterrupt(3, true);
    expect(hart.waiting).toBe(false);
    expect(hart.run(10)).toBe('budget');
    hart.setInterrupt(7, false);
    hart.setInterrupt(3, false);
    hart.setCsr('mie', 0n);
  });
});

describe('compressed instructions', () => {
  // encodings and meanings as GNU as and objdump give them
  const rows: [name: string, encoding: number, meaning: string, operands: Partial<Operands>][] = [
    ['c.addi4spn', 0x1fe4, 'addi', { rd: 9, rs1: 2, imm: 1020 }],
    ['c.lw', 0x5ef0, 'lw', { rd: 12, rs1: 13, imm: 124 }],
    ['c.ld', 0x7ef0, 'ld', { rd: 12, rs1: 13, imm: 248 }],
    ['c.sw', 0xdef0, 'sw', { rs1: 13, rs2: 12, imm: 124 }],
    ['c.sd', 0xfef0, 'sd', { rs1: 13, rs2: 12, imm: 248 }],
    ['c.addi', 0x1a81, 'addi', { rd: 21, rs1: 21, imm: -32 }],
    ['c.addiw', 0x3abd, 'addiw', { rd: 21, rs1: 21, imm: -17 }],
    ['c.li', 0x5a81, 'addi', { rd: 21, imm: -32 }],
    ['c.addi16sp', 0x7101, 'addi', { rd: 2, rs1: 2, imm: -512 }],
    ['c.lui', 0x7a85, 'lui', { rd: 21, imm: -126976 }],
    ['c.srli', 0x937d, 'srli', { rd: 14, rs1: 14, imm: 63 }],
    ['c.srai', 0x9705, 'srai', { rd: 14, rs1: 14, imm: 33 }],
    ['c.andi', 0x9b2d, 'andi', { rd: 14, rs1: 14, imm: -21 }],
    ['c.sub', 0x8f01, 'sub', { rd: 14, rs1: 14, rs2: 8 }],
    ['c.xor', 0x8f21, 'xor', { rd: 14, rs1: 14, rs2: 8 }],
    ['c.or', 0x8f41, 'or', { rd: 14, rs1: 14, rs2: 8 }],
    ['c.and', 0x8f61, 'and', { rd: 14, rs1: 14, rs2: 8 }],
    ['c.subw', 0x9f01, 'subw', { rd: 14, rs1: 14, rs2: 8 }],
    ['c.addw', 0x9f21, 'addw', { rd: 14, rs1: 14, rs2: 8 }],
    ['c.j', 0xb001, 'jal', { imm: -2048 }],
    ['c.beqz', 0xd301, 'beq', { rs1: 14, imm: -256 }],
    ['c.bnez', 0xef7d, 'bne', { rs1: 14, imm: 254 }],
    ['c.slli', 0x1afe, 'slli', { rd: 21, rs1: 21, imm: 63 }],
    ['c.lwsp', 0x5afe, 'lw', { rd: 21, rs1: 2, imm: 252 }],
    ['c.ldsp', 0x7afe, 'ld', { rd: 21, rs1: 2, imm: 504 }],
    ['c.jr', 0x8a82, 'jalr', { rs1: 21 }],
    ['c.mv', 0x8afe, 'addi', { rd: 21, rs1: 31 }],
    ['c.ebreak', 0x9002, 'ebreak', {}],
    ['c.jalr', 0x9a82, 'jalr', { rd: 1, rs1: 21 }],
    ['c.add', 0x9afe, 'add', { rd: 21, rs1: 21, rs2: 31 }],
    ['c.swsp', 0xdfd6, 'sw', { rs1: 2, rs2: 21, imm: 252 }],
    ['c.sdsp', 0xffd6, 'sd', { rs1: 2, rs2: 21, imm: 504 }],
  ];

  it.each(rows)('%s', (name, encoding, meaning, operands) => {
    const decoded = decode(encoding);
    expect(decoded?.compressed?.name).toBe(name);
    expect([decoded?.row.name, decoded?.operands]).toEqual([
      meaning,
      { rd: 0, rs1: 0, rs2: 0, imm: 0, ...operands },
    ]);
    const outcome = (instruction: { bits: number; size: 2 | 4 }) => {
      for (let index = 1; index < 32; index++) hart.setX(index, BigInt(DATA + index * 8));
      machine.write64(DATA + 0x200, 0x1122_3344_5566_7788n);
      hart.setCsr('mtvec', BigInt(RAM_BASE + 0x3000));
      const at = RAM_BASE + 0x4000;
      // jumps land on zeros, which are illegal and lead to the vector
      machine.place(RAM_BASE + 0x3000, ['wfi']);
      machine.place(at, [instruction, 'wfi']);
      hart.pc = BigInt(at);
      machine.run();
      return Array.from({ length: 32 }, (_, index) => hart.x(index));
    };
    executed.add(name);
    const long = encode(meaning, operands);
    const link = meaning === 'jalr' && operands.rd === 1;
    const [short, full] = [outcome({ bits: encoding, size: 2 }), outcome(long)];
    if (link) expect([short[1], full[1]]).toEqual([BigInt(RAM_BASE + 0x4002), BigInt(RAM_BASE + 0x4004)]);
    else expect(short).toEqual(full);
  });

  it('knows the reserved encodings', () => {
    for (const bits of [0x0000, 0x8000, 0x6101, 0x6001, 0x2001, 0x4002, 0x6002, 0x8002, 0x9c41]) {
      expect(decode(bits), bits.toString(16)).toBeUndefined();
    }
  });
});

afterAll(() => {
  // those of floating point have a file of their own
  const rows = [
    ...INSTRUCTIONS.filter(row => row.extension !== 'F' && row.extension !== 'D'),
    ...COMPRESSED_INSTRUCTIONS.filter(row => row.expandsTo !== 'fld' && row.expandsTo !== 'fsd'),
  ].map(row => row.name);
  const missed = rows.filter(name => !executed.has(name));
  if (missed.length > 0) throw new Error(`instructions that no test executes: ${missed.join(', ')}`);
});
