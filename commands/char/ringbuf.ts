import {
  type Candidate,
  type CommandContext,
  type CompletionRequest,
  data,
  type Result,
} from '../../src/monitor/types.ts';

const RING_BUFFERS = ['ringbuf', 'memory'];

export async function ringbufWrite(
  { qmp }: CommandContext,
  args: { device: string; data: string },
): Promise<void> {
  await qmp.execute('ringbuf-write', { device: args.device, data: args.data });
}

/** Prints what was taken out; control characters are made visible. */
export async function ringbufRead(
  { qmp }: CommandContext,
  args: { device: string; size: bigint },
): Promise<Result> {
  const taken = await qmp.execute('ringbuf-read', { device: args.device, size: args.size });
  return data(taken, `${visible(taken)}\n`);
}

function visible(taken: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return taken.replaceAll('\\', '\\\\').replace(/[\x00-\x08\x0b-\x1f\x7f]/g, character => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `\\u${code.padStart(4, '0')}`;
  });
}

export async function completeRingbuf({ qmp, index }: CompletionRequest): Promise<Candidate[]> {
  if (index !== 1) return [];
  const chardevs = await qmp.execute('query-chardev');
  return chardevs
    .filter(({ filename }) => RING_BUFFERS.includes(filename))
    .map(({ label, filename }) => ({ text: label, help: filename }));
}
