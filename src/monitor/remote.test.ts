import { describe, expect, it } from 'vitest';
import { parseTable } from '../hx/index.ts';
import type { QmpValue } from '../qapi/value.ts';
import { type FakeCommand, fakeQmp } from './fake-qmp.ts';
import { createSession } from './session.ts';
import { type Handlers, text } from './types.ts';

const TABLE = `
{ .name = "help|?", .args_type = "name:S?", .params = "[cmd]", .help = "lists", .cmd = hmp_help, },
{ .name = "stop|s", .args_type = "", .params = "", .help = "pause", .cmd = hmp_stop, },
{ .name = "print", .args_type = "val:l", .params = "expr", .help = "calculates", .cmd = hmp_print, },
{ .name = "regs", .args_type = "", .params = "", .help = "registers", .cmd = hmp_regs, },
{ .name = "names", .args_type = "", .params = "", .help = "models", .cmd = hmp_names, },
{ .name = "mine", .args_type = "", .params = "", .help = "of ours", .cmd = hmp_mine, },
{ .name = "info", .args_type = "item:s?", .params = "[sub]", .help = "shows", .cmd = hmp_help, .sub_table = hmp_info_cmds, },
`;
const INFO = `
{ .name = "roms", .args_type = "", .params = "", .help = "images", .cmd_info_hrt = qmp_x_query_roms, },
{ .name = "status", .args_type = "", .params = "", .help = "state", .cmd = hmp_status, },
`;
const handlers: Handlers = {
  hmp_help: async ({ session }, { name }: { name?: string }) => text(await session.help(name)),
  hmp_stop: async () => text('ours\n'),
  hmp_print: async (_ctx, { val }: { val: bigint }) => text(`${val}\n`),
  hmp_regs: async () => text('ours\n'),
  hmp_names: async () => text('ours\n'),
  hmp_mine: async () => text('ours\n'),
  hmp_status: async () => text('ours\n'),
};
const needs = {
  hmp_regs: ['x-query-registers'],
  hmp_names: ['query-cpus-fast.qom-type'],
  hmp_mine: ['ours'],
};

const HELP = [
  'block_job_cancel [-f] device -- stop an active job (use -f',
  '\t\t\t if you want to abort)',
  'cpu|C index -- set the default CPU',
  'drive_add [-n] slot',
  '[file=file][,if=type]',
  '[,readonly=on|off] -- add drive',
  'print|p /fmt expr -- print expression value',
  'regs  -- theirs',
].join('\r\n');
const INFO_HELP = 'info roms  -- show roms\r\ninfo spice  -- show the spice server status\r\n';

/** A server whose monitor says what it was asked. */
function server(more: Readonly<Record<string, FakeCommand>> = {}) {
  const lines: unknown[] = [];
  const answers: Record<string, string> = { help: HELP, 'help info': INFO_HELP };
  const qmp = fakeQmp({
    'human-monitor-command': args => {
      const line = String(args['command-line']);
      if (answers[line] !== undefined) return answers[line];
      lines.push(args);
      return line.startsWith('bad') ? line.slice(4) : `there: ${line}\r\n`;
    },
    'query-qmp-schema': (): QmpValue[] => [
      { name: 'query-cpus-fast', 'meta-type': 'command', 'arg-type': '0', 'ret-type': '[1]' },
      { name: '[1]', 'meta-type': 'array', 'element-type': '1' },
      { name: '1', 'meta-type': 'object', members: [{ name: 'target', type: 'str' }] },
    ],
    'query-cpus-fast': () => [],
    ...more,
  });
  const tables = {
    root: parseTable(TABLE, 'root'),
    sub: new Map([['hmp_info_cmds', parseTable(INFO, 'info')]]),
  };
  return { session: createSession({ tables, handlers, qmp, attached: needs }), lines };
}

describe('a session that is attached', () => {
  it('runs here what the server has the QMP commands for', async () => {
    const { session, lines } = server({ 'x-query-registers': () => ({}) });
    for (const line of ['stop', 'regs', 'info status']) expect((await session.run(line)).text).toBe('ours\n');
    expect((await session.run('print 2')).text).toBe('2\n');
    expect(lines).toEqual([]);
  });

  it.each([
    'regs',
    'names',
    'mine',
    'info roms',
    'print $pc',
    'nosuch 1 2',
    'info nosuch',
  ])('runs %j there, as it was typed', async line => {
    const { session, lines } = server();
    const outcome = await session.run(line);
    expect(outcome).toMatchObject({ ok: true, text: `there: ${line}\n` });
    expect(outcome.data).toBeUndefined();
    expect(lines).toEqual([{ 'command-line': line }]);
  });

  it('names the current hart', async () => {
    const { session, lines } = server();
    session.currentCpu = 1;
    await session.run('regs');
    expect(lines).toEqual([{ 'command-line': 'regs', 'cpu-index': 1n }]);
  });

  it('looks at the reply that a release has', async () => {
    const members = [{ name: 'qom-type', type: 'str' }];
    const { session } = server({
      'query-qmp-schema': (): QmpValue[] => [
        { name: 'query-cpus-fast', 'meta-type': 'command', 'arg-type': '0', 'ret-type': '1' },
        { name: '1', 'meta-type': 'object', members },
      ],
    });
    expect((await session.run('names')).text).toBe('ours\n');
  });

  it.each([
    ["unknown command: 'x'\r\n", 'UnknownCommandError', "unknown command: 'x'\n"],
    ['Error: it did\r\n', 'CommandError', 'Error: it did\n'],
    [
      'what?\r\nTry "help x" for more information\r\n',
      'CommandError',
      'what?\nTry "help x" for more information\n',
    ],
    [
      '0000: 0x1\r\n0010: Cannot access memory\r\n',
      'CommandError',
      '0000: 0x1\n0010: Cannot access memory\n',
    ],
  ])('knows a failure by its text: %j', async (said, name, message) => {
    const { session } = server();
    const outcome = await session.run(`bad ${said}`);
    expect(outcome).toMatchObject({ ok: false, exitCode: 1, text: message, error: { name } });
  });

  it('takes anything that a silent command prints for a failure', async () => {
    const { session } = server();
    expect(await session.run('drive_del x')).toMatchObject({ ok: false });
  });

  it('says so when the server has no monitor', async () => {
    const { session } = server();
    const tables = { root: parseTable(TABLE, 'root'), sub: session.tables.sub };
    const alone = createSession({ tables, handlers, qmp: fakeQmp(), attached: needs });
    expect((await alone.run('regs')).text).toBe("the server has no monitor that could run 'regs'\n");
  });

  it('lists the commands of both sides and says which run there', async () => {
    const { session } = server();
    const { text: help } = await session.run('help');
    expect(help.split('\n')).toEqual([
      'block_job_cancel [-f] device -- stop an active job (use -f if you want to abort) (remote)',
      'cpu|C index -- set the default CPU (remote)',
      'drive_add [-n] slot [file=file][,if=type] [,readonly=on|off] -- add drive (remote)',
      'help|? [cmd] -- lists',
      'info [sub] -- shows',
      'print expr -- calculates',
      'regs  -- registers (remote)',
      'stop|s  -- pause',
      '',
    ]);
    expect((await session.run('help info')).text).toBe(
      'info roms  -- images (remote)\ninfo spice  -- show the spice server status (remote)\ninfo status  -- state\n',
    );
  });

  it('completes the commands of both sides', async () => {
    const { session } = server();
    const texts = async (line: string) => (await session.complete(line)).candidates.map(each => each.text);
    expect(await texts('bl')).toEqual(['block_job_cancel']);
    expect(await texts('info s')).toEqual(['spice', 'status']);
    expect(await texts('mi')).toEqual([]);
  });

  it('asks anew after a new connection', async () => {
    let asked = 0;
    const { session } = server({ 'human-monitor-command': () => `x${asked++} -- \r\n` });
    await session.complete('x');
    await session.complete('x');
    expect(asked).toBe(2);
    session.currentCpu = 3;
    session.reconnected();
    await session.complete('x');
    expect(asked).toBe(4);
    expect(session.currentCpu).toBe(0);
  });
});
