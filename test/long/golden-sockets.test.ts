/** The three captures of QEMU's answers again, asked of the built program over real sockets as QEMU was asked. */
import { truncateSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QmpObject } from '../../src/qapi/value.ts';
import { type Compared, judge, judgeReply, tally } from '../support/comparison.ts';
import { type Capture, loadCapture } from '../support/golden.ts';
import { BARE_DIFFERENCES, LINUX_DIFFERENCES, QMP_DIFFERENCES } from '../support/golden-differences.ts';
import { hasLinux, INITRD, unpackKernel } from '../support/linux.ts';
import { MachineProgram } from '../support/programs.ts';
import type { QmpConnection } from '../support/qmp-connection.ts';

const bare = loadCapture('bare-hmp.json');
const linux = loadCapture('linux-hmp.json');
const qmp = loadCapture('linux-qmp.json');
const MEBIBYTE = 2 ** 20;
/** The captures were made this long after the guest was up. */
const SETTLING_MS = 3000;

/** The share of answers that must be equal, or equal in shape: of all lines, and of all requests. */
const WANTED = 0.95;

let images: ReturnType<typeof unpackKernel>;

/** Starts the program with a captured command line, on files of ours. */
async function start({ cmd }: Capture, serial: boolean): Promise<MachineProgram> {
  const files: Record<string, string> = {
    'disk.raw': '@/disk.raw',
    Image: images.kernel,
    'initrd.gz': INITRD,
  };
  const words = cmd
    .slice(1)
    .map(word =>
      Object.entries(files).reduce(
        (text, [name, path]) => text.replace(new RegExp(`(^|=)${name}\\b`), `$1${path}`),
        word,
      ),
    );
  const port = serial ? ['-serial', 'unix:@/ser,server=on,wait=off'] : [];
  const program = new MachineProgram('hmp', [...words, ...port]);
  writeFileSync(program.path('disk.raw'), '');
  truncateSync(program.path('disk.raw'), 16 * MEBIBYTE);
  return program.start();
}

/** Lets the guest come up. */
async function boot(capture: Capture): Promise<{ program: MachineProgram; client: QmpConnection }> {
  const program = await start(capture, true);
  await program.listening('ser'); // ports open after monitors
  const serial = connect(program.path('ser'));
  await new Promise<void>(resolve => {
    let seen = '';
    serial.on('data', bytes => {
      seen = (seen + String(bytes)).slice(-4096);
      if (seen.includes('GUEST-READY')) resolve();
    });
  });
  const client = await program.connect();
  await setTimeout(SETTLING_MS);
  return { program, client };
}

/** QEMU was started beside its files. */
function withoutFolders(text: string, program: MachineProgram): string {
  const files = [program.path('disk.raw'), images.kernel, INITRD];
  return files.reduce((shown, file) => shown.replaceAll(file, basename(file)), text);
}

async function askLines(
  client: QmpConnection,
  capture: Capture,
  program: MachineProgram,
): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const [line, captured] of Object.entries(capture.hmp)) {
    const theirs = captured.replaceAll('\r', '');
    const answer = (await client.line(line)).replaceAll('\r', '');
    const ours = withoutFolders(answer, program);
    compared.push({ line, theirs, ours, verdict: judge(theirs, ours) });
    // the first answer of the capture with a guest is of a machine that still ran
    if (compared.length === 1 && theirs.includes('running')) await client.request({ execute: 'stop' });
  }
  return compared;
}

/** Every difference has its reason, and every reason its difference. */
function check(compared: readonly Compared[], reasons: Readonly<Record<string, string>>): void {
  const different = compared.filter(({ verdict }) => verdict === 'different').map(({ line }) => line);
  expect(different.toSorted()).toEqual(Object.keys(reasons).toSorted());
}

function shareAlike(compared: readonly Compared[]): number {
  return compared.filter(({ verdict }) => verdict !== 'different').length / compared.length;
}

describe.skipIf(!bare || !linux || !qmp || !hasLinux)('answers over sockets beside those of QEMU', () => {
  beforeAll(() => {
    images = unpackKernel();
  });
  afterAll(() => images.remove());

  const lines: Compared[] = [];

  it('about a bare machine', async () => {
    const program = await start(bare!, false);
    const compared = await askLines(await program.connect(), bare!, program);
    await program.dispose();
    console.log(`bare machine: ${tally(compared)}`);
    check(compared, BARE_DIFFERENCES);
    lines.push(...compared);
  });

  it("about Debian's kernel", async () => {
    const { program, client } = await boot(linux!);
    const compared = await askLines(client, linux!, program);
    await program.dispose();
    console.log(`Debian's kernel: ${tally(compared)}`);
    check(compared, LINUX_DIFFERENCES);
    lines.push(...compared);
  });

  it('are alike in nearly all lines', () => {
    console.log(`all lines: ${tally(lines)}`);
    expect(shareAlike(lines)).toBeGreaterThanOrEqual(WANTED);
  });

  it('about requests of QMP', async () => {
    const { program, client } = await boot(qmp!);
    await client.request({ execute: 'stop' });
    const compared: Compared[] = [];
    for (const { in: request, out } of qmp!.qmp) {
      const reply = JSON.stringify(await client.request(request));
      const ours = JSON.parse(withoutFolders(reply, program)) as QmpObject;
      const line = String(request['execute'] ?? JSON.stringify(request));
      const [theirs, answer] = [JSON.stringify(out), JSON.stringify(ours)];
      compared.push({ line, theirs, ours: answer, verdict: judgeReply(out, ours) });
    }
    await program.dispose();
    console.log(`QMP: ${tally(compared)}`);
    check(compared, QMP_DIFFERENCES);
    expect(shareAlike(compared)).toBeGreaterThanOrEqual(WANTED);
  });
});
