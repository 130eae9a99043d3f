/** Nothing that comes over the wire makes the program run another one, by whatever of QEMU's ways it is asked. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MachineProgram, STOPPED } from './support/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'hmp-commands-'));
const touch = `touch ${folder}/ran`;
const program = new MachineProgram('hmp', [...STOPPED, '-netdev', 'user,id=n0']);

/** Requests, each with what the refusal says. */
const REQUESTS: readonly (readonly [execute: string, args: object, refusal: RegExp])[] = [
  ['chardev-add', { id: 'c', backend: { type: 'cmd', data: { command: touch } } }, /does not accept value/],
  [
    'chardev-add',
    { id: 'c', backend: { type: 'pipe', data: { device: `|${touch}` } } },
    /Could not open '\|touch/,
  ],
  ['netdev_add', { type: 'tap', id: 't', script: touch, downscript: touch }, /could not configure/],
  ['netdev_add', { type: 'bridge', id: 't', helper: touch }, /does not accept value 'bridge'/],
  [
    'netdev_add',
    { type: 'user', id: 'u', guestfwd: [{ str: `tcp:10.0.2.100:80-cmd:${touch}` }] },
    /commands are not executed/,
  ],
  ['netdev_add', { type: 'user', id: 'u', smb: folder }, /is unexpected/],
  ['migrate', { uri: `exec:${touch}` }, /State blocked/],
  [
    'migrate',
    { channels: [{ 'channel-type': 'main', addr: { transport: 'exec', args: ['touch', `${folder}/ran`] } }] },
    /State blocked/,
  ],
  ['migrate-incoming', { uri: `exec:${touch}` }, /'-incoming' was not specified/],
  ['migrate-recover', { uri: `exec:${touch}` }, /can only be run when postcopy is paused/],
  ['x-gdbserver', { device: `|${touch}` }, /Could not open gdbserver/],
];

const LINES: readonly (readonly [line: string, refusal: RegExp])[] = [
  [`migrate "exec:${touch}"`, /State blocked/],
  [`migrate -d "exec:${touch}"`, /State blocked/],
  [`migrate_incoming "exec:${touch}"`, /'-incoming' was not specified/],
  [`migrate_recover "exec:${touch}"`, /can only be run when postcopy is paused/],
  [`netdev_add tap,id=t,script=${folder}/x`, /could not configure/],
  [`netdev_add user,id=u,guestfwd=tcp:10.0.2.100:80-cmd:${folder}/x`, /commands are not executed/],
  ['chardev-add cmd,id=c', /'cmd' is not a valid char driver name/],
  [`chardev-add pipe,id=c,path=|${folder}/x`, /Could not open '\|/],
  [`gdbserver "|${touch}"`, /Could not open gdbserver/],
  [`logfile "|${touch}"`, /Error opening logfile/],
  [`!${touch}`, /unknown command/],
  [`info status; ${touch}`, /unknown command/],
  [`info status | ${touch}`, /extraneous characters/],
];

/** What the program has started: nothing, on a host that tells. */
function children(): string[] {
  const tasks = readdirSync(`/proc/${program.pid}/task`);
  return tasks.flatMap(
    task => readFileSync(`/proc/${program.pid}/task/${task}/children`, 'utf8').trim() || [],
  );
}

beforeAll(() => program.start());
afterAll(async () => {
  await program.dispose();
  rmSync(folder, { recursive: true });
});

it.each(REQUESTS)('refuses commands in requests: %s %j', async (execute, args, refusal) => {
  const client = await program.connect();
  expect(await client.request({ execute, arguments: args })).toMatchObject({
    error: { desc: expect.stringMatching(refusal) },
  });
  client.close();
});

it.each(LINES)('refuses commands in lines of the human monitor: %s', async (line, refusal) => {
  const client = await program.connect();
  expect(await client.line(line)).toMatch(refusal);
  client.close();
});

it('has run nothing', () => {
  expect(readdirSync(folder)).toEqual([]);
  if (existsSync(`/proc/self/task/${process.pid}/children`)) expect(children()).toEqual([]);
});
