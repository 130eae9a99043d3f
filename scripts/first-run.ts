import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const QMP = [
  '{"execute": "qmp_capabilities"}',
  '{"execute": "query-status"}',
  '{"execute": "human-monitor-command", "arguments": {"command-line": "info status"}}',
];
const GREETING = 1;
/** The longest that the run may take, milliseconds. */
const PATIENCE = 60_000;

/**
 * Runs the program once, since its first run leaves compiled code for all later ones: with what most of them need, a
 * client of QMP and a script.
 */
export async function firstRun(program: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hmp-build-'));
  const client = createServer();
  try {
    const path = join(folder, 'client');
    client.listen(path);
    await once(client, 'listening');
    const sockets = ['-qmp', `unix:${join(folder, 'qmp')},server=on,wait=off`, '-qmp', `unix:${path}`];
    const child = spawn(process.execPath, [program, '-S', ...sockets, '-f', '-'], {
      stdio: ['pipe', 'ignore', 'inherit'],
      timeout: PATIENCE,
    });
    client.on('connection', socket => {
      socket.write(`${QMP.join('\n')}\n`);
      let lines = 0;
      createInterface({ input: socket }).on('line', () => {
        if (++lines === GREETING + QMP.length) child.stdin.end('info status\n');
      });
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`the first run of ${program} ended with ${code}`);
  } finally {
    client.close();
    rmSync(folder, { recursive: true });
  }
}
