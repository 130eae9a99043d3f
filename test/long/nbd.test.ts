/** Images of the machine in the hands of others' NBD clients: qemu-img, qemu-io and libnbd's tools. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MachineProgram } from '../support/programs.ts';
import type { QmpConnection } from '../support/qmp-connection.ts';

const CLIENTS = ['qemu-img', 'qemu-io', 'nbdinfo', 'nbdcopy'];
const missing = CLIENTS.filter(client => spawnSync(client, ['--version']).status !== 0);
if (missing.length > 0)
  console.warn(`skipped: ${missing.join(', ')} of qemu-utils and libnbd-bin are not there`);

const MEBIBYTE = 2 ** 20;
const SIZE = 8 * MEBIBYTE;

describe.skipIf(missing.length > 0)('an image that is offered', () => {
  const disk = randomBytes(SIZE);
  let program: MachineProgram;
  let qmp: QmpConnection;
  let uri: (name: string) => string;

  beforeEach(async () => {
    program = new MachineProgram('hmp', [
      ...['-M', 'virt', '-S', '-serial', 'none'],
      ...['-drive', 'if=none,id=d0,file=@/disk.raw,format=raw', '-device', 'virtio-blk-device,drive=d0'],
      ...['-drive', 'if=none,id=d1,file=@/other.raw,format=raw'],
    ]);
    writeFileSync(program.path('disk.raw'), disk);
    writeFileSync(program.path('other.raw'), Buffer.alloc(SIZE));
    await program.start();
    qmp = await program.connect();
    uri = name => `nbd+unix:///${name}?socket=${program.path('nbd')}`;
    const unix = { type: 'unix', data: { path: program.path('nbd') } };
    await qmp.request({ execute: 'nbd-server-start', arguments: { addr: unix } });
  });
  afterEach(() => program.dispose());

  async function offer(device: string, more: object = {}): Promise<void> {
    await qmp.request({ execute: 'nbd-server-add', arguments: { device, ...more } });
  }

  function run(client: string, ...args: string[]): string {
    const { status, stdout, stderr } = spawnSync(client, args, { encoding: 'utf8', timeout: 60_000 });
    expect(status, stderr).toBe(0);
    return stdout;
  }

  it('is read whole, by each of them', async () => {
    await offer('d0');
    run('nbdcopy', uri('d0'), program.path('copy'));
    expect(readFileSync(program.path('copy')).equals(disk)).toBe(true);
    run('qemu-img', 'convert', '-f', 'raw', '-O', 'raw', uri('d0'), program.path('converted'));
    expect(readFileSync(program.path('converted')).equals(disk)).toBe(true);
  });

  it('is listed with what it can do', async () => {
    await offer('d0', { description: 'of the guest' });
    await offer('d1', { writable: true });
    const { exports } = JSON.parse(run('nbdinfo', '--list', '--json', uri(''))) as { exports: object[] };
    expect(exports).toMatchObject([
      { 'export-name': 'd1', 'export-size': SIZE, is_read_only: false, can_trim: true },
      { 'export-name': 'd0', description: 'of the guest', is_read_only: true, can_multi_conn: true },
    ]);
  });

  it('is written, where that was said', async () => {
    await offer('d1', { writable: true });
    const commands = [
      'write -P 0x5a 1M 64k',
      'write -z 1032k 8k',
      'read -P 0 1032k 8k',
      'discard 0 4k',
      'flush',
    ];
    run('qemu-io', '-f', 'raw', ...commands.flatMap(command => ['-c', command]), uri('d1'));
    run(
      'qemu-img',
      'bench',
      '-f',
      'raw',
      '-w',
      '-c',
      '64',
      '-d',
      '16',
      '-s',
      '4096',
      '-o',
      '2097152',
      uri('d1'),
    );
    const bytes = readFileSync(program.path('other.raw'));
    expect(bytes.subarray(MEBIBYTE, MEBIBYTE + 8192)).toEqual(Buffer.alloc(8192, 0x5a));
    expect(bytes.subarray(MEBIBYTE + 8192, MEBIBYTE + 16384)).toEqual(Buffer.alloc(8192));
    const denied = await qmp.request({
      execute: 'nbd-server-add',
      arguments: { device: 'd0', name: 'w', writable: true },
    });
    expect(denied).toMatchObject({ error: { desc: expect.stringContaining("permissions 'write'") } });
  });

  it('shows where it was changed', async () => {
    await qmp.request({ execute: 'block-dirty-bitmap-add', arguments: { node: 'd1', name: 'changes' } });
    await offer('d1', { name: 'w', writable: true, bitmap: 'changes' });
    run('qemu-io', '-f', 'raw', '-c', 'write 1M 64k', '-c', 'write 3M 128k', uri('w'));
    const map = run('nbdinfo', '--map=qemu:dirty-bitmap:changes', uri('w'));
    const rows = map
      .trim()
      .split('\n')
      .map(row => row.trim().split(/\s+/).slice(0, 3).map(Number));
    expect(rows).toEqual([
      [0, MEBIBYTE, 0],
      [MEBIBYTE, 65536, 1],
      [MEBIBYTE + 65536, 2 * MEBIBYTE - 65536, 0],
      [3 * MEBIBYTE, 131072, 1],
      [3 * MEBIBYTE + 131072, SIZE - 3 * MEBIBYTE - 131072, 0],
    ]);
  });
});
