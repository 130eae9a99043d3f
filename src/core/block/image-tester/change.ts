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
];
