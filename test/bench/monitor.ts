/**
 * What a user feels: time from start to answer, and round trips of a script, beside
 * qemu-system-riscv64 in the same minute when that is installed. Prints figures and ratios; asserts nothing.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../dist/hmp.js', import.meta.url));
const PEER = 'qemu-system-riscv64';
const PEER_ARGS = ['-M', 'virt', '-S', '-display', 'none', '-bios', 'none', '-monitor', 'stdio'];
const STARTS = 9;
const LINES = 2000;

function seconds(command: string, args: readonly string[], input: string): number {
  const begin = performance.now();
  const { status, error } = spawnSync(command, args, { input, stdio: ['pipe', 'ignore', 'inherit'] });
  if (error || status !== 0) throw error ?? new Error(`${command} ended with status ${status}`);
  return (performance.now() - begin) / 1000;
}

function median(run: () => number): number {
  const times = Array.from({ length: STARTS }, run).sort((a, b) => a - b);
  return times[STARTS >> 1]!;
}

const hasPeer = spawnSync(PEER, ['--version']).status === 0;
const ours = (input: string) => () => seconds(process.execPath, [PROGRAM, '-M', 'virt', '-S'], input);
const theirs = (input: string) => () => seconds(PEER, PEER_ARGS, `${input}quit\n`);

function compare(name: string, format: (seconds: number) => string, own: number, peer: number | null): void {
  const beside = peer === null ? '' : `   ${PEER} ${format(peer)}   ratio ${(own / peer).toFixed(2)}`;
  process.stdout.write(`${name.padEnd(24)} ${format(own)}${beside}\n`);
}

const milliseconds = (time: number) => `${(time * 1000).toFixed(1)} ms`;
const microseconds = (time: number) => `${(time * 1e6).toFixed(0)} us`;

const once = 'info status\n';
const own = median(ours(once));
const peer = hasPeer ? median(theirs(once)) : null;
compare('start, answer, quit', milliseconds, own, peer);
compare(
  'node alone',
  milliseconds,
  median(() => seconds(process.execPath, ['-e', '0'], '')),
  null,
);
for (const line of ['info status', 'info qtree', 'info mtree']) {
  const script = `${line}\n`.repeat(LINES);
  const perLine = (total: number, start: number) => (total - start) / LINES;
  const peerTime = peer === null ? null : perLine(theirs(script)(), peer);
  compare(`${line}, each`, microseconds, perLine(ours(script)(), own), peerTime);
}
