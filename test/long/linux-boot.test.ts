import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { testBoard } from '../../src/core/board/testing/test-board.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guest = join(resolve(root, process.env.HMP_SHARED ?? '../shared'), 'guests/linux');
const [kernel, initrd] = [join(guest, 'Image.xz'), join(guest, 'initrd.gz')];
const available = existsSync(kernel) && existsSync(initrd);
const RAM_SIZE = 512 * 1024 * 1024;
const MAX_IMAGE = 64 * 1024 * 1024;
const STEP = 10_000_000; // instructions between two looks at the console
const MAX_STEPS = 400;
const READY = 'GUEST-READY';

if (!available) console.warn(`skipped: no Linux guest in ${guest} (HMP_SHARED names the folder of guests)`);

function unpack(file: string): Uint8Array {
  const { stdout, status, error } = spawnSync('xz', ['-dc', file], { maxBuffer: MAX_IMAGE });
  if (status !== 0) throw error ?? new Error(`xz cannot unpack ${file}`);
  return stdout;
}

describe.skipIf(!available)("Debian's kernel", () => {
  it.each([1, 2])('boots to its shell on %i hart(s)', harts => {
    const machine = testBoard({
      ramSize: RAM_SIZE,
      harts,
      firmware: {
        name: 'firmware.elf',
        data: new Uint8Array(readFileSync(join(root, 'src/guest/built/firmware.elf'))),
      },
      kernel: { name: 'Image', data: unpack(kernel) },
      initrd: { name: 'initrd.gz', data: new Uint8Array(readFileSync(initrd)) },
      append: 'console=ttyS0',
    });
    const { stream } = machine.host;
    for (let step = 0; step < MAX_STEPS && !stream.written.includes(READY); step++) machine.run(STEP);
    expect(stream.written.slice(-2000)).toContain(READY);
    expect(stream.written).toMatch(/riscv: base ISA extensions acdfim\b/);
    expect(stream.written).toMatch(new RegExp(`Brought up 1 node, ${harts} CPU`));
    // a program of the user's: floating-point registers survive switches between programs
    stream.type('cat /proc/cpuinfo; awk "BEGIN { print 10 / 4, 1 / 3 }"\r');
    for (let step = 0; step < MAX_STEPS && !stream.written.includes('0.333333'); step++) machine.run(STEP);
    expect(stream.written).toContain('2.5 0.333333');
    expect(stream.written).toMatch(/isa\s+: rv64imafdc/);
  });
});
