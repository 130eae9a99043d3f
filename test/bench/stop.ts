/** How long `stop` takes while the guest never rests: machine in its own thread, as the program runs it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadMachineConfig } from '../../src/cli/machine-config.ts';
import { parseInvocation } from '../../src/cli/parse-invocation.ts';
import { installRoot } from '../../src/cli/paths.ts';
import { loadOptionTable } from '../../src/cli/tables.ts';
import { spawnMachine } from '../../src/host/spawn-machine.ts';

const ROUNDS = 200;
const root = installRoot();
const images = join(root, 'dist', 'guest');
const { machine: plan } = parseInvocation(loadOptionTable(root), []);
const config = loadMachineConfig(plan, {
  firmware: join(images, 'firmware.elf'),
  guest: join(images, 'guest.elf'),
});
const machine = await spawnMachine(config, pathToFileURL(join(root, 'dist', 'machine-thread.js')));

await new Promise<void>(resolve => {
  let seen = '';
  machine.onStream((_, bytes) => {
    seen += Buffer.from(bytes).toString('latin1');
    if (seen.endsWith('guest> ')) machine.writeStream('serial0', Buffer.from('spin\r'));
    if (seen.includes('any key stops')) resolve();
  });
});

const times: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  await new Promise(resolve => setTimeout(resolve, 5));
  const begin = performance.now();
  await machine.qmp.execute('stop');
  times.push(performance.now() - begin);
  await machine.qmp.execute('cont');
}
times.sort((a, b) => a - b);
const at = (share: number) => `${times[Math.min(Math.floor(share * ROUNDS), ROUNDS - 1)]!.toFixed(2)} ms`;
process.stdout.write(`stop while the guest spins   median ${at(0.5)}   95% ${at(0.95)}   longest ${at(1)}\n`);
await machine.qmp.execute('quit');
