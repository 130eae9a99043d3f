import { describe, expect, it } from 'vitest';
import { parseTable } from '../hx/index.ts';
import { QmpError } from '../qapi/errors.ts';
import { fakeQmp } from './fake-qmp.ts';
import { createSession, outcomeToJson, type Session } from './index.ts';
import { CommandError, data, type Handler, type Handlers, text } from './types.ts';

const ROOT = `
{ .name = "help|?", .args_type = "name:S?", .params = "[cmd]", .help = "shows help", .cmd = hmp_help, .flags = "p" },
{ .name = "info", .args_type = "item:s?", .params = "[subcommand]", .help = "shows things", .cmd = hmp_info_help,
  .sub_table = hmp_info_cmds, .flags = "p" },
{ .name = "cont|c", .args_type = "", .params = "", .help = "resumes", .cmd = hmp_cont },
{ .name = "x", .args_type = "fmt:/,addr:l", .params = "/fmt addr", .help = "dumps", .cmd = hmp_x },
{ .name = "fail", .args_type = "how:s", .params = "how", .help = "fails", .cmd = hmp_fail },
{ .name = "wait", .args_type = "", .params = "", .help = "waits", .cmd = hmp_wait },
{ .name = "clear", .args_type = "", .params = "", .help = "clears", .cmd = hmp_clear },
#ifdef CONFIG_EXTRA
{ .name = "extra", .args_type = "", .params = "", .help = "more", .cmd = hmp_cont },
#endif
`;
const INFO = `
{ .name = "status", .args_type = "", .params = "", .help = "run state", .cmd = hmp_info_status },
{ .name = "roms", .args_type = "", .params = "", .help = "images", .cmd_info_hrt = x-query-roms },
{ .name = "usb", .args_type = "", .params = "", .help = "usb", .cmd_info_hrt = x-query-usb },
{ .name = "usbhost", .args_type = "", .params = "", .help = "host usb" },
{ .name = "virtio-status", .args_type = "path:s", .params = "path", .help = "one device", .cmd = hmp_cont },
`;

class LostError extends Error {
  readonly exitCode = 3;
}

const fail: Handler<{ how: string }> = async (_ctx, { how }) => {
  if (how === 'qmp') throw new QmpError('no such thing', 'DeviceNotFound');
  if (how === 'lost') throw new LostError('connection lost');
  throw new CommandError(`failed: ${how}`, how === 'late' ? 4 : 1);
};
const handlers = {
  hmp_help: async ({ session }, { name }: { name?: string }) => text(await session.help(name)),
  hmp_info_help: async ({ session }) => text(await session.help('info')),
  hmp_cont: async () => {},
  hmp_x: async (
    _ctx,
    { fmt, addr }: { fmt: { count: number; format: string; size: number }; addr: bigint },
  ) => text(`${fmt.count}${fmt.format}${fmt.size} ${addr}\n`),
  hmp_fail: fail,
  hmp_wait: ({ qmp }) => qmp.execute('query-status') as Promise<never>,
  hmp_clear: async () => ({ kind: 'clear' }),
  hmp_info_status: async () => data({ running: true, big: 1n << 60n }, 'VM status: running\n'),
} satisfies Handlers;

function start(options: { preconfig?: boolean; defines?: string[] } = {}): Session {
  const qmp = fakeQmp({
    'x-query-roms': () => ({ 'human-readable-text': 'addr=0\n' }),
    'x-query-register': ({ name }) => {
      if (name === 'pc') return { value: 4096n };
      throw new QmpError('unknown register');
    },
    'query-status': () => new Promise<never>(() => {}),
  });
  const sub = new Map([['hmp_info_cmds', parseTable(INFO, 'info.hx')]]);
  const { preconfig = false, defines = [] } = options;
  return createSession({
    tables: { root: parseTable(ROOT, 'hmp.hx'), sub },
    handlers,
    qmp,
    defines,
    isPreconfig: () => preconfig,
  });
}

const run = async (line: string, session = start()) => (await session.run(line)).text;

describe('Session.run', () => {
  it.each([
    ['', ''],
    ['c', ''],
    ['info status', 'VM status: running\n'],
    ['info   roms', 'addr=0\n'],
    ['x/2xb $pc', '2x1 4096\n'],
    ['x /4xg 8 * 2', '4x8 16\n'],
    ['nosuch arg', "unknown command: 'nosuch'\n"],
    ['co', "unknown command: 'co'\n"],
    ['/x', "unknown command: ''\n"],
    ['extra', "unknown command: 'extra'\n"],
    ['info nosuch', "unknown command: 'info nosuch'\n"],
    ['info/foo', "unknown command: 'info'\n"],
    ['info usbhost', 'Command "info usbhost" is not available.\n'],
    ['info usb', 'Command "info usb" is not available.\n'],
    [
      'info virtio-status',
      'virtio-status: string expected\nTry "help info virtio-status" for more information\n',
    ],
    [
      'cont extra',
      'cont|c: extraneous characters at the end of line\nTry "help cont" for more information\n',
    ],
    ['x /s 0x0', 'invalid char in format: \'s\'\nTry "help x" for more information\n'],
    ['x $nosuch', 'unknown register\nTry "help x" for more information\n'],
    ['fail it', 'failed: it\n'],
    ['fail qmp', 'Error: no such thing\n'],
    ['help cont', 'cont|c  -- resumes\n'],
    ['help info roms', 'info roms  -- images\n'],
    ['? x foo', 'x /fmt addr -- dumps\n'],
    ['help nosuch', "unknown command: 'nosuch'\n"],
    ['help info nosuch', "unknown command: 'info nosuch'\n"],
    ['help "', 'unterminated string\n'],
  ])('%j answers %j', async (line, expected) => {
    expect(await run(line)).toBe(expected);
  });

  it('lists commands sorted by name', async () => {
    expect((await run('help')).split('\n').map(line => line.split(' ')[0])).toEqual([
      'clear',
      'cont|c',
      'fail',
      'help|?',
      'info',
      'wait',
      'x',
      '',
    ]);
    expect(await run('info')).toMatch(/^info roms {2}-- images\ninfo status /);
  });

  it('enables what #if governs by the symbols given', async () => {
    expect(await run('extra', start({ defines: ['CONFIG_EXTRA'] }))).toBe('');
  });

  it('runs in preconfig state what carries the flag p only', async () => {
    const session = start({ preconfig: true });
    expect(await run('c', session)).toBe(
      "Command 'c' not available until machine initialization has completed.\n",
    );
    expect(await run('help', session)).toBe(
      'help|? [cmd] -- shows help\ninfo [subcommand] -- shows things\n',
    );
  });

  it('tells success and the exit status', async () => {
    const session = start();
    const codes = [];
    for (const line of ['c', 'nosuch', 'fail qmp', 'fail late', 'fail lost']) {
      const { ok, exitCode } = await session.run(line);
      codes.push([ok, exitCode]);
    }
    expect(codes).toEqual([
      [true, 0],
      [false, 1],
      [false, 1],
      [false, 4],
      [false, 3],
    ]);
  });

  it('ends with the signal and says so', async () => {
    const abort = new AbortController();
    const running = start().run('wait', abort.signal);
    abort.abort();
    expect(await running).toMatchObject({ ok: false, cancelled: true, text: '' });
  });

  it('passes on that the screen is to be cleared', async () => {
    expect(await start().run('clear')).toMatchObject({ ok: true, clear: true, text: '' });
  });

  it('keeps lines in the history unless told otherwise', async () => {
    const session = start();
    for (const line of ['c', 'c', ' ', 'nosuch']) await session.run(line);
    await session.run('help', undefined, { record: false });
    expect(session.history).toEqual(['c', 'nosuch']);
  });
});

describe('output of a command that still runs', () => {
  const tables = { root: parseTable(ROOT, 'root.hx'), sub: new Map() };
  const talkative: Handlers = {
    hmp_x: async ({ write }) => {
      await write('one\n');
      await write('two\n');
      return text('three\n');
    },
    hmp_wait: async ({ write }) => {
      for (;;) await write('x'.repeat(1 << 20));
    },
  };
  const start = () => createSession({ tables, handlers: talkative, qmp: fakeQmp({}) });

  it('goes to whoever listens, else it stands before the rest', async () => {
    const pieces: string[] = [];
    const outcome = await start().run('x 1', undefined, { output: piece => void pieces.push(piece) });
    expect([pieces, outcome.text]).toEqual([['one\n', 'two\n'], 'three\n']);
    expect((await start().run('x 1')).text).toBe('one\ntwo\nthree\n');
  });

  it('waits for whoever listens, and ends with the signal', async () => {
    const abort = new AbortController();
    let pieces = 0;
    const output = async () => {
      await new Promise(setImmediate);
      if (++pieces === 3) abort.abort();
    };
    const outcome = await start().run('wait', abort.signal, { output });
    expect([outcome.cancelled, pieces]).toEqual([true, 3]);
  });

  it('is not kept without end', async () => {
    const outcome = await start().run('wait');
    expect(outcome.ok).toBe(false);
    expect(outcome.error?.message).toBe('too much output for one answer: ask for less');
  });
});

describe('outcomeToJson', () => {
  it.each([
    ['info status', '{"command": "info status", "return": {"running": true, "big": 1152921504606846976}}'],
    ['info roms', '{"command": "info roms", "return": {"human-readable-text": "addr=0\\n"}}'],
    ['c', '{"command": "c", "return": {}}'],
    ['fail qmp', '{"command": "fail qmp", "error": {"class": "DeviceNotFound", "desc": "no such thing"}}'],
    [
      'nosuch',
      '{"command": "nosuch", "error": {"class": "CommandNotFound", "desc": "unknown command: \'nosuch\'"}}',
    ],
  ])('%s', async (line, expected) => {
    const json = outcomeToJson(await start().run(line));
    expect(json.endsWith('}\n')).toBe(true);
    expect(json.replaceAll(/\s/g, '')).toBe(expected.replaceAll(/\s/g, ''));
  });
});
