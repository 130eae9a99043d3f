/**
 * Our answers beside those that QEMU 10.2.2 gave: refusals word by word, everything else at least in shape.
 * Where the machines themselves differ a table of exceptions says why.
 */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installRoot } from '../src/cli/paths.ts';
import { loadTables } from '../src/cli/tables.ts';
import { findCommand } from '../src/monitor/command-line.ts';
import { LineReader } from '../src/monitor/line-reader.ts';
import { type Capture, loadCapture } from './support/golden.ts';
import { BARE_EXCEPTIONS, type Exception, LINUX_EXCEPTIONS } from './support/golden-exceptions.ts';
import { shapeOf } from './support/shape.ts';
import { GUEST, TestVm } from './support/vm.ts';

const bare = loadCapture('bare-hmp.json');
const linux = loadCapture('linux-hmp.json');
if (!bare || !linux)
  console.warn('skipped: there are no captures (HMP_SHARED names the folder that has them)');

const MEBIBYTE = 2 ** 20;
const tables = await loadTables(installRoot(), []);

/** Commands of QEMU that our tables do not have yet answer as unknown ones, and are not compared. */
function known(line: string): boolean {
  try {
    return findCommand(tables, new LineReader(line), { preconfig: false }) !== undefined;
  } catch {
    return false;
  }
}

const answersOf = (capture: Capture | null): [string, string][] =>
  Object.entries(capture?.hmp ?? {}).filter(([line]) => known(line) || line.includes('nosuch'));

const isRefusal = (answer: string) => /^(Error: |unknown command|invalid |.*\nTry "help )/.test(answer);

/** Which of the buses is meant depends on how many devices there are. */
const withoutBus = (message: string) => message.replace(/(virtio-mmio-bus)\.\d/, '$1');

const whole = (text: string) => text;

function compare(answer: string, captured: string, exception: Exception | undefined): void {
  const theirs = captured.replaceAll('\r', '');
  if (exception) {
    const { reason, theirs: expected = whole, ours = whole } = exception;
    expect(ours(answer), reason).toBe(expected(theirs));
  } else if (isRefusal(theirs)) {
    expect(withoutBus(answer)).toBe(withoutBus(theirs));
  } else {
    expect(shapeOf(answer)).toBe(shapeOf(theirs));
  }
}

describe.skipIf(!bare)('a bare machine', () => {
  const answers = answersOf(bare);
  let vm: TestVm;

  beforeAll(async () => {
    vm = await TestVm.start(['-M', 'virt', '-S', '-m', '128M']);
  });
  afterAll(() => vm.close());

  it.each(answers)('%s', async (line, captured) => {
    compare((await vm.outcome(line)).text, captured, BARE_EXCEPTIONS[line]);
  });

  it('has no exception for nothing', () => {
    const lines = answers.map(([line]) => line);
    expect(Object.keys(BARE_EXCEPTIONS).filter(line => !lines.includes(line))).toEqual([]);
  });
});

describe.skipIf(!linux)('a machine with a guest', () => {
  const answers = answersOf(linux);
  let vm: TestVm;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-golden-'));
    const disk = join(folder, 'disk.raw');
    writeFileSync(disk, '');
    truncateSync(disk, 16 * MEBIBYTE);
    vm = await TestVm.start([
      ...GUEST,
      ...['-m', '512M', '-drive', `if=none,id=d0,file=${disk},format=raw`],
      ...['-device', 'virtio-blk-device,drive=d0,id=blk0', '-device', 'virtio-rng-device,id=rng0'],
      ...['-device', 'virtio-net-device,netdev=n0,id=net0', '-netdev', 'user,id=n0'],
      ...['-device', 'virtio-balloon-device,id=bal0', '-device', 'virtio-keyboard-device,id=kbd0'],
    ]);
    await vm.boot();
  });
  afterAll(async () => {
    await vm.close();
    rmSync(folder, { recursive: true });
  });

  it.each(answers)('%s', async (line, captured) => {
    const { text } = await vm.outcome(line);
    compare(text.replaceAll(`${folder}/`, ''), captured, LINUX_EXCEPTIONS[line]);
  });

  it('has no exception for nothing', () => {
    const lines = answers.map(([line]) => line);
    expect(Object.keys(LINUX_EXCEPTIONS).filter(line => !lines.includes(line))).toEqual([]);
  });
});
