/**
 * Speed of the engine on small loops, beside qemu-system-riscv64 in the same minute when that is
 * installed: `npx tsx test/bench/cpu.ts`. Prints MIPS and ratios; asserts nothing.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RAM_BASE, TestMachine } from '../../src/core/cpu/testing/machine.ts';
import { assemble } from '../../src/core/isa/index.ts';

const EMULATOR = 'qemu-system-riscv64';
const ROUNDS = 10_000_000;
/** Of loops that leave translated code all the time. */
const SLOW_ROUNDS = 1_000_000;
const SLICE = 1_000_000;

interface Loop {
  readonly name: string;
  readonly setup: readonly string[];
  readonly body: readonly string[];
  readonly rounds?: number;
}

const LOOPS: readonly Loop[] = [
  { name: 'alu', setup: [], body: ['add t1, t1, t0', 'xor t2, t2, t1', 'slli t3, t2, 3', 'srli t4, t2, 7', 'mul t5, t3, t4', 'addiw t1, t5, 3', 'or t2, t2, t0'] },
  { name: 'memory', setup: ['auipc s1, 0x10000'], body: ['ld t1, 0(s1)', 'add t1, t1, t0', 'sd t1, 0(s1)', 'lw t2, 64(s1)', 'sw t1, 64(s1)', 'lbu t3, 129(s1)', 'sb t3, 130(s1)'] },
  { name: 'branches', setup: [], body: ['andi t1, t0, 1', 'beqz t1, 8', 'addi t2, t2, 1', 'andi t1, t0, 2', 'bnez t1, 8', 'addi t3, t3, 1', 'j 4'] },
  { name: 'csrs', rounds: SLOW_ROUNDS, setup: [], body: ['csrrw t1, mscratch, t0', 'csrrs t2, mscratch, zero'] },
  { name: 'traps', rounds: SLOW_ROUNDS, setup: ['auipc t1, 0', 'addi t1, t1, 512', 'csrrw zero, mtvec, t1'], body: ['ecall'] },
]; // biome-ignore format: a table

const HANDLER = ['csrrs t2, mepc, zero', 'addi t2, t2, 4', 'csrrw zero, mepc, t2', 'mret'];
const FINISH = ['lui t1, 0x100000', 'lui t2, 0x5000', 'addi t2, t2, 0x555', 'sw t2, 0(t1)', 'j 0'];

function program({ setup, body }: Loop, rounds: number): Uint8Array {
  const high = (rounds + 0x800) & ~0xfff;
  const count = [`lui t0, ${high}`, `addi t0, t0, ${rounds - high}`];
  const loop = [...body, 'addi t0, t0, -1', `bnez t0, ${-4 * (body.length + 1)}`];
  const code = new Uint8Array(1024);
  code.set(assemble([...setup, ...count, ...loop, ...FINISH]));
  code.set(assemble(HANDLER), 512);
  return code;
}

function ours(loop: Loop): { seconds: number; instructions: number } {
  const machine = new TestMachine();
  const { hart } = machine;
  let done = false;
  machine.store = paddr => {
    done ||= paddr === 0x10_0000;
    hart.requestExit();
    return true;
  };
  machine.placeBytes(RAM_BASE, program(loop, loop.rounds ?? ROUNDS));
  hart.run(SLICE);
  const before = hart.instructions;
  const start = performance.now();
  while (!done) hart.run(SLICE);
  return { seconds: (performance.now() - start) / 1000, instructions: Number(hart.instructions - before) };
}

function peer(loop: Loop, rounds: number, directory: string): number {
  const file = join(directory, 'program');
  writeFileSync(file, program(loop, rounds));
  const device = `loader,file=${file},addr=${RAM_BASE},force-raw=on`;
  const start = performance.now();
  spawnSync(EMULATOR, ['-M', 'virt', '-display', 'none', '-bios', 'none', '-device', device], {
    timeout: 60_000,
  });
  return (performance.now() - start) / 1000;
}

const directory = mkdtempSync(join(tmpdir(), 'hmp-bench-'));
const installed = spawnSync(EMULATOR, ['--version']).status === 0;
for (const loop of LOOPS) {
  const rounds = loop.rounds ?? ROUNDS;
  const { seconds, instructions } = ours(loop);
  const mips = instructions / seconds / 1e6;
  let line = `${loop.name.padEnd(10)} ${mips.toFixed(1).padStart(8)} MIPS`;
  if (installed) {
    const factor = 10;
    const net = peer(loop, rounds * factor, directory) - peer(loop, 1, directory);
    const perRound = instructions / rounds;
    const theirs = (perRound * rounds * factor) / net / 1e6;
    line += `  ${(mips / theirs).toFixed(3)} of ${EMULATOR}`;
  }
  console.log(line);
}
rmSync(directory, { recursive: true });
