import type { Call, TesterCommand } from './command.ts';
import { TesterError, UsageError } from './errors.ts';
import { parseLength, parseSize } from './numbers.ts';
import type { OptionSpec, Options } from './options.ts';
import { checkSectors, IGNORED, MACHINE, piecesOf, QUIET, REGISTERED, VM_STATE } from './read.ts';
import { filled, patternOf, type Range, report, timed } from './transfer.ts';

export const FORCE: OptionSpec = { letter: 'f', help: 'make it last before it is done' };
export const FILL: OptionSpec = { letter: 'P', value: 'pattern', help: 'the byte to write; 0xcd without it' };
export const ZEROES: OptionSpec = { letter: 'z', help: 'zeroes' };
export const UNMAP: OptionSpec = {
  letter: 'u',
  help: 'with -z: the image may give the room back; it never does',
};

/** @throws TesterError for options that contradict each other */
function checkOptions({ options }: Call): void {
  const wrong = (text: string) => {
    throw new TesterError(text);
  };
  const has = (letter: string) => options.has(letter);
  if (has('b') && has('z')) wrong('-b and -z cannot be specified at the same time');
  if (has('f') && (has('b') || has('c'))) wrong('-f and -b or -c cannot be specified at the same time');
  if (has('n') && !has('z')) wrong('-n requires -z to be specified');
  checkUnmap(options);
  if (['z', 'P', 's'].filter(has).length > 1) {
    wrong('Only one of -z, -P, and -s can be specified at the same time');
  }
}

/** @throws TesterError */
export function checkUnmap(options: Options): void {
  if (options.has('u') && !options.has('z')) throw new TesterError('-u requires -z to be specified');
}

/** `write off len` */
async function write(call: Call): Promise<void> {
  const { options, image } = call;
  const pattern = patternOf(call);
  const [from, size, ...more] = options.words;
  if (from === undefined || size === undefined || more.length > 0) throw new UsageError();
  checkOptions(call);
  const length = options.has('n') ? parseSize(size) : parseLength(size, ' without -n');
  const range = { offset: parseSize(from), length };
  if (options.has('b')) checkSectors(range);
  const source = options.value('s');
  const bytes = source === undefined ? null : await repeated(call, source, range.length);
  const seconds = await timed(call, 'write', async () => {
    image.checkRange(range.offset, range.length);
    checkAbility(call);
    if (options.has('z')) await image.writeZeroes(range.offset, range.length);
    else await image.write(range.offset, bytes ?? filled(range.length, pattern));
    if (options.has('f')) await image.flush();
  });
  call.print(report(call, 'wrote', range, seconds));
}

/** What no image here can do. @throws Error */
function checkAbility({ options }: Call): void {
  const compressed = options.has('c') && !options.has('z');
  if (options.has('b') || options.has('n') || compressed) throw new Error('Operation not supported');
}

/** What is in a file, over and over. @throws TesterError */
async function repeated({ around }: Call, path: string, length: bigint): Promise<Uint8Array> {
  const reason = (error: unknown) =>
    new TesterError(`${path}: ${(error as Error).message.replace(/^Could not open '.*': /, '')}`);
  const file = await around.openBlockFile(path, { readOnly: true }).catch((error: unknown) => {
    throw reason(error);
  });
  try {
    const piece = await file.read(0, Math.min(file.size, Number(length)));
    if (file.size === 0) throw new Error('file is empty');
    const bytes = new Uint8Array(Number(length));
    for (let at = 0; at < bytes.length; at += piece.length) {
      bytes.set(piece.subarray(0, bytes.length - at), at);
    }
    return bytes;
  } catch (error) {
    throw reason(error);
  } finally {
    await file.close();
  }
}

/** `writev off len [len..]` */
async function writePieces(call: Call): Promise<void> {
  const { image, options } = call;
  const pattern = patternOf(call);
  const range = piecesOf(call);
  const seconds = await timed(call, 'writev', async () => {
    image.checkRange(range.offset, range.length);
    await image.write(range.offset, filled(range.length, pattern));
    if (options.has('f')) await image.flush();
  });
  call.print(report(call, 'wrote', range, seconds));
}

/** `discard off len`: a hint, which no image here takes */
async function discard(call: Call): Promise<void> {
  const range = discardedRange(call);
  const seconds = await timed(call, 'discard', async () => call.image.checkRange(range.offset, range.length));
  call.print(report(call, 'discard', range, seconds));
}

/** @throws TesterError or UsageError */
export function discardedRange({ options: { words } }: Call): Range {
  const [from, size, ...more] = words;
  if (from === undefined || size === undefined || more.length > 0) throw new UsageError();
  return { offset: parseSize(from), length: parseLength(size) };
}

/** `flush` */
async function flush(call: Call): Promise<void> {
  await timed(call, 'flush', () => call.image.flush());
}

export const WRITE_COMMANDS: readonly TesterCommand[] = [
  {
    name: 'write',
    short: 'w',
    syntax: '[-bcCfnpqruz] [-P pattern | -s source_file] off len',
    help: 'write from an offset on',
    about: "'write -P 0x55 512 1k' fills a kilobyte from the second sector on.",
    options: [
      VM_STATE,
      { letter: 'c', help: 'compressed: raw images cannot' },
      MACHINE,
      FORCE,
      { letter: 'n', help: 'with -z: only if zeroes need not be written one by one, which they must here' },
      IGNORED,
      FILL,
      QUIET,
      REGISTERED,
      { letter: 's', value: 'source_file', help: 'write what is in a file, over and over' },
      UNMAP,
      ZEROES,
    ],
    least: 2,
    writes: true,
    run: write,
  },
  {
    name: 'writev',
    syntax: '[-Cfqr] [-P pattern] off len [len..]',
    help: 'write from an offset on, in pieces',
    about: "'writev 512 1k 1k' writes two kilobytes, out of two buffers by one request.",
    options: [MACHINE, FORCE, FILL, QUIET, REGISTERED],
    least: 2,
    writes: true,
    run: writePieces,
  },
  {
    name: 'discard',
    short: 'd',
    syntax: '[-Cq] off len',
    help: 'say that bytes from an offset on are no longer needed',
    about: 'Images keep their room and what is in it.',
    options: [MACHINE, QUIET],
    least: 2,
    writes: true,
    run: discard,
  },
  {
    name: 'flush',
    short: 'f',
    syntax: '',
    help: 'make what was written last',
    least: 0,
    most: 0,
    run: flush,
  },
];
