/** `npm run bench`: every benchmark, one after the other. */
import { spawnSync } from 'node:child_process';

for (const name of ['cpu', 'linux', 'monitor', 'stop']) {
  process.stdout.write(`\n${name}\n`);
  spawnSync('npx', ['tsx', `test/bench/${name}.ts`], { stdio: 'inherit' });
}
