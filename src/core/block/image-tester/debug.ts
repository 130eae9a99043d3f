import type { BlkdebugEvent } from '../../../qapi/generated/types.ts';
import type { Breakpoints } from '../breakpoints.ts';
import { isDebugEvent } from '../debug-file.ts';
import type { Call, TesterCommand } from './command.ts';
import { TesterError } from './errors.ts';

const MISSING = 'No such file or directory';

/** Those of the image, whose news are told from now on. @throws TesterError */
function breakpointsOf({ image, requests }: Call, failure: string): Breakpoints<BlkdebugEvent> {
  const { breakpoints } = image.debugFile(failure);
  breakpoints.onNotice(text => requests.tell(`${text}\n`));
  return breakpoints;
}

/** `break event tag` */
function set(call: Call): void {
  const [event = '', tag = ''] = call.options.words;
  const failure = 'Could not set breakpoint';
  const breakpoints = breakpointsOf(call, failure);
  if (!isDebugEvent(event)) throw new TesterError(`${failure}: ${MISSING}`);
  breakpoints.set(event, tag);
}

/** `remove_break tag` */
function remove(call: Call): void {
  const [tag = ''] = call.options.words;
  const failure = `Could not remove breakpoint ${tag}`;
  if (!breakpointsOf(call, failure).remove(tag)) throw new TesterError(`${failure}: ${MISSING}`);
}

/** `resume tag` */
function resume(call: Call): void {
  const [tag = ''] = call.options.words;
  const failure = 'Could not resume request';
  if (!breakpointsOf(call, failure).resume(tag)) throw new TesterError(`${failure}: ${MISSING}`);
}

/** `wait_break tag` */
async function wait(call: Call): Promise<void> {
  const [tag = ''] = call.options.words;
  const failure = `Could not wait for ${tag}`;
  const suspended = breakpointsOf(call, failure).waitFor(tag);
  if (!suspended) throw new TesterError(`${failure}: ${MISSING}`);
  await suspended;
}

export const DEBUGGING_COMMANDS: readonly TesterCommand[] = [
  {
    name: 'break',
    syntax: 'event tag',
    help: 'make the next request that comes by an event stand still, under a name of yours',
    about: 'Events are read_aio, write_aio and flush_to_disk, of an image with a blkdebug node.',
    least: 2,
    most: 2,
    run: set,
  },
  {
    name: 'remove_break',
    syntax: 'tag',
    help: 'forget breakpoints and let the requests go on that they made stand still',
    least: 1,
    most: 1,
    run: remove,
  },
  { name: 'resume', syntax: 'tag', help: 'let a request go on', least: 1, most: 1, run: resume },
  {
    name: 'wait_break',
    syntax: 'tag',
    help: 'wait until a request stands still',
    least: 1,
    most: 1,
    run: wait,
  },
];
