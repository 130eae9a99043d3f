/**
 * QEMU's own device tests on this machine. HMP_QTEST_PROGRAMS names the folder that has them: tests/qtest of a build of
 * QEMU for riscv64, in which libqos knows the machine riscv64/virt.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PROGRAM } from '../support/hmp.ts';

const folder = process.env['HMP_QTEST_PROGRAMS'];
if (folder === undefined) console.warn('skipped: HMP_QTEST_PROGRAMS names no folder with QEMU test programs');

const PROGRAMS = [
  'device-introspect-test',
  'machine-none-test',
  'netdev-socket',
  'qmp-cmd-test',
  'qmp-test',
  'qom-test',
  'qos-test',
  'readconfig-test',
  'riscv-csr-test',
  'test-hmp',
];
/** Tests of what there is not. */
const WITHOUT: readonly (readonly [RegExp, string])[] = [
  [/virtio-9p-tests\/local/, 'mapped-xattr: Node reaches no extended attributes'],
  [/netdev\/dgram\/unix/, 'Node makes no datagram sockets of the file system'],
  [
    /qmp\/query-(firmware-log|hv-balloon-status-report)/,
    'commands that are younger than some of the programs, which expect them to succeed',
  ],
];
const isWanted = (name: string) => !WITHOUT.some(([pattern]) => pattern.test(name));
const SECONDS_OF_A_CASE = 60;

/** Test programs tell the architecture by the name of what they start. */
const scratch = mkdtempSync(join(tmpdir(), 'hmp-qtest-programs-'));
const binary = join(scratch, 'qemu-system-riscv64');
writeFileSync(
  binary,
  `#!/bin/sh
exec '${process.execPath}' '${PROGRAM}' "$@"
`,
);
chmodSync(binary, 0o755);
const env = { ...process.env, QTEST_QEMU_BINARY: binary };

function casesOf(program: string): string[] {
  const listed = spawnSync(program, ['-l'], { env, encoding: 'utf8' }).stdout ?? '';
  return listed.split('\n').filter(line => line.startsWith('/') && isWanted(line));
}

function run(program: string, name: string): Promise<{ code: number | null; output: string }> {
  return new Promise(resolve => {
    const child = spawn(program, ['-p', name], { env, cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (output += data));
    child.on('close', code => resolve({ code, output }));
  });
}

describe.skipIf(folder === undefined)('test programs of QEMU', () => {
  afterAll(() => rmSync(scratch, { recursive: true }));

  for (const file of PROGRAMS) {
    const program = join(folder ?? '', file);
    if (folder === undefined || !existsSync(program)) continue;
    it.each(casesOf(program))(
      `${file} %s`,
      async name => {
        const { code, output } = await run(program, name);
        expect(code, output).toBe(0);
        expect(output).toMatch(/^ok /m);
      },
      SECONDS_OF_A_CASE * 1000,
    );
  }
});
