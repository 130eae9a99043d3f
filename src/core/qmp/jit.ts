import { QmpError } from '../../qapi/errors.ts';
import type { Engine } from '../cpu/index.ts';
import type { CommandHandlers } from './handlers.ts';

const BARS = '▁▂▃▄▅▆▇█';
const BINS = 10;

/** Translated code, with QEMU's lines for what its translator keeps. */
export function jitHandlers(engine: Engine, accelerator: string): CommandHandlers {
  return {
    'x-query-jit': () => {
      if (accelerator !== 'tcg') throw new QmpError('JIT information is only available with accel=tcg');
      return { 'human-readable-text': formatJit(engine) };
    },
    'x-accel-stats': () => ({ 'human-readable-text': accelerator === 'tcg' ? formatJit(engine) : '' }),
  };
}

function formatJit({ translation, harts }: Engine): string {
  const { regions, guestBytes, moduleBytes, table } = translation;
  const average = (sum: number) => (regions === 0 ? 0 : Math.trunc(sum / regions));
  const share = (count: number) => (regions === 0 ? 0 : Math.trunc((count * 100) / regions));
  const expansion = guestBytes === 0 ? 0 : moduleBytes / guestBytes;
  const flushes = (kind: 'full' | 'partial' | 'elided') =>
    harts.reduce((sum, hart) => sum + hart.tlbFlushes[kind], 0);
  const { withJump, withTwoJumps, crossPage } = translation;
  return [
    'Accelerator settings:',
    'one-insn-per-tb: off',
    '',
    'Translation buffer state:',
    `gen code size       ${moduleBytes}/${translation.moduleLimit}`,
    `TB count            ${regions}`,
    `TB avg target size  ${average(guestBytes)} max=${translation.largestGuestBytes} bytes`,
    `TB avg host size    ${average(moduleBytes)} bytes (expansion ratio: ${expansion.toFixed(1)})`,
    `cross page TB count ${crossPage} (${share(crossPage)}%)`,
    `direct jump count   ${withJump} (${share(withJump)}%) (2 jumps=${withTwoJumps} ${share(withTwoJumps)}%)`,
    ...bucketLines(regions, table),
    '',
    'Statistics:',
    `TB flush count      ${translation.evictions}`,
    `TB invalidate count ${translation.invalidated}`,
    `TLB full flushes    ${flushes('full')}`,
    `TLB partial flushes ${flushes('partial')}`,
    `TLB elided flushes  ${flushes('elided')}`,
    '',
  ].join('\n');
}

/** Each place of the table of regions is a bucket for one. */
function bucketLines(used: number, buckets: number): string[] {
  const percent = ((used / buckets) * 100).toFixed(2);
  const lines = [
    `TB hash buckets     ${used}/${buckets} (${percent}% head buckets used)`,
    `TB hash occupancy   ${percent}% avg chain occ. Histogram: ${occupancy(used, buckets)}`,
  ];
  if (used > 0) lines.push('TB hash avg chain   1.000 buckets. Histogram: 1|█|1');
  return lines;
}

/** Empty buckets at the left, full ones at the right. */
function occupancy(used: number, buckets: number): string {
  if (used === 0) return '[0.0,0.0)%|█|[0.0,0.0]%';
  const most = Math.max(used, buckets - used);
  const bar = (count: number) => (count === 0 ? ' ' : BARS[Math.trunc((count / most) * (BARS.length - 1))]);
  return `[0,10)%|${bar(buckets - used)}${' '.repeat(BINS - 2)}${bar(used)}|[90,100]%`;
}
