import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hmp } from './support/hmp.ts';

describe('scripts', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-batch-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('answers piped commands from the live machine and exits 0', async () => {
    const run = await hmp([], { input: 'info status\ninfo virtio\ninfo roms\n' });
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^VM status: running\n/);
    for (const name of ['blk', 'net', 'rng', 'balloon']) expect(run.stdout).toContain(`[virtio-${name}]`);
    expect(run.stdout).toMatch(
      /addr=0000000080000000 size=0x[0-9a-f]+ mem=ram name="\/[^"]*\/firmware\.elf"/,
    );
    expect(run.stdout).toContain('name="guest.elf ');
  });

  it('prints no prompt, no echo and no escape codes', async () => {
    const run = await hmp([], { input: 'info version\n' });
    expect(run.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('names an unknown command on stderr and exits 1', async () => {
    const run = await hmp([], { input: 'nosuch\n' });
    expect(run).toEqual({ stdout: '', stderr: "unknown command: 'nosuch'\n", code: 1 });
  });

  it('goes on after a failure, unless -e says otherwise', async () => {
    const input = 'nosuch\n# a comment\n\ninfo name\ninfo uuid\n';
    const on = await hmp([], { input });
    expect(on.stdout).toContain('00000000-0000-0000-0000-000000000000');
    expect(on.code).toBe(1);
    const stopped = await hmp(['-e'], { input });
    expect(stopped.stdout).toBe('');
    expect(stopped.code).toBe(1);
  });

  it('fails where a command of the image tester does', async () => {
    const drive = ['-drive', 'if=none,id=d0,file=mem:64K'];
    const good = await hmp([...drive, '-c', 'qemu-io d0 "write -q 0 4k"', '-c', 'qemu-io d0 length']);
    expect(good).toEqual({ stdout: '64 KiB\n', stderr: '', code: 0 });
    const bad = await hmp([...drive, '-c', 'qemu-io d0 "read -qP 1 512 4"']);
    const stderr = 'Pattern verification failed at offset 512, 4 bytes\n';
    expect(bad).toEqual({ stdout: '', stderr, code: 1 });
  });

  it('runs -c and -f, and names file and line of a failure', async () => {
    const file = join(folder, 'script');
    writeFileSync(file, '# status\ninfo status\ncont extra\n');
    const run = await hmp(['-S', '-c', 'info version', '-f', file]);
    expect(run.stdout).toContain('VM status: paused (prelaunch)\n');
    expect(run.stderr).toBe(
      `${file}:3: cont|c: extraneous characters at the end of line\nTry "help cont" for more information\n`,
    );
    expect(run.code).toBe(1);
  });

  it('says which file is missing', async () => {
    const run = await hmp(['-f', join(folder, 'none')]);
    expect(run.stderr).toContain('No such file or directory');
    expect(run.code).toBe(1);
  });

  it('prints JSON, a line for each command', async () => {
    const run = await hmp(['-S', '-o', 'json', '-c', 'info status', '-c', 'nosuch']);
    const lines = run.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
    expect(lines[0]).toEqual({ command: 'info status', return: { running: false, status: 'prelaunch' } });
    expect(lines[1]).toHaveProperty('error.class', 'CommandNotFound');
    expect(run.code).toBe(1);
  });

  it('ends with quit, leaving the rest unread', async () => {
    const run = await hmp([], { input: 'quit\nnosuch\n' });
    expect(run).toEqual({ stdout: '', stderr: '', code: 0 });
  });

  it('has exit code 4 when a wait times out', async () => {
    const run = await hmp(['-S', '-c', 'wait RESUME 50ms']);
    expect(run.code).toBe(4);
    expect(run.stderr).toContain('RESUME');
  });

  it.each([
    [['-nosuch'], '-nosuch: invalid option'],
    [['-m'], '-m: requires an argument'],
    [['-m', '17E'], "Value '17E' is out of range for parameter 'size'"],
    [['-kernel', '/nonexistent/Image'], 'No such file or directory'],
    [['-device', 'nosuch-device'], "'nosuch-device' is not a valid device model name"],
    [['-smp', '513'], 'Invalid SMP CPUs 513'],
    [['stray'], 'stray'],
  ])('refuses %j in one line', async (args, message) => {
    const run = await hmp(args);
    expect(run.code).toBe(1);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(/^hmp: [^\n]+\n$/);
    expect(run.stderr).toContain(message);
  });

  it('tells which machines there are where it is asked for another', async () => {
    const { code, stderr } = await hmp(['-M', 'pc']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'hmp: unsupported machine type: "pc"\nUse -machine help to list supported machines\n',
    );
  });

  it('lists devices and their properties', async () => {
    const list = await hmp(['-device', 'help']);
    expect(list.stdout).toContain('name "virtio-rng-device", bus virtio-bus\n');
    expect(list.code).toBe(0);
    const properties = await hmp(['-device', 'virtio-rng-device,help']);
    expect(properties.stdout).toContain('max-bytes=<uint64>');
  });

  it('takes a table and handlers of the user', async () => {
    const table = join(folder, 'mine.hx');
    const module = join(folder, 'mine.mjs');
    writeFileSync(
      table,
      '{ .name = "two", .args_type = "n:l", .params = "n", .help = "doubles", .cmd = two, },\n',
    );
    writeFileSync(
      module,
      'export async function two(_, { n }) { return { kind: "text", text: String(n * 2n) + "\\n" }; }\n',
    );
    const run = await hmp(['--hx', table, '--handlers', module, '-S', '-c', 'two 0x10', '-c', 'help two']);
    expect(run).toEqual({ stdout: '32\ntwo n -- doubles\n', stderr: '', code: 0 });
    writeFileSync(table, '{ .name = "two" .args_type = "" },\n');
    const broken = await hmp(['--hx', table, '-c', 'two']);
    expect(broken.stderr).toMatch(/^hmp: .*mine\.hx:1:\d+: /);
    expect(broken.code).toBe(1);
  });
});
