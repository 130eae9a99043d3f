import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTable } from '../hx/index.ts';
import { positionalParams } from './completion-target.ts';
import { fakeQmp } from './fake-qmp.ts';
import { applyCompletion, createSession } from './index.ts';
import type { Completers, CompletionRequest, Handler } from './types.ts';

const ROOT = `
{ .name = "help|?", .args_type = "name:S?", .params = "[cmd]", .help = "shows help", .cmd = h },
{ .name = "info", .args_type = "item:s?", .params = "[subcommand]", .help = "", .cmd = h, .sub_table = info },
{ .name = "print|p", .args_type = "fmt:/,val:l", .params = "/fmt expr", .help = "shows a value\\nof", .cmd = h },
{ .name = "eject", .args_type = "force:-f,device:B", .params = "[-f] device", .help = "", .cmd = h },
{ .name = "load", .args_type = "file:F,form:-fs,how:b", .params = "file [-f form] on|off", .help = "", .cmd = h,
  .command_completion = nothing_completion },
{ .name = "watchdog", .args_type = "action:s", .params = "[reset|pause]", .help = "", .cmd = h },
{ .name = "device_add", .args_type = "device:O", .params = "driver[,prop=value][,...]", .help = "", .cmd = h,
  .command_completion = device_add_completion },
{ .name = "gone", .args_type = "", .params = "", .help = "", .cmd = absent },
`;
const INFO = `
{ .name = "block", .args_type = "n:-n,v:-v,device:B?", .params = "[-n] [-v] [device]", .help = "disks", .cmd = h },
{ .name = "qtree", .args_type = "brief:-b", .params = "[-b]", .help = "", .cmd = h },
{ .name = "queue", .args_type = "path:s,queue:i,index:i?", .params = "path queue [index]", .help = "", .cmd = h,
  .command_completion = path_completion },
`;

const asked: CompletionRequest[] = [];
const completers: Completers = {
  path_completion: async request => {
    asked.push(request);
    if (request.index > 1) throw new Error('nothing here');
    return [{ text: '/machine/a', help: 'one' }, '/machine/b', '/machine/a'];
  },
  nothing_completion: async () => [], // its arguments are completed by their letters
  device_add_completion: async ({ prefix }) =>
    prefix.includes(',') ? [`${prefix.replace(/,.*/, ',')}id=`] : ['virtio-rng-device', 'virtio-blk-device'],
};
const handler: Handler = async () => undefined;
const session = createSession({
  tables: { root: parseTable(ROOT, 'r.hx'), sub: new Map([['info', parseTable(INFO, 'i.hx')]]) },
  handlers: { h: handler },
  completers,
  qmp: fakeQmp({
    'query-block': () => [
      { device: 'disk0', qdev: '' },
      { device: '', qdev: 'blk1' },
    ],
    'x-query-register-names': () => ['pc', 'ra', 'sp', 'satp'],
    'x-complete-symbol': args =>
      ['panic', 'panic_now'].filter(name => name.startsWith(String(args['prefix']))),
  }),
  listDirectory: async directory => {
    if (directory !== 'dir/') throw new Error('no such directory');
    return [
      { name: 'a file', isDirectory: false },
      { name: 'sub', isDirectory: true },
      { name: '.hidden', isDirectory: false },
    ];
  },
});

async function texts(line: string): Promise<string[]> {
  return (await session.complete(line)).candidates.map(candidate => candidate.text);
}

describe('Session.complete', () => {
  it.each<[string, string[]]>([
    ['', ['device_add', 'eject', 'help', 'info', 'load', 'print', 'watchdog']],
    ['p', ['p', 'print']],
    ['info ', ['block', 'qtree', 'queue']],
    ['info q', ['qtree', 'queue']],
    ['nosuch ', []],
    ['help inf', ['info']],
    ['help info b', ['block']],
    ['help eject ', []],
    ['eject ', ['blk1', 'disk0']],
    ['eject -', ['-f']],
    ['eject -f d', ['disk0']],
    ['info block -v -', ['-n']],
    ['info qtree ', ['-b']],
    ['info qtree -b ', []],
    ['info queue ', ['/machine/a', '/machine/b']],
    ['info queue /machine/a ', []],
    ['load dir/', ['"dir/a file"', 'dir/sub/']],
    ['load "dir/a f', ['"dir/a file"']],
    ['load dir/.', ['dir/.hidden']],
    ['load other/', []],
    ['load f -f png o', ['off', 'on']],
    ['watchdog ', ['pause', 'reset']],
    ['print $s', ['$satp', '$sp']],
    ['p/x 4+$p', ['4+$pc']],
    ['p /', []],
    ['device_add virtio-r', ['virtio-rng-device']],
    ['device_add virtio-rng-device,', ['virtio-rng-device,id=']],
  ])('%j offers %j', async (line, expected) => {
    expect(await texts(line)).toEqual(expected);
  });

  it('answers help, the place to replace and the parameters to come', async () => {
    expect(await session.complete('info queue /mach')).toEqual({
      start: 11,
      end: 16,
      candidates: [{ text: '/machine/a', help: 'one' }, { text: '/machine/b' }],
      hint: 'path queue [index]',
    });
    expect((await session.complete('info queue /machine/a ')).hint).toBe('queue [index]');
    expect((await session.complete('pri')).candidates).toEqual([{ text: 'print', help: 'shows a value' }]);
    expect((await session.complete('info block -v ')).hint).toBe('[device]');
  });

  it('tells completers which argument it is', async () => {
    asked.length = 0;
    await session.complete('info queue /machine/a 1');
    expect(asked).toMatchObject([{ words: ['queue', '/machine/a', '1'], index: 2, prefix: '1' }]);
  });

  it('answers for any line and cursor', async () => {
    const scraps = fc.constantFrom('info ', 'eject ', '"', '-f', ' ', 'load ', '\\', 'p/', '$', 'queue ');
    const line = fc.array(fc.oneof(scraps, fc.string({ maxLength: 3 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(line, fc.nat(30), async (parts, cursor) => {
        const text = parts.join('');
        const result = await session.complete(text, Math.min(cursor, text.length));
        expect(result.start).toBeLessThanOrEqual(result.end);
      }),
    );
  });
});

describe('applyCompletion', () => {
  it.each([
    ['info q', 'info q', 6],
    ['info qt', 'info qtree ', 11],
    ['info queue /m', 'info queue /machine/', 20],
    ['load dir/s', 'load dir/sub/', 13],
    ['device_add x', 'device_add x', 12],
    ['device_add virtio-rng-device,', 'device_add virtio-rng-device,id=', 32],
  ])('%j becomes %j', async (line, expected, cursor) => {
    expect(applyCompletion(line, await session.complete(line))).toEqual({ line: expected, cursor });
  });

  it('keeps what stands behind the cursor', async () => {
    const line = 'info qt -b';
    expect(applyCompletion(line, await session.complete(line, 7))).toEqual({
      line: 'info qtree -b',
      cursor: 10,
    });
  });
});

describe('positionalParams', () => {
  it.each<[string, string[]]>([
    ['[-f] device', ['device']],
    ['[-f][-d][-o][-D]', []],
    ['-n device [file [format]]', ['device', '[file [format]]']],
    ['[-a|vcpu]', ['[-a|vcpu]']],
    ['[-d] [-z|-l|-s|-w] filename [begin length]', ['filename', '[begin length]']],
    ['', []],
  ])('%j has %j', (params, expected) => {
    expect(positionalParams(params)).toEqual(expected);
  });
});
