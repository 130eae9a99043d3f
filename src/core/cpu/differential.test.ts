import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { assemble, type Encoded, encode, MSTATUS } from '../isa/index.ts';
import { makeElf } from './testing/elf.ts';
import { DOUBLE_EDGES, SINGLE_EDGES } from './testing/floats.ts';
import { EDGES, RAM_BASE, TestMachine } from './testing/machine.ts';
import { BASE_REGISTER, randomInstructions, randomSource } from './testing/random-program.ts';

const EMULATOR = 'qemu-riscv64';
const available = spawnSync(EMULATOR, ['--version']).status === 0;
/** Programs of one run; HMP_DIFFERENTIAL asks for more. */
const PROGRAMS = Number(process.env.HMP_DIFFERENTIAL ?? 24);
const INSTRUCTIONS = 400;
const DATA = RAM_BASE + 0x8000;
const PAGE = 4096;
const FLOATS = 256; // offset in the data page of f0..f31
const FCSR = 3;
const SYS_WRITE = 64;
const SYS_EXIT = 93;
const directory = mkdtempSync(join(tmpdir(), 'hmp-differential-'));

afterAll(() => rmSync(directory, { recursive: true }));

/** Counts the rounds of a program down; in the page after the one that the body changes. */
const COUNTER = PAGE + 2048;
const ROUNDS = 3n;

/** Goes back to the body's start until the rounds are done: hot code gets translated. */
function repeat(body: readonly Encoded[]): Encoded[] {
  const count = [
    encode('lui', { rd: 30, imm: PAGE }),
    encode('add', { rd: 30, rs1: 30, rs2: BASE_REGISTER }),
    encode('ld', { rd: 29, rs1: 30 }),
    encode('addi', { rd: 29, rs1: 29, imm: -1 }),
    encode('sd', { rs1: 30, rs2: 29 }),
    encode('beq', { rs1: 29, imm: 8 }),
  ];
  const size = [...body, ...count].reduce((sum, one) => sum + one.size, 0);
  return [...body, ...count, encode('jal', { imm: -size })];
}

/** Loads x1..x30 and f0..f31 from the data page, runs the body some times, stores them and fcsr, writes the page to stdout and exits. */
function program(body: readonly Encoded[]): Uint8Array {
  const registers = Array.from({ length: 30 }, (_, index) => index + 1);
  const floats = Array.from({ length: 32 }, (_, index) => index);
  const code = assemble([
    encode('auipc', { rd: BASE_REGISTER, imm: 0x8000 }),
    ...registers.map(x => encode('ld', { rd: x, rs1: BASE_REGISTER, imm: x * 8 })),
    ...floats.map(f => encode('fld', { rd: f, rs1: BASE_REGISTER, imm: FLOATS + f * 8 })),
    // the middle of the page, so that every 12-bit offset stays inside
    encode('lui', { rd: 30, imm: 0x1000 }),
    encode('addi', { rd: 30, rs1: 30, imm: -2048 }),
    encode('add', { rd: BASE_REGISTER, rs1: BASE_REGISTER, rs2: 30 }),
    ...repeat(body),
    ...registers.map(x => encode('sd', { rs1: BASE_REGISTER, rs2: x, imm: -2048 + x * 8 })),
    ...floats.map(f => encode('fsd', { rs1: BASE_REGISTER, rs2: f, imm: -2048 + FLOATS + f * 8 })),
    encode('csrrs', { rd: 1, imm: FCSR }),
    encode('sd', { rs1: BASE_REGISTER, rs2: 1, imm: -2048 }),
    encode('addi', { rd: 10, imm: 1 }),
    encode('addi', { rd: 11, rs1: BASE_REGISTER, imm: -2048 }),
    encode('lui', { rd: 12, imm: PAGE }),
    encode('addi', { rd: 17, imm: SYS_WRITE }),
    encode('ecall', {}),
    encode('addi', { rd: 10 }),
    encode('addi', { rd: 17, imm: SYS_EXIT }),
    encode('ecall', {}),
  ]);
  const content = new Uint8Array(0x8000 + 2 * PAGE);
  content.set(code);
  return content;
}

/** An edge of the integers or of the floating-point numbers, or anything. */
function randomValue(random: (below: number) => number): bigint {
  const anything = (BigInt(random(2 ** 32)) << 32n) | BigInt(random(2 ** 32));
  switch (random(6)) {
    case 0:
      return EDGES[random(EDGES.length)]!;
    case 1:
      return DOUBLE_EDGES[random(DOUBLE_EDGES.length)]!;
    case 2:
      return (0xffff_ffffn << 32n) | SINGLE_EDGES[random(SINGLE_EDGES.length)]!;
    case 3: // near one, so that sums and products meet
      return (
        (BigInt(random(2)) << 63n) | (BigInt(1000 + random(48)) << 52n) | (anything & 0xf_ffff_ffff_ffffn)
      );
    case 4:
      return (
        (0xffff_ffffn << 32n) |
        (BigInt(random(2)) << 31n) |
        (BigInt(112 + random(32)) << 23n) |
        (anything & 0x7f_ffffn)
      );
    default:
      return anything;
  }
}

function fillData(content: Uint8Array, random: (below: number) => number): void {
  const view = new DataView(content.buffer, 0x8000, 2 * PAGE);
  for (let at = 0; at < PAGE; at += 8) {
    view.setBigUint64(at, randomValue(random), true);
  }
  view.setBigUint64(COUNTER, ROUNDS, true);
}

describe.skipIf(!available)(`random programs as ${EMULATOR} runs them`, () => {
  it.each(Array.from({ length: PROGRAMS }, (_, index) => index + 1))('program %i', seed => {
    const random = randomSource(seed * 0x9e37_79b1);
    const content = program(randomInstructions(INSTRUCTIONS, random));
    fillData(content, random);
    const file = join(directory, `program-${seed}`);
    writeFileSync(file, makeElf(RAM_BASE, content), { mode: 0o755 });
    const peer = spawnSync(EMULATOR, [file], { timeout: 10_000 });
    expect(peer.status, `${peer.signal} ${peer.stderr}`).toBe(0);

    const machine = new TestMachine();
    machine.placeBytes(RAM_BASE, content);
    machine.place(RAM_BASE + 0x20000, ['wfi']);
    machine.hart.setCsr('mtvec', BigInt(RAM_BASE + 0x20000));
    machine.hart.setCsr('mstatus', MSTATUS.FS);
    machine.run();
    expect(machine.hart.csr('mcause')).toBe(11n);
    const ours = machine.memory.bytes.slice(machine.hostOffset(DATA), machine.hostOffset(DATA) + PAGE);
    const words = (bytes: Uint8Array) =>
      Array.from(new BigUint64Array(bytes.slice().buffer), word => word.toString(16));
    expect(words(ours)).toEqual(words(peer.stdout));
  });
});
