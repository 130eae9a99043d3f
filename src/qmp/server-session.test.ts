import { describe, expect, it } from 'vitest';
import { QmpError } from '../qapi/errors.ts';
import { loadSchema } from '../qapi/index.ts';
import { type CommandHandlers, Dispatcher } from './dispatch.ts';
import type { SourceEvent } from './port-server.ts';
import { greeting, ServerSession, type ServerSessionOptions } from './server-session.ts';

const VERSION = { qemu: { major: 10n, minor: 2n, micro: 2n }, package: '' };
const turn = () => new Promise(resolve => setImmediate(resolve));

/** A client's view of a session. */
class Rig {
  readonly lines: string[] = [];
  readonly holds: boolean[] = [];
  readonly session: ServerSession;
  tell: (event: SourceEvent) => void = () => {};

  constructor(handlers: CommandHandlers = {}, options: Partial<ServerSessionOptions> = {}) {
    this.session = new ServerSession({
      dispatcher: new Dispatcher(loadSchema(), {
        'query-version': () => VERSION,
        qmp_capabilities: () => ({}),
        ...handlers,
      }),
      events: {
        on: listener => {
          this.tell = listener;
          return () => {
            this.tell = () => {};
          };
        },
      },
      send: text => this.lines.push(text),
      hold: wait => this.holds.push(wait),
      ...options,
    });
  }

  /** What has come since the last call, after the text was answered. */
  async say(text: string): Promise<unknown[]> {
    this.session.feed(new TextEncoder().encode(text));
    for (let n = 0; n < 5; n++) await turn();
    return this.lines.splice(0).map(line => JSON.parse(line));
  }
}

const NEGOTIATE = '{"execute": "qmp_capabilities", "arguments": {"enable": ["oob"]}}';
const refused = (errorClass: string, desc: string) => ({ error: { class: errorClass, desc } });
const event: SourceEvent = { event: 'STOP', data: {}, timestamp: { seconds: 1, microseconds: 2 } };

describe('a session', () => {
  it('follows a greeting with the version and what can be switched on', () => {
    expect(greeting(VERSION, false)).toBe(
      '{"QMP": {"version": {"qemu": {"micro": 2, "minor": 2, "major": 10}, "package": ""}, "capabilities": ["oob"]}}\r\n',
    );
    expect(greeting(VERSION, true)).toMatch(/^\{\r\n {4}"QMP": \{\r\n/);
  });

  it('answers nothing and tells no event before the negotiation', async () => {
    const rig = new Rig();
    rig.tell(event);
    const expecting = refused(
      'CommandNotFound',
      "Expecting capabilities negotiation with 'qmp_capabilities'",
    );
    expect(await rig.say('{"execute": "query-version", "id": 1}')).toEqual([{ ...expecting, id: 1 }]);
    expect(await rig.say(NEGOTIATE)).toEqual([{ return: {} }]);
    rig.tell(event);
    expect(await rig.say(NEGOTIATE)).toEqual([
      { timestamp: { seconds: 1, microseconds: 2 }, event: 'STOP' },
      refused('CommandNotFound', 'Capabilities negotiation is already complete, command ignored'),
    ]);
    expect(await rig.say('{"execute": "qmp_capabilities", "arguments": {"x": 1}}')).toEqual([
      refused('GenericError', "Parameter 'x' is unexpected"),
    ]);
  });

  it('offers no out-of-band commands where it cannot', async () => {
    const rig = new Rig({}, { offersOob: false });
    expect(await rig.say(NEGOTIATE)).toEqual([refused('GenericError', 'Capability oob not available')]);
  });

  it('answers in the order of the requests, errors of the text among them', async () => {
    let finish = () => {};
    const slow = () => new Promise<Record<string, never>>(resolve => (finish = () => resolve({})));
    const rig = new Rig({ stop: slow, 'query-name': () => ({}) });
    await rig.say(NEGOTIATE);
    expect(await rig.say('{"execute": "stop", "id": 1}{]\n{"execute": "query-name", "id": 2}')).toEqual([]);
    finish();
    expect(await rig.say('')).toEqual([
      { return: {}, id: 1 },
      refused('GenericError', 'JSON parse error, expecting value'),
      { return: {}, id: 2 },
    ]);
  });

  it('lets exec-oob overtake only with commands that allow it', async () => {
    const rig = new Rig();
    expect(await rig.say('{"execute": "qmp_capabilities"}')).toEqual([{ return: {} }]);
    const [unknown] = await rig.say('{"exec-oob": "query-version"}');
    expect(unknown).toEqual(refused('GenericError', "QMP input member 'exec-oob' is unexpected"));
    const other = new Rig();
    await other.say(NEGOTIATE);
    expect(await other.say('{"exec-oob": "query-version"} {"exec-oob": "nosuch"}')).toEqual([
      refused('GenericError', 'The command query-version does not support OOB'),
      refused('CommandNotFound', 'The command nosuch has not been found'),
    ]);
    expect(await other.say('{"exec-oob": "qmp_capabilities"}')).toEqual([
      refused('GenericError', 'The command qmp_capabilities does not support OOB'),
    ]);
  });

  it('reads no command of exec-oob behind more than wait', async () => {
    const finishes: (() => void)[] = [];
    const slow = () => new Promise<Record<string, never>>(resolve => finishes.push(() => resolve({})));
    const rig = new Rig({ stop: slow, 'migrate-pause': () => ({}) });
    await rig.say(NEGOTIATE);
    const oob = '{"exec-oob": "migrate-pause", "id": "oob"}';
    expect(await rig.say(`${'{"execute": "stop"}'.repeat(8)}${oob}`)).toEqual([{ return: {}, id: 'oob' }]);
    expect(await rig.say(`{"execute": "stop"}${oob}`)).toEqual([]);
    finishes[0]!();
    expect(await rig.say('')).toEqual([{ return: {} }, { return: {}, id: 'oob' }]);
  });

  it('takes one request at a time without oob, and none after quit', async () => {
    let finish = () => {};
    const slow = () => new Promise<Record<string, never>>(resolve => (finish = () => resolve({})));
    const rig = new Rig({ stop: slow, quit: () => ({}) });
    await rig.say('{"execute": "qmp_capabilities"}');
    expect(await rig.say('{"execute": "stop"}{"exec-oob": "x", "id": 1}')).toEqual([]);
    finish();
    const [, refusal] = await rig.say('');
    expect(refusal).toMatchObject({ id: 1, error: { desc: "QMP input member 'exec-oob' is unexpected" } });
    expect(await rig.say('{"execute": "quit"}{"execute": "nosuch"}')).toEqual([{ return: {} }]);
  });

  it('holds a client that sends faster than it is answered', async () => {
    const finishes: (() => void)[] = [];
    const slow = () => new Promise<Record<string, never>>(resolve => finishes.push(() => resolve({})));
    const rig = new Rig({ stop: slow });
    await rig.say(NEGOTIATE);
    rig.holds.length = 0;
    await rig.say('{"execute": "stop"}'.repeat(12));
    expect(rig.holds).toEqual([true]);
    for (let n = 0; n < 12; n++) {
      finishes[n]!();
      await rig.say('');
    }
    expect(rig.holds).toEqual([true, false]);
  });

  it('reports what nobody foresaw as an error, and a gone client hears nothing', async () => {
    const rig = new Rig({
      stop: () => {
        throw new TypeError('defect');
      },
      cont: () => {
        throw new QmpError('no');
      },
    });
    await rig.say(NEGOTIATE);
    expect(await rig.say('{"execute": "stop"}{"execute": "cont"}')).toEqual([
      refused('GenericError', 'defect'),
      refused('GenericError', 'no'),
    ]);
    rig.session.close();
    expect(await rig.say('{"execute": "cont"}')).toEqual([]);
  });

  it('writes over several lines on demand', async () => {
    const rig = new Rig({}, { pretty: true });
    rig.session.feed(new TextEncoder().encode('{"execute": "nosuch"}'));
    for (let n = 0; n < 5; n++) await turn();
    expect(rig.lines[0]).toMatch(/^\{\r\n {4}"error": \{\r\n/);
  });
});
