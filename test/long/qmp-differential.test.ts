/** Messages at random to our QMP server and to QEMU's, byte for byte: clients cannot tell which of them answers. */
import { afterEach, describe, expect, it } from 'vitest';
import { loadSchema } from '../../src/qapi/index.ts';
import { hasQemu, MachineProgram, QEMUS, STOPPED } from '../support/programs.ts';
import { QmpMessages } from '../support/qmp-messages.ts';
import { RawQmpClient } from '../support/qmp-raw.ts';
import { Random } from '../support/random.ts';
import { agreedCommands } from '../support/schema-agreement.ts';

/** Messages of one run; HMP_QMP_MESSAGES asks for more, HMP_FUZZ_SEED for others. */
const MESSAGES = Number(process.env['HMP_QMP_MESSAGES'] ?? 2500);
const SEED = Number(process.env['HMP_FUZZ_SEED'] ?? 1);

/** Differences that a failure shows. */
const SHOWN = 8;

/** Commands whose integers were of other widths in releases before 10: introspection does not show that. */
const OTHER_WIDTHS = ['memsave', 'pmemsave'];

/** Since 11 QEMU tells errors of the text otherwise, with line and column, and begins anew at other places. */
const TEXT_ERROR = /"(\d+:\d+: )?JSON (parse error|\w+ \w+ limit exceeded)/;
/** The error of the byte that ends a message. */
const LAST = /"(\d+:\d+: )?JSON parse error, stray '\\uFFFD'(?=[^']*$)/;

const NEGOTIATE = '{"execute": "qmp_capabilities"}';
const WITH_OOB = '{"execute": "qmp_capabilities", "arguments": {"enable": ["oob"]}}';

/** A client's messages behind the greeting, one after the other is answered; then it ends its side. */
const DIALOGUES: readonly [name: string, ...messages: string[]][] = [
  [
    'before the negotiation',
    ...['{"execute": "query-status", "id": 1}', '{"execute": "nonesuch"}', '{"exec-oob": "query-status"}'],
    ...['[]', '{"execute": 1}', '{"execute": "qmp_capabilities", "arguments": {"enable": ["nonesuch"]}}'],
    '{"execute": "qmp_capabilities", "arguments": {"surplus": 1}}',
    '{"execute": "qmp_capabilities", "arguments": {"enable": []}, "id": {"b": [null], "a": -0.0}}',
    ...[NEGOTIATE, '{"execute": "query-name"}'],
  ],
  ['commands that overtake before the negotiation', '{"exec-oob": "qmp_capabilities"}', WITH_OOB],
  [
    'commands that overtake',
    ...[
      WITH_OOB,
      '{"exec-oob": "qmp_capabilities"}',
      '{"exec-oob": "query-name"}',
      '{"exec-oob": "nonesuch", "id": []}',
    ],
    ...[
      '{"exec-oob": "query-yank", "execute": "query-name"}',
      '{"exec-oob": 7}',
      '{"exec-oob": "yank", "surplus": 1}',
    ],
    ...[
      '{"exec-oob": "yank", "arguments": {"instances": []}, "id": "x"}',
      '{"exec-oob": "yank", "arguments": []}',
    ],
  ],
  [
    'commands that may not overtake',
    NEGOTIATE,
    '{"execute": "query-name", "id": 1}{"exec-oob": "query-yank", "id": 2}',
  ],
  [
    'several in one piece',
    `${NEGOTIATE}{"execute": "query-name", "id": 1}]{"execute": "query-name", "id": 2}`,
  ],
  ['more than may wait', `${WITH_OOB}${'{"execute": "query-name", "id": 1.50}'.repeat(30)}`],
  ['byte order marks and blanks', `\ufeff${NEGOTIATE}`, `\r\n\t${NEGOTIATE}\f\v\0\x1b\x7f`, '\r\n'],
  ['half a message', NEGOTIATE, '{"execute": "query-na'],
  [
    'events and replies',
    ...[NEGOTIATE, '{"execute": "stop", "id": 1}', '{"execute": "system_powerdown", "id": 2}'],
    ...[
      '{"execute": "system_reset"}',
      '{"execute": "cont"}{"execute": "stop", "id": [1]}',
      '{"execute": "stop"}',
    ],
  ],
  [
    'the monitor for people',
    ...[NEGOTIATE, '{"execute": "human-monitor-command", "arguments": {"command-line": ""}}'],
    '{"execute": "human-monitor-command", "arguments": {"command-line": "info status"}, "id": {}}',
    '{"execute": "human-monitor-command", "arguments": {"command-line": "stop", "cpu-index": 7}}',
  ],
];

describe.runIf(hasQemu).each(QEMUS)('beside %s', peer => {
  const programs: MachineProgram[] = [];
  const clients: RawQmpClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    for (const program of programs.splice(0)) await program.dispose();
  });

  /** Both servers with one more monitor. */
  async function start(monitor: string): Promise<void> {
    for (const name of ['hmp', peer]) {
      const args = [...STOPPED, monitor, 'unix:@/raw,server=on,wait=off'];
      programs.push(await new MachineProgram(name, args).start());
    }
  }

  /** Past the negotiation; which release the greeting told. */
  async function open(program: MachineProgram): Promise<{ client: RawQmpClient; major: number }> {
    const client = await RawQmpClient.open(program.path('raw'));
    clients.push(client);
    const greeting = await client.answers('{"execute": "qmp_capabilities"}');
    return { client, major: Number(/"major": (\d+)/.exec(greeting)?.[1]) };
  }

  it.each(DIALOGUES)('%s: the same dialogue', async (_, ...messages) => {
    await start('-qmp');
    const said: string[][] = [];
    for (const program of programs) {
      const client = await RawQmpClient.open(program.path('raw'));
      clients.push(client);
      await client.takeUntil('}\r\n');
      const answers: string[] = [];
      for (const message of messages) answers.push(await client.answers(message));
      client.endInput();
      said.push([...answers, await client.end()].map(masked));
    }
    expect(said[0]).toEqual(said[1]);
  });

  it.each([
    ['-qmp', MESSAGES],
    ['-qmp-pretty', Math.ceil(MESSAGES / 5)],
  ])('%s answers %d messages alike', async (monitor, count) => {
    await start(monitor);
    const [{ client: ours }, { client: theirs, major }] = [
      await open(programs[0]!),
      await open(programs[1]!),
    ];
    const agreed = await agreedCommands(programs[0]!.socket, programs[1]!.socket);
    expect(agreed.length).toBeGreaterThan(100);
    const comparable = major < 10 ? agreed.filter(name => !OTHER_WIDTHS.includes(name)) : agreed;
    const messages = new QmpMessages(loadSchema(), comparable, new Random(SEED));
    const differences: string[] = [];
    let compared = 0;
    for (let number = 0; number < count; number++) {
      const message = messages.next();
      const [mine, other] = await Promise.all([ours.answers(message), theirs.answers(message)]);
      const [own, reference] = major >= 11 ? withoutTextErrors(mine, other) : [mine, other];
      if (reference === '') continue;
      compared += 1;
      if (own !== reference) differences.push(`#${number} ${message.toString('latin1')}\n${own}${reference}`);
    }
    expect(differences.slice(0, SHOWN), `${differences.length} differences`).toEqual([]);
    expect(compared).toBeGreaterThan(count / 4);
  });
});

/** Without what depends on the moment and on the release. */
function masked(answers: string): string {
  return answers.replace(/("(micro)?seconds": )\d+/g, '$10').replace(/"\d+:\d+: (?=JSON )/g, '"');
}

/** Answers without those to the byte behind the message, where errors of the text are told otherwise; '' where there are more. */
function withoutTextErrors(ours: string, theirs: string): [string, string] {
  const [own, reference] = [ours.replace(LAST, ''), theirs.replace(LAST, '')];
  return TEXT_ERROR.test(own + reference) ? ['', ''] : [own, reference];
}
