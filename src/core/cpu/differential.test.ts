import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { assemble, type Encoded, encode } from '../isa/index.ts';
import { makeElf } from './testing/elf.ts';
import { EDGES, RAM_BASE, TestMachine } from './testing/machine.ts';
import { BASE_REGISTER, randomInstructions, randomSource } from './testing/random-program.ts';

const EMULATOR = 'qemu-riscv64';
const available = spawnSync(EMULATOR, ['--version']).status === 0;
const PROGRAMS = 24;
const INSTRUCTIONS = 400;
const DATA = RAM_BASE + 0x8000;
const PAGE = 4096;
const SYS_WRITE = 64;
const SYS_EXIT = 93;
const directory = mkdtempSync(join(tmpdir(), 'hmp-differential-'));

afterAll(() => rmSync(directory, { recursive: true }));

/** Loads x1..x30 from the data page, runs the body, stores them, writes the page to stdout and exits. */
function program(body: readonly Encoded[]): Uint8Array {
  const registers = Array.from({ length: 30 }, (_, index) => index + 1);
  const code = assemble([
    encode('auipc', { rd: BASE_REGISTER, imm: 0x8000 }),
    ...registers.map(x => encode('ld', { rd: x, rs1: BASE_REGISTER, imm: x * 8 })),
    // the middle of the page, so that every 12-bit offset stays inside
    encode('lui', { rd: 30, imm: 0x1000 }),
    encode('addi', { rd: 30, rs1: 30, imm: -2048 }),
    encode('add', { rd: BASE_REGISTER, rs1: BASE_REGISTER, rs2: 30 }),
    ...body,
    ...registers.map(x => encode('sd', { rs1: BASE_REGISTER, rs2: x, imm: -2048 + x * 8 })),
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

function fillData(content: Uint8Array, random: (below: number) => number): void {
  const view = new DataView(content.buffer, 0x8000, PAGE);
  for (let at = 0; at < PAGE; at += 8) {
    const value =
      random(2) === 0 ? EDGES[random(EDGES.length)]! : BigInt(random(2 ** 31)) * BigInt(random(2 ** 31));
    view.setBigUint64(at, value, true);
  }
}

describe.skipIf(!available)(`random programs as ${EMULATOR} runs them`, () => {
  it.each(Array.from({ length: PROGRAMS }, (_, index) => index + 1))('program %i', seed => {
    const random = randomSource(seed * 0x9e37_79b1);
    const content = program(randomInstructions(INSTRUCTIONS, random));
    fillData(content, random);
    const file = join(directory, `program-${seed}`);
    writeFileSync(file, makeElf(RAM_BASE, content), { mode: 0o755 });
    const peer = spawnSync(EMULATOR, [file], { timeout: 10_000 });
    expect(peer.status, peer.stderr.toString()).toBe(0);

    const machine = new TestMachine();
    machine.placeBytes(RAM_BASE, content);
    machine.place(RAM_BASE + 0x20000, ['wfi']);
    machine.hart.setCsr('mtvec', BigInt(RAM_BASE + 0x20000));
    machine.run();
    expect(machine.hart.csr('mcause')).toBe(11n);
    const ours = machine.memory.bytes.slice(machine.hostOffset(DATA), machine.hostOffset(DATA) + PAGE);
    const words = (bytes: Uint8Array) =>
      Array.from(new BigUint64Array(bytes.slice().buffer), word => word.toString(16));
    expect(words(ours)).toEqual(words(peer.stdout));
  });
});
