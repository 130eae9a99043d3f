import { cacheMode } from '../cache-options.ts';
import type { BlockNode, CacheMode } from '../node.ts';
import type { Call, TesterCommand } from './command.ts';
import { TesterError, UsageError } from './errors.ts';
import type { Options } from './options.ts';

/** `reopen [-r|-w] [-c cache] [-o options]` */
function reopen({ image, options }: Call): void {
  if (options.words.length > 0) throw new UsageError();
  const readOnly = wantedAccess(options);
  const cache = wantedCache(options);
  const node = image.nodeOrNone;
  if (!node) throw new TesterError('No medium inserted');
  if (node.job !== null) throw new TesterError('Device or resource busy');
  const nodes = ownNodes(node);
  if (readOnly === false) nodes.forEach(checkWritable);
  const { drive } = image;
  if (cache && drive && cache.writeback !== drive.writeCache) {
    if (drive.inUse) throw new TesterError('Cannot change cache.writeback: Device attached');
    drive.writeCache = cache.writeback;
  }
  for (const each of nodes) {
    each.readOnly = readOnly ?? each.readOnly;
    each.cache = cache ?? each.cache;
  }
}

/** @throws TesterError for options that cannot be changed */
function wantedAccess(options: Options): boolean | undefined {
  const [toRead, toWrite] = [options.has('r'), options.has('w')];
  if (toRead && toWrite) throw new TesterError('Only one -r/-w option may be given');
  let readOnly = toRead || toWrite ? toRead : undefined;
  for (const option of (options.value('o') ?? '').split(',').filter(word => word !== '')) {
    const [, key = option, value] = /^(.*?)=(.*)$/.exec(option) ?? [];
    if (key !== 'read-only') throw new TesterError(`Cannot change the option '${key}'`);
    if (toRead || toWrite) throw new TesterError("Cannot set both -r/-w and 'read-only'");
    if (value !== 'on' && value !== 'off')
      throw new TesterError("Parameter 'read-only' expects 'on' or 'off'");
    readOnly = value === 'on';
  }
  return readOnly;
}

/** @throws TesterError */
function wantedCache(options: Options): CacheMode | undefined {
  const word = options.value('c');
  const cache = word === undefined ? undefined : cacheMode(word);
  if (word !== undefined && !cache) throw new TesterError(`Invalid cache option: ${word}`);
  return cache;
}

/** A node and those below that were made with it. */
function ownNodes(top: BlockNode): BlockNode[] {
  const nodes = [top];
  for (let node = top.child; node && !node.monitorOwned; node = node.child) nodes.push(node);
  return nodes;
}

/** @throws TesterError */
function checkWritable({ file, fileName }: BlockNode): void {
  if (file.readOnly) throw new TesterError(`'${fileName}' was opened to be read only, and stays open`);
}

export const REOPEN_COMMANDS: readonly TesterCommand[] = [
  {
    name: 'reopen',
    syntax: '[(-r|-w)] [-c cache] [-o options]',
    help: 'change how the image may be used',
    about: 'An image whose file was opened to be read only cannot be written to.',
    options: [
      { letter: 'r', help: 'only to read' },
      { letter: 'w', help: 'to read and write' },
      { letter: 'c', value: 'cache', help: 'none, writeback, writethrough, directsync or unsafe' },
      { letter: 'o', value: 'options', help: 'read-only=on or read-only=off' },
    ],
    least: 0,
    run: reopen,
  },
];
