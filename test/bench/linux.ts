/**
 * Seconds until a Linux guest is ready, beside qemu-system-riscv64 in the same minute when that is
 * installed: `npx tsx test/bench/linux.ts [rounds] [option of the machine...]`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadMachineConfig } from '../../src/cli/machine-config.ts';
import { parseInvocation } from '../../src/cli/parse-invocation.ts';
import { installRoot } from '../../src/cli/paths.ts';
import { loadOptionTable } from '../../src/cli/tables.ts';
import { spawnMachine } from '../../src/host/spawn-machine.ts';
import { hasLinux, INITRD, unpackKernel } from '../support/linux.ts';

const EMULATOR = 'qemu-system-riscv64';
const READY = 'GUEST-READY';
const [rounds = '3', ...more] = process.argv.slice(2);
const root = installRoot();
const images = join(root, 'dist', 'guest');

/** Resolves with the seconds that it took until `output` had told of the guest. */
function untilReady(listen: (output: (text: string) => void) => void): Promise<number> {
  const start = performance.now();
  return new Promise(resolve => {
    let seen = '';
    listen(text => {
      seen = (seen + text).slice(-4096);
      if (seen.includes(READY)) resolve((performance.now() - start) / 1000);
    });
  });
}

async function ours(options: readonly string[]): Promise<{ seconds: number; jit: string }> {
  const { machine: plan } = parseInvocation(loadOptionTable(root), [...options]);
  const firmware = join(images, 'firmware.elf');
  const config = loadMachineConfig(plan, { firmware, guest: join(images, 'guest.elf') });
  const machine = await spawnMachine(config, pathToFileURL(join(root, 'dist', 'machine-thread.js')));
  const seconds = await untilReady(output =>
    machine.onStream((_, bytes) => output(Buffer.from(bytes).toString('latin1'))),
  );
  const jit = await machine.qmp.execute('x-query-jit');
  await machine.qmp.execute('quit');
  return { seconds, jit: jit['human-readable-text'] };
}

async function peer(options: readonly string[]): Promise<number> {
  const display = ['-display', 'none', '-monitor', 'none', '-serial', 'stdio'];
  const process = spawn(EMULATOR, [...options, ...display], { stdio: ['ignore', 'pipe', 'inherit'] });
  const seconds = await untilReady(output => {
    process.stdout.on('data', (bytes: Buffer) => output(bytes.toString('latin1')));
  });
  process.kill('SIGKILL');
  return seconds;
}

if (hasLinux) {
  const { kernel, remove } = unpackKernel();
  const files = ['-kernel', kernel, '-initrd', INITRD, '-append', 'console=ttyS0'];
  const options = ['-M', 'virt', '-m', '512', ...files, ...more];
  const installed = spawnSync(EMULATOR, ['--version']).status === 0;
  let best = { seconds: Number.POSITIVE_INFINITY, jit: '' };
  let theirs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < Number(rounds); round++) {
    const result = await ours(options);
    if (result.seconds < best.seconds) best = result;
    if (installed) theirs = Math.min(theirs, await peer(options));
  }
  const beside = installed ? `   ${theirs.toFixed(2)} s on ${EMULATOR}` : '';
  process.stdout.write(`Linux ready  ${best.seconds.toFixed(2)} s${beside}\n${best.jit}`);
  remove();
}
