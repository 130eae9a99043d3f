import { SECTOR_SIZE } from '../drive.ts';
import type { Call, TesterCommand } from './command.ts';
import { TesterError, UsageError } from './errors.ts';
import { parseLength, parseLengths, parseSize } from './numbers.ts';
import type { OptionSpec } from './options.ts';
import { checkDump, dump, patternOf, type Range, report, timed, verify } from './transfer.ts';

export const MACHINE: OptionSpec = { letter: 'C', help: 'figures for programs, separated by commas' };
export const QUIET: OptionSpec = { letter: 'q', help: 'no figures' };
export const REGISTERED: OptionSpec = {
  letter: 'r',
  help: 'taken for the sake of QEMU: buffers need no registration',
};
export const IGNORED: OptionSpec = { letter: 'p', help: 'taken for the sake of old scripts' };
export const COMPARE: OptionSpec = {
  letter: 'P',
  value: 'pattern',
  help: 'the byte that each one read should be',
};
export const SHOW: OptionSpec = { letter: 'v', help: 'show what was read' };
export const VM_STATE: OptionSpec = {
  letter: 'b',
  help: 'the state of a snapshot: raw images have no place for it',
};

/** The part of what is read that -P is about. @throws TesterError or UsageError */
function comparedPart({ options }: Call, length: bigint): { start: bigint; end: bigint } {
  const [from, size] = [options.value('s'), options.value('l')];
  const start = from === undefined ? 0n : parseSize(from);
  const end = size === undefined ? length : start + parseSize(size);
  if (!options.has('P') && (from ?? size) !== undefined) throw new UsageError();
  if (start > length || end > length) {
    throw new TesterError('pattern verification range exceeds end of read data');
  }
  return { start, end };
}

/** The state of a machine is in whole sectors. @throws TesterError */
export function checkSectors({ offset, length }: Range): void {
  const rest = (value: bigint) => value % BigInt(SECTOR_SIZE) !== 0n;
  const wrong = rest(offset) ? [offset, 'offset'] : rest(length) ? [length, 'count'] : undefined;
  if (wrong) throw new TesterError(`${wrong[0]} is not a sector-aligned value for '${wrong[1]}'`);
}

/** `read off len` */
async function read(call: Call): Promise<void> {
  const { image, options } = call;
  const pattern = patternOf(call);
  const [from, size, ...more] = options.words;
  if (from === undefined || size === undefined || more.length > 0) throw new UsageError();
  const range = { offset: parseSize(from), length: parseLength(size) };
  const { start, end } = comparedPart(call, range.length);
  if (options.has('b')) {
    checkSectors(range);
    throw new TesterError('read failed: Operation not supported');
  }
  checkDump(call, range.length);
  let bytes: Uint8Array = new Uint8Array();
  const seconds = await timed(call, 'read', async () => {
    bytes = await image.read(range.offset, range.length);
  });
  const part = bytes.subarray(Number(start), Number(end));
  call.fail(verify(part, pattern, range.offset + start));
  call.print(dump(call, bytes, range.offset) + report(call, 'read', range, seconds));
}

/** `readv off len [len..]` */
async function readPieces(call: Call): Promise<void> {
  const { image } = call;
  const pattern = patternOf(call);
  const range = piecesOf(call);
  checkDump(call, range.length);
  let bytes: Uint8Array = new Uint8Array();
  const seconds = await timed(call, 'readv', async () => {
    bytes = await image.read(range.offset, range.length);
  });
  call.fail(verify(bytes, pattern, range.offset));
  call.print(dump(call, bytes, range.offset) + report(call, 'read', range, seconds));
}

/** An offset, then the lengths of the pieces that the bytes from there on are taken in. @throws TesterError or UsageError */
export function piecesOf({ options: { words } }: Call): Range {
  const [from, ...lengths] = words;
  if (from === undefined || lengths.length === 0) throw new UsageError();
  return { offset: parseSize(from), length: parseLengths(lengths) };
}

export const READ_COMMANDS: readonly TesterCommand[] = [
  {
    name: 'read',
    short: 'r',
    syntax: '[-bCpqrv] [-P pattern [-s off] [-l len]] off len',
    help: 'read from an offset on',
    about: "'read -v 512 1k' shows a kilobyte from the second sector on.",
    options: [
      VM_STATE,
      MACHINE,
      { letter: 'l', value: 'len', help: 'with -P: how many bytes to compare' },
      IGNORED,
      COMPARE,
      QUIET,
      REGISTERED,
      {
        letter: 's',
        value: 'off',
        help: 'with -P: the first byte to compare, counted from the first one read',
      },
      SHOW,
    ],
    least: 2,
    run: read,
  },
  {
    name: 'readv',
    syntax: '[-Cqrv] [-P pattern] off len [len..]',
    help: 'read from an offset on, in pieces',
    about: "'readv -v 512 1k 1k' shows two kilobytes, read into two buffers by one request.",
    options: [MACHINE, COMPARE, QUIET, REGISTERED, SHOW],
    least: 2,
    run: readPieces,
  },
];
