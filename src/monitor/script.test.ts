import { describe, expect, it } from 'vitest';
import { parseTable } from '../hx/index.ts';
import { fakeQmp } from './fake-qmp.ts';
import { createSession, mostSevere, runScript, type ScriptOptions } from './index.ts';
import { CommandError, type Handlers, text } from './types.ts';

const TABLE = `
{ .name = "say", .args_type = "what:S", .params = "what", .help = "prints", .cmd = say },
{ .name = "fail", .args_type = "code:i", .params = "code", .help = "fails", .cmd = fail },
{ .name = "quit|q", .args_type = "", .params = "", .help = "quits", .cmd = quit },
`;
const handlers = {
  say: async (_ctx, { what }: { what: string }) => text(`${what}\n`),
  fail: async (_ctx, { code }: { code: bigint }) => {
    throw new CommandError(`failed ${code}`, Number(code));
  },
  quit: async ({ session }) => {
    session.quitting = true;
  },
} satisfies Handlers;

async function play(source: string, options: Partial<ScriptOptions> = {}, name = 'a.hmp') {
  const session = createSession({
    tables: { root: parseTable(TABLE, 't.hx'), sub: new Map() },
    handlers,
    qmp: fakeQmp(),
  });
  const output: string[] = [];
  const errors: string[] = [];
  const status = await runScript(
    session,
    { lines: source.split('\n'), ...(name === '' ? {} : { name }) },
    { ...options, output: each => void output.push(each), error: each => void errors.push(each) },
  );
  return { output: output.join(''), errors: errors.join(''), ...status };
}

describe('runScript', () => {
  it('skips comments and blank lines', async () => {
    expect(await play('# a comment\n\n  # another\nsay # no comment\n')).toEqual({
      output: '# no comment\n',
      errors: '',
      exitCode: 0,
      commands: 1,
      failures: 0,
    });
  });

  it('goes on after a failure, names its place, and tells at the end', async () => {
    expect(await play('\nnosuch\nfail 1\nsay on')).toEqual({
      output: 'on\n',
      errors: "a.hmp:2: unknown command: 'nosuch'\na.hmp:3: failed 1\n",
      exitCode: 1,
      commands: 3,
      failures: 2,
    });
    expect((await play('nosuch', {}, '')).errors).toBe("unknown command: 'nosuch'\n");
  });

  it('stops at the first failure when told', async () => {
    expect(await play('fail 4\nsay on', { stopAtError: true })).toMatchObject({ output: '', exitCode: 4 });
  });

  it('stops when the VM is lost and when a command quits', async () => {
    expect(await play('fail 4\nfail 3\nsay on')).toMatchObject({ output: '', exitCode: 3, failures: 2 });
    expect(await play('q\nsay on')).toMatchObject({ output: '', exitCode: 0, commands: 1 });
  });

  it('stops when the signal comes', async () => {
    const abort = new AbortController();
    abort.abort();
    expect(await play('say a\nsay b', { signal: abort.signal })).toMatchObject({ commands: 1, exitCode: 1 });
  });

  it('prints one line of JSON a command, failures too', async () => {
    const { output, errors } = await play('say a\nnosuch', { json: true });
    const lines = output
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines).toEqual([
      { command: 'say a', return: { 'human-readable-text': 'a\n' } },
      { command: 'nosuch', error: { class: 'CommandNotFound', desc: "unknown command: 'nosuch'" } },
    ]);
    expect(errors).toBe("a.hmp:2: unknown command: 'nosuch'\n");
  });
});

describe('mostSevere', () => {
  it('puts a lost VM before a time-out, and that before a failure', () => {
    expect([
      mostSevere(0, 1),
      mostSevere(1, 4),
      mostSevere(4, 3),
      mostSevere(3, 4),
      mostSevere(0, 0),
    ]).toEqual([1, 4, 3, 3, 0]);
  });
});
