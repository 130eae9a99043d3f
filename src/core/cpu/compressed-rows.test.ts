import { afterAll, describe, expect, it } from 'vitest';
import { COMPRESSED_INSTRUCTIONS, decode, encode, type Operands } from '../isa/index.ts';
import { RAM_BASE, TestMachine } from './testing/machine.ts';

const machine = new TestMachine();
const { hart } = machine;
const executed = new Set<string>();
const DATA = RAM_BASE + 0x8000;

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
  // those of floating point are tested with what they stand for
  const rows = COMPRESSED_INSTRUCTIONS.filter(row => row.expandsTo !== 'fld' && row.expandsTo !== 'fsd');
  const missed = rows.map(row => row.name).filter(name => !executed.has(name));
  if (missed.length > 0) throw new Error(`instructions that no test executes: ${missed.join(', ')}`);
});
