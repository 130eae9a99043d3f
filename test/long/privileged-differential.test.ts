/** Random privileged programs on our hart and on QEMU's: the logs of all traps must be the same. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { agreedGuest, GUEST_RECORD_NAMES } from '../../src/core/cpu/testing/guest-log.ts';
import { guestProgram } from '../../src/core/cpu/testing/guest-program.ts';
import { TestMachine } from '../../src/core/cpu/testing/machine.ts';
import { LAYOUT, RECORD_NAMES } from '../../src/core/cpu/testing/privileged-layout.ts';
import { agreed } from '../../src/core/cpu/testing/privileged-log.ts';
import { privilegedProgram } from '../../src/core/cpu/testing/privileged-program.ts';
import { randomSource } from '../../src/core/cpu/testing/random-program.ts';

const EMULATOR = 'qemu-system-riscv64';
const available = spawnSync(EMULATOR, ['--version']).status === 0;
/** Programs of one run, 48 episodes each; HMP_PRIVILEGED asks for more, HMP_PRIVILEGED_FROM for others. */
const PROGRAMS = Number(process.env['HMP_PRIVILEGED'] ?? 24);
const FIRST = Number(process.env['HMP_PRIVILEGED_FROM'] ?? 1);
const LIMIT = 1_000_000;
const directory = mkdtempSync(join(tmpdir(), 'hmp-privileged-'));

afterAll(() => rmSync(directory, { recursive: true }));

type Guests = 'with guests' | 'without guests';

/** The log of our hart: version 7.2's has neither Svadu nor Svade and updates A and D by itself. */
function ours(image: Uint8Array, end: number, guests: Guests): BigUint64Array {
  const machine = new TestMachine({
    ramSize: LAYOUT.ramSize,
    without: [
      ...(guests === 'with guests' ? [] : (['H'] as const)),
      'Svadu', 'Svade', 'Svinval', 'Svnapot', 'Svpbmt', 'Zfa', 'Zicond',
      'Smaia', 'Ssaia', 'Smstateen', 'Sscofpmf', 'XVentanaCondOps',
    ], // biome-ignore format: a list
  });
  machine.placeBytes(LAYOUT.entry, image);
  machine.place(end, ['csrrw zero, mie, zero', 'wfi']);
  machine.run(LIMIT);
  const start = machine.hostOffset(LAYOUT.log);
  const length = Number(machine.read64(LAYOUT.context)) - LAYOUT.log;
  return new BigUint64Array(machine.memory.bytes.slice(start, start + length).buffer);
}

function theirs(image: Uint8Array, file: string, guests: Guests): BigUint64Array {
  writeFileSync(file, image);
  const model = `rv64,h=${guests === 'with guests'}`;
  const options = `-M virt -cpu ${model} -m 16M -display none -monitor none -serial stdio -bios`.split(' ');
  const peer = spawnSync(EMULATOR, [...options, file], { timeout: 30_000, maxBuffer: 1 << 24 });
  expect(peer.signal, 'the program ends').toBeNull();
  const bytes = new Uint8Array(peer.stdout.length - (peer.stdout.length % 8));
  bytes.set(peer.stdout.subarray(0, bytes.length));
  return new BigUint64Array(bytes.buffer);
}

/** Records as text, one word a line, so that a difference shows where it is. */
function lines(log: BigUint64Array, names = RECORD_NAMES): string[] {
  return Array.from(log, (word, index) => {
    const name = names[index % names.length];
    return `${Math.floor(index / names.length)} ${name} ${word.toString(16)}`;
  });
}

const seeds = Array.from({ length: PROGRAMS }, (_, index) => FIRST + index);

describe.skipIf(!available)(`privileged programs as ${EMULATOR} runs them`, () => {
  it.each(seeds)('program %i', seed => {
    const { image, end } = privilegedProgram(randomSource(seed * 0x9e37_79b1));
    const mine = lines(agreed(ours(image, end, 'without guests'), image));
    expect(mine.length).toBeGreaterThan(RECORD_NAMES.length);
    const peer = theirs(image, join(directory, `program-${seed}`), 'without guests');
    expect(mine).toEqual(lines(agreed(peer, image)));
  });

  it.each(seeds)('program %i with guests', seed => {
    const { image, end } = guestProgram(randomSource(seed * 0x9e37_79b1));
    const mine = lines(agreedGuest(ours(image, end, 'with guests'), image), GUEST_RECORD_NAMES);
    expect(mine.length).toBeGreaterThan(GUEST_RECORD_NAMES.length);
    const peer = theirs(image, join(directory, `guests-${seed}`), 'with guests');
    expect(mine).toEqual(lines(agreedGuest(peer, image), GUEST_RECORD_NAMES));
  });
});
