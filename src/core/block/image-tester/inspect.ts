import { CLUSTER } from '../overlay-file.ts';
import type { Call, TesterCommand } from './command.ts';
import { reasonOf, TesterError } from './errors.ts';
import { sizeText } from './figures.ts';
import { parseSize } from './numbers.ts';

const SECTOR_TEXT = '512';
/** Drivers that have nothing below them. */
const LOWEST = ['file', 'null-co', 'blkdebug'];

/** Bytes. @throws TesterError that begins with `failure` */
function sizeOf({ image }: Call, failure: string): number {
  try {
    return image.size;
  } catch (error) {
    throw new TesterError(`${failure}: ${reasonOf(error)}`);
  }
}

/** `length` */
function length(call: Call): void {
  call.print(`${sizeText(sizeOf(call, 'getlength'))}\n`);
}

/** `alloc offset [count]` */
function alloc(call: Call): void {
  const { image, options, print } = call;
  const [from = '', count = SECTOR_TEXT] = options.words;
  const offset = parseSize(from);
  const wanted = parseSize(count);
  const there = BigInt(sizeOf(call, 'getlength')) - offset;
  const most = there < 0n ? 0n : there;
  const bytes = Number(wanted < most ? wanted : most);
  let allocated = 0;
  for (let done = 0; done < bytes; ) {
    const stretch = image.stretch(Number(offset) + done, bytes - done);
    if (stretch.allocated) allocated += stretch.length;
    done += stretch.length;
  }
  print(`${allocated}/${bytes} bytes allocated at offset ${sizeText(Number(offset))}\n`);
}

/** `map` */
function map(call: Call): void {
  const size = sizeOf(call, 'Failed to query image length');
  const place = (bytes: number) => `${sizeText(bytes)} (0x${bytes.toString(16)})`;
  for (let at = 0; at < size; ) {
    const stretch = call.image.stretch(at, size - at);
    const word = stretch.allocated ? '    allocated' : 'not allocated';
    call.print(`${place(stretch.length)} bytes ${word} at offset ${place(at)}\n`);
    at += stretch.length;
  }
}

/** `info` */
function info({ image, print }: Call): void {
  const node = image.nodeOrNone;
  if (!node) throw new TesterError('No medium found');
  const { driver } = node;
  const format = `format name: ${driver}\n`;
  print(LOWEST.includes(driver) ? format + format : format); // once as a protocol, as QEMU does
  if (driver === 'null-co') return;
  const cluster = driver === 'overlay' ? CLUSTER : 0;
  print(`cluster size: ${sizeText(cluster)}\nvm state offset: ${sizeText(0)}\n`);
}

export const INSPECTING_COMMANDS: readonly TesterCommand[] = [
  { name: 'length', short: 'l', syntax: '', help: 'how long the image is', least: 0, most: 0, run: length },
  {
    name: 'alloc',
    short: 'a',
    syntax: 'offset [count]',
    help: 'how many bytes from an offset on are in this image, not in one below',
    least: 1,
    most: 2,
    run: alloc,
  },
  {
    name: 'map',
    syntax: '',
    help: 'which parts are in this image, not in one below',
    least: 0,
    most: 0,
    run: map,
  },
  { name: 'info', short: 'i', syntax: '', help: 'what kind of image it is', least: 0, most: 0, run: info },
];
