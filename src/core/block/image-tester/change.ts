import { cacheMode } from '../cache-options.ts';
import type { BlockNode, CacheMode } from '../node.ts';
import type { Call, TesterCommand } from './command.ts';
import { reasonOf, TesterError, UsageError } from './errors.ts';
import { parseSize } from './numbers.ts';

const PREALLOCATIONS = ['off', 'metadata', 'falloc', 'full'];

/** `truncate [-m mode] off` */
async function truncate({ image, options, around }: Call): Promise<void> {
  const [to, ...more] = options.words;
  if (to === undefined || more.length > 0) throw new UsageError();
  const size = parseSize(to);
  const mode = options.value('m') ?? 'off';
  if (!PREALLOCATIONS.includes(mode)) throw new TesterError(`Invalid preallocation mode '${mode}'`);
  if (mode === 'metadata' || mode === 'falloc') {
    throw new TesterError(`Unsupported preallocation mode: ${mode}`);
  }
  const node = image.nodeOrNone;
  if (!node) throw new TesterError('No medium inserted');
  const before = BigInt(image.size);
  if (mode === 'full' && size < before) throw new TesterError('Cannot use preallocation for shrinking files');
  try {
    await around.resize(node, size);
    if (mode === 'full') await image.writeZeroes(before, size - before);
  } catch (error) {
    throw new TesterError(reasonOf(error));
  }
}

/** `reopen [-r|-w] [-c mode] [-o options]`: nodes stay as they were opened, so that only what is already so can be had. */
function reopen({ image, options }: Call): void {
  if (options.words.length > 0) throw new UsageError();
  if (options.has('r') && options.has('w')) throw new TesterError('Only one -r/-w option may be given');
  const cacheWord = options.value('c');
  const cache = cacheWord === undefined ? undefined : cacheMode(cacheWord);
  if (cacheWord !== undefined && !cache) throw new TesterError(`Invalid cache option: ${cacheWord}`);
  const node = image.nodeOrNone;
  if (!node) throw new TesterError('No medium inserted');
  const changesAccess = node.readOnly ? options.has('w') : options.has('r');
  if (!changesAccess && !options.has('o') && isBuffered(node, cache)) return;
  throw new TesterError(
    `Block format '${node.driver}' used by node '${node.name}' does not support reopening files`,
  );
}

function isBuffered({ cache }: BlockNode, wanted: CacheMode = cache): boolean {
  const same = (name: keyof CacheMode) => cache[name] === wanted[name];
  return same('writeback') && same('direct') && same('no-flush');
}

export const CHANGING_COMMANDS: readonly TesterCommand[] = [
  {
    name: 'truncate',
    short: 't',
    syntax: '[-m prealloc_mode] off',
    help: 'give the image another length',
    options: [{ letter: 'm', value: 'prealloc_mode', help: 'full: what is new is written with zeroes; off' }],
    least: 1,
    most: 3,
    writes: true,
    run: truncate,
  },
  {
    name: 'reopen',
    syntax: '[(-r|-w)] [-c cache] [-o options]',
    help: 'open the image in another way',
    about: 'Images stay as they were opened: only what is already so can be had.',
    options: [
      { letter: 'r', help: 'only to read' },
      { letter: 'w', help: 'to read and write' },
      { letter: 'c', value: 'cache', help: 'none, writeback, writethrough, directsync or unsafe' },
      { letter: 'o', value: 'options', help: 'options of the driver' },
    ],
    least: 0,
    run: reopen,
  },
];
