import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { ALL_DEVICES, commandNames, GUEST, SCRATCH_DISK, TestVm } from '../support/vm.ts';

const ROUNDS = 300;
const LINES = 3000;
/** Heap that a run of this length may leave behind, bytes: far below what one leaked reply a command would take. */
const ALLOWED_GROWTH = 48 << 20;
/** Commands that end the machine or wait for what may never come. */
const UNFIT = new Set(['quit', 'wait']);

function heapAfterCollection(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

describe('a machine that is asked a lot', () => {
  let vm: TestVm;
  afterEach(() => vm.close());

  it('answers while its guest never rests, and keeps its memory', async () => {
    vm = await TestVm.start(['-M', 'virt', ...GUEST, ...ALL_DEVICES, ...SCRATCH_DISK]);
    await vm.boot();
    vm.type('spin\r');
    const lines = [
      'info status',
      'info virtio',
      'info virtio-status blk0',
      'info virtio-queue-element blk0 0',
      'info qtree',
      'info mtree',
      'info registers',
      'x /16i $pc',
      'xp /64xb 0x80200000',
      'stop',
      'cont',
    ];
    for (const line of lines) await vm.hmp(line);
    const before = heapAfterCollection();
    for (let round = 0; round < ROUNDS; round++) for (const line of lines) await vm.hmp(line);
    expect(heapAfterCollection() - before).toBeLessThan(ALLOWED_GROWTH);
    expect(await vm.hmp('info status')).toBe('VM status: running\n');
  });

  it('comes back from many resets with a guest that works', async () => {
    vm = await TestVm.start(['-M', 'virt', ...GUEST, ...ALL_DEVICES, ...SCRATCH_DISK]);
    for (let round = 0; round < 20; round++) {
      await vm.boot();
      expect((await vm.shell('rng 4'))[0]).toMatch(/^[0-9a-f]{8}$/);
      await vm.hmp('system_reset');
    }
    await vm.boot();
  });

  it('takes any line', async () => {
    // some of them save memory to files of any name
    const [home, folder] = [process.cwd(), mkdtempSync(join(tmpdir(), 'hmp-soak-'))];
    process.chdir(folder);
    onTestFinished(() => {
      process.chdir(home);
      rmSync(folder, { recursive: true });
    });
    vm = await TestVm.start(['-M', 'virt', '-S', ...GUEST, ...ALL_DEVICES, ...SCRATCH_DISK]);
    const known = commandNames(vm.session).filter(name => !UNFIT.has(name));
    const word = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(
        'blk0',
        'net0',
        '/machine',
        '$pc',
        '$sp',
        '-1',
        '0x80000000',
        '/4xw',
        '/3i',
        'on',
        '""',
        '"',
        '(1',
      ),
      fc.bigInt().map(String),
    );
    const line = fc
      .tuple(fc.constantFrom(...known), fc.array(word, { maxLength: 4 }))
      .map(([name, words]) => {
        return [name, ...words].join(' ').replaceAll(/[\r\n]/g, ' ');
      });
    const property = fc.asyncProperty(line, async text => {
      const outcome = await vm.outcome(text);
      expect(outcome.ok || outcome.text.length > 0).toBe(true);
      expect(outcome.text).not.toMatch(/\n\s+at |TypeError|RangeError|undefined/);
    });
    await fc.assert(property, { numRuns: LINES });
    expect(await vm.hmp('info status')).toMatch(/^VM status: /);
  });
});
