import { describe, expect, it } from 'vitest';
import { assemble, type Encoded, encode, MSTATUS } from '../../isa/index.ts';
import { RAM_BASE, TestMachine } from '../testing/machine.ts';
import { BASE_REGISTER, randomInstructions, randomSource } from '../testing/random-program.ts';

const PROGRAMS = 12;
const HANDLER = RAM_BASE + 0x400;
const CODE = RAM_BASE + 0x1000;
const DATA = RAM_BASE + 0x20000;
/** In the page after the one that programs change. */
const COUNTER = DATA + 0x1000;
const ROUNDS = 5n;
const LIMIT = 200_000;
/** Instructions of a slice: small enough that loops stop in their middle. */
const SLICE = 61;

/** Skips the instruction that trapped, adding up causes and places in mscratch. */
const SKIP = [
  'csrrw t6, mtval, t6',
  'csrrs t6, mcause, zero',
  'csrrs t5, mepc, zero',
  'add t6, t6, t5',
  'csrrs t5, minstret, zero',
  'add t6, t6, t5',
  'csrrs t5, mscratch, zero',
  'add t6, t6, t5',
  'csrrw zero, mscratch, t6',
  'csrrs t5, mepc, zero',
  'addi t5, t5, 4',
  'csrrw zero, mepc, t5',
  'csrrw t6, mtval, t6',
  'mret',
];

/** Instructions that leave translated code, or trap, each of four bytes. */
const ODDITIES: readonly Encoded[] = [
  encode('ecall', {}),
  encode('ebreak', {}),
  encode('csrrs', { rd: 5, imm: 0xb02 }), // minstret
  encode('csrrs', { rd: 6, imm: 0x300 }), // mstatus
  encode('csrrwi', { rd: 7, rs1: 3, imm: 0x002 }), // frm
  encode('ld', { rd: 9, rs1: 0, imm: 8 }), // nothing there
  encode('sd', { rs1: 0, rs2: 9, imm: 8 }),
  { bits: 0xffff_ffff, size: 4 },
  encode('lr.w', { rd: 10, rs1: 0 }),
  encode('fence.i', {}),
];

function program(seed: number): Encoded[] {
  const random = randomSource(seed * 0x9e37_79b1);
  const body: Encoded[] = [];
  while (body.length < 150) {
    body.push(...randomInstructions(12, random));
    if (random(2) === 0) body.push(ODDITIES[random(ODDITIES.length)]!);
  }
  const size = body.reduce((sum, { size: bytes }) => sum + bytes, 0);
  return [
    ...body,
    // the counter is one page above the middle of the data page, less half a page
    encode('lui', { rd: 30, imm: 0x1000 }),
    encode('add', { rd: 30, rs1: 30, rs2: BASE_REGISTER }),
    encode('ld', { rd: 29, rs1: 30, imm: -2048 }),
    encode('addi', { rd: 29, rs1: 29, imm: -1 }),
    encode('sd', { rs1: 30, rs2: 29, imm: -2048 }),
    encode('beq', { rs1: 29, rs2: 0, imm: 8 }),
    encode('jal', { rd: 0, imm: -(size + 24) }),
    encode('wfi', {}),
  ];
}

function start(seed: number, translateAfter: number): TestMachine {
  const machine = new TestMachine({ translateAfter });
  const random = randomSource(seed * 7919 + 3);
  machine.place(HANDLER, SKIP);
  machine.placeBytes(CODE, assemble(program(seed)));
  for (let at = 0; at < 0x1000; at += 8)
    machine.write64(DATA + at, (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32)));
  machine.write64(COUNTER, ROUNDS);
  const { hart } = machine;
  for (let index = 1; index < 31; index++) hart.setX(index, BigInt(random(2 ** 32)) * 0x1_0001n);
  hart.setX(BASE_REGISTER, BigInt(DATA + 2048));
  hart.setCsr('mtvec', BigInt(HANDLER));
  hart.setCsr('mstatus', MSTATUS.FS);
  hart.pc = BigInt(CODE);
  return machine;
}

/** All that software can see of a machine that has run to its wfi. */
function outcome(machine: TestMachine): Record<string, unknown> {
  const { hart } = machine;
  for (let ran = 0; hart.run(SLICE) !== 'wfi'; ran += SLICE) {
    if (ran > LIMIT) throw new Error(`does not end: pc 0x${hart.pc.toString(16)}`);
  }
  const data = machine.hostOffset(DATA);
  return {
    instructions: hart.instructions,
    registers: hart.registerNames().map(name => [name, hart.readRegister(name)]),
    memory: Buffer.from(machine.memory.bytes.slice(data, data + 0x2000)).toString('hex'),
  };
}

describe('the tiers of the engine', () => {
  it.each(Array.from({ length: PROGRAMS }, (_, index) => index + 1))('agree on program %i', seed => {
    const interpreted = outcome(start(seed, 0));
    for (const translateAfter of [1, 2]) expect(outcome(start(seed, translateAfter))).toEqual(interpreted);
  });
});
