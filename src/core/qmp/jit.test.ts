import { describe, expect, it } from 'vitest';
import { CODE, newMachine } from '../cpu/testing/traps.ts';
import { jitHandlers } from './jit.ts';

/** The text for a machine that has run a loop of two instructions, if any. */
async function text(rounds: number): Promise<string> {
  const machine = newMachine({ translateAfter: 1 });
  machine.place(CODE, ['addi t0, t0, 1', 'j -4']);
  machine.hart.pc = BigInt(CODE);
  if (rounds > 0) machine.hart.run(rounds * 2);
  const answer = await jitHandlers(machine.engine, 'tcg')['x-query-jit']?.({});
  return (answer as { 'human-readable-text': string })['human-readable-text'];
}

describe('x-query-jit', () => {
  it('has lines of zeros before anything ran', async () => {
    expect(await text(0)).toMatch(
      new RegExp(
        [
          'Accelerator settings:',
          'one-insn-per-tb: off',
          '',
          'Translation buffer state:',
          'gen code size       0/\\d+',
          'TB count            0',
          'TB avg target size  0 max=0 bytes',
          'TB avg host size    0 bytes \\(expansion ratio: 0.0\\)',
          'cross page TB count 0 \\(0%\\)',
          'direct jump count   0 \\(0%\\) \\(2 jumps=0 0%\\)',
          'TB hash buckets     0/\\d+ \\(0.00% head buckets used\\)',
          'TB hash occupancy   0.00% avg chain occ. Histogram: \\[0.0,0.0\\)%\\|█\\|\\[0.0,0.0\\]%',
          '',
          'Statistics:',
          'TB flush count      0',
          'TB invalidate count 0',
          'TLB full flushes    \\d+',
          'TLB partial flushes \\d+',
          'TLB elided flushes  \\d+',
          '$',
        ].join('\n'),
      ),
    );
  });

  it('describes the regions that there are', async () => {
    const answer = await text(100);
    expect(answer).toMatch(/TB count {12}1\nTB avg target size {2}8 max=8 bytes\n/);
    expect(answer).toMatch(/direct jump count {3}1 \(100%\) \(2 jumps=0 0%\)\n/);
    expect(answer).toMatch(/TB hash avg chain {3}1\.000 buckets\. Histogram: 1\|█\|1\n/);
    expect(answer).toContain('Histogram: [0,10)%|█        ▁|[90,100]%\n');
    const [, used] = /gen code size +(\d+)\//.exec(answer)!;
    expect(Number(used)).toBeGreaterThan(0);
  });

  it('is what x-accel-stats tells, which has nothing to tell of a test program', async () => {
    const { engine } = newMachine();
    const handlers = jitHandlers(engine, 'tcg');
    expect(await handlers['x-accel-stats']!({})).toEqual(await handlers['x-query-jit']!({}));
    const tested = jitHandlers(engine, 'qtest');
    expect(await tested['x-accel-stats']!({})).toEqual({ 'human-readable-text': '' });
    expect(() => tested['x-query-jit']!({})).toThrow('JIT information is only available with accel=tcg');
  });
});
