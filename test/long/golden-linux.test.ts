/** Every line that QEMU was asked about a bare machine and about Debian's kernel, asked of ours: how many answers are alike. */

import { on, once } from 'node:events';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Compared, compareLines, tally } from '../support/comparison.ts';
import { type Capture, loadCapture } from '../support/golden.ts';
import { BARE_DIFFERENCES, LINUX_DIFFERENCES } from '../support/golden-differences.ts';
import { hasLinux, INITRD, unpackKernel } from '../support/linux.ts';
import { TestVm } from '../support/vm.ts';

const bare = loadCapture('bare-hmp.json');
const linux = loadCapture('linux-hmp.json');
const MEBIBYTE = 2 ** 20;
/** The capture was made this long after the guest was up. */
const SETTLING_MS = 3000;
/** The share of answers that must be equal, or equal in shape; it grows with what the machine has. */
const WANTED = 0.92;

/** Options of a captured command line, without its program; its files are exchanged. */
function options({ cmd }: Capture, files: Readonly<Record<string, string>> = {}): string[] {
  return cmd
    .slice(1)
    .map(word =>
      Object.entries(files).reduce(
        (text, [theirs, ours]) => text.replace(new RegExp(`(^|=)${theirs}\\b`), `$1${ours}`),
        word,
      ),
    );
}

/** The sockets by which the captures were made. */
const server = (path: string) => `unix:${path},server=on,wait=off`;

/** Resolves when the text has come. */
async function printed(socket: Socket, text: string): Promise<void> {
  let seen = '';
  for await (const chunk of on(socket, 'data')) {
    seen = (seen + String(chunk[0])).slice(-4096);
    if (seen.includes(text)) break;
  }
  socket.on('data', () => {}); // what comes later is not looked at, but taken
}

/** The answers with folders of ours left out: QEMU was started beside its files. */
async function ask(
  vm: TestVm,
  capture: Capture,
  folders: readonly string[] = [],
  stops = false,
): Promise<Compared[]> {
  let first = true;
  return compareLines(capture.hmp, async line => {
    // as QEMU was asked: by one-line monitors, which keep no history
    const { text } = await vm.session.run(line, undefined, { record: false });
    if (first && stops) await vm.execute('stop'); // the capture's first answer is of a machine that still ran
    first = false;
    return folders.reduce((shown, folder) => shown.replaceAll(`${folder}/`, ''), text);
  });
}

function check(compared: readonly Compared[], reasons: Readonly<Record<string, string>>): void {
  const different = compared.filter(({ verdict }) => verdict === 'different').map(({ line }) => line);
  expect(different.filter(line => reasons[line] === undefined)).toEqual([]);
  expect(Object.keys(reasons).filter(line => !different.includes(line))).toEqual([]);
}

describe.skipIf(!bare || !linux || !hasLinux)('answers beside those of QEMU', () => {
  const all: Compared[] = [];
  let images: ReturnType<typeof unpackKernel>;
  let folder: string;
  let sockets: string;
  beforeAll(() => {
    images = unpackKernel();
    folder = mkdtempSync(join(tmpdir(), 'hmp-golden-'));
    sockets = mkdtempSync(join(tmpdir(), 'hmp-golden-'));
  });
  afterAll(() => {
    images.remove();
    rmSync(folder, { recursive: true });
    rmSync(sockets, { recursive: true });
  });

  it('about a bare machine', async () => {
    const qmp = join(sockets, 'qmp');
    const vm = await TestVm.start([...options(bare!), '-qmp', server(qmp)]);
    const client = connect(qmp);
    await once(client, 'connect');
    const compared = await ask(vm, bare!);
    client.destroy();
    await vm.close();
    all.push(...compared);
    console.log(`bare machine: ${tally(compared)}`);
    check(compared, BARE_DIFFERENCES);
  });

  it("about Debian's kernel", async () => {
    const disk = join(folder, 'disk.raw');
    writeFileSync(disk, '');
    truncateSync(disk, 16 * MEBIBYTE);
    const files = { 'disk.raw': disk, Image: images.kernel, 'initrd.gz': INITRD };
    const [qmp, port] = [join(sockets, 'qmp2'), join(sockets, 'ser')];
    const vm = await TestVm.start([
      ...options(linux!, files),
      ...['-qmp', server(qmp), '-serial', server(port)],
    ]);
    const clients = [connect(qmp), connect(port)] as const;
    await printed(clients[1], 'GUEST-READY');
    await setTimeout(SETTLING_MS);
    const compared = await ask(vm, linux!, [folder, dirname(images.kernel), dirname(INITRD)], true);
    for (const client of clients) client.destroy();
    await vm.close();
    all.push(...compared);
    console.log(`Debian's kernel: ${tally(compared)}`);
    check(compared, LINUX_DIFFERENCES);
  });

  it('are alike in nearly all cases', () => {
    console.log(`all: ${tally(all)}`);
    const alike = all.filter(({ verdict }) => verdict !== 'different').length;
    expect(alike / all.length).toBeGreaterThanOrEqual(WANTED);
  });
});
