import type { Operation } from '../stats.ts';
import type { Call, TesterCommand } from './command.ts';
import { TesterError } from './errors.ts';
import type { OptionSpec } from './options.ts';
import { COMPARE, MACHINE, piecesOf, QUIET, REGISTERED, SHOW } from './read.ts';
import {
  checkDump,
  counted,
  dump,
  filled,
  patternOf,
  type Range,
  report,
  timed,
  verify,
} from './transfer.ts';
import { checkUnmap, discardedRange, FILL, FORCE, UNMAP, ZEROES } from './write.ts';

const INVALID: OptionSpec = { letter: 'i', help: 'only count it in the statistics, as an invalid request' };
const GOES_ON =
  'It goes on while other commands run: aio_flush waits for it. What comes of it is told at its end.';

/** How one of these commands says what it does. */
interface Words {
  readonly operation: Operation;
  /** Of a failure. */
  readonly failing: string;
  /** Of a success. */
  readonly done: string;
}

const READING: Words = { operation: 'rd', failing: 'readv', done: 'read' };
const WRITING: Words = { operation: 'wr', failing: 'aio_write', done: 'wrote' };
const DISCARDING: Words = { operation: 'unmap', failing: 'aio_discard', done: 'discarded ' };

/** @param action does it, and answers what else there is to say */
function begin(call: Call, words: Words, range: Range, action: () => Promise<string>): void {
  const { image, requests } = call;
  const { failing, done } = words;
  const operation = call.options.has('z') ? undefined : words.operation; // zeroes are not counted, as in QEMU
  requests.start(image.nodeOrNone, async () => {
    try {
      let said = '';
      const request = async () => {
        image.checkRange(range.offset, range.length);
        said = await action();
      };
      const counting = operation && (() => counted(call, operation, range.length, request));
      const seconds = await timed(call, failing, counting ?? request);
      return said + report(call, done, range, seconds);
    } catch (error) {
      return `${(error as Error).message}\n`;
    }
  });
}

/** @returns whether the request is one of -i, which is counted and no more */
function isInvalid({ options, image, print }: Call, operation: 'rd' | 'wr', word: string): boolean {
  if (!options.has('i')) return false;
  print(`injecting invalid ${word} request\n`);
  if (image.drive) image.drive.stats.of[operation].invalid++;
  return true;
}

/** `aio_read off len [len..]` */
function read(call: Call): void {
  const pattern = patternOf(call);
  const range = piecesOf(call);
  if (isInvalid(call, 'rd', 'read')) return;
  checkDump(call, range.length);
  begin(call, READING, range, async () => {
    const bytes = await call.image.read(range.offset, range.length);
    return verify(bytes, pattern, range.offset) + dump(call, bytes, range.offset);
  });
}

/** `aio_write off len [len..]` */
function write(call: Call): void {
  const { options, image } = call;
  const pattern = patternOf(call);
  if (options.has('z') && options.words.length > 2) {
    throw new TesterError('-z supports only a single length parameter');
  }
  checkUnmap(options);
  const range = piecesOf(call);
  if (isInvalid(call, 'wr', 'write')) return;
  begin(call, WRITING, range, async () => {
    if (options.has('z')) await image.writeZeroes(range.offset, range.length);
    else await image.write(range.offset, filled(range.length, pattern));
    if (options.has('f')) await image.flush();
    return '';
  });
}

/** `aio_discard off len` */
function discard(call: Call): void {
  begin(call, DISCARDING, discardedRange(call), async () => '');
}

/** `aio_flush` */
async function flush({ image, requests }: Call): Promise<void> {
  const node = image.nodeOrNone;
  if (image.suspended > 0) throw new TesterError('A request is suspended: resume it first');
  await requests.drain(node);
}

export const ASYNCHRONOUS_COMMANDS: readonly TesterCommand[] = [
  {
    name: 'aio_read',
    syntax: '[-Ciqrv] [-P pattern] off len [len..]',
    help: 'begin to read from an offset on',
    about: GOES_ON,
    options: [MACHINE, INVALID, COMPARE, QUIET, REGISTERED, SHOW],
    least: 2,
    run: read,
  },
  {
    name: 'aio_write',
    syntax: '[-Cfiqruz] [-P pattern] off len [len..]',
    help: 'begin to write from an offset on',
    about: GOES_ON,
    options: [MACHINE, FORCE, INVALID, FILL, QUIET, REGISTERED, UNMAP, ZEROES],
    least: 2,
    writes: true,
    run: write,
  },
  {
    name: 'aio_discard',
    syntax: '[-Cq] off len',
    help: 'begin to say that bytes from an offset on are no longer needed',
    about: GOES_ON,
    options: [MACHINE, QUIET],
    least: 2,
    writes: true,
    run: discard,
  },
  {
    name: 'aio_flush',
    syntax: '',
    help: 'wait for all that goes on',
    least: 0,
    most: 0,
    run: flush,
  },
];
