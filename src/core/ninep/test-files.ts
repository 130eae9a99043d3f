import { E, NinepError } from './protocol.ts';
import { type SynthNode, synthFile, synthFolder } from './synth-folder.ts';

/** Names that a walk may have at once (9P2000, MAXWELEM). */
const DEEPEST = 16;
const LISTED = 100;

/** What test programs of devices find in `-fsdev synth` when they are in charge: QEMU's names, which they look for. */
export function testFiles(): SynthNode {
  return synthFolder(0o700, [
    ['WALK0', nested(0)],
    ['LOPEN', synthFile(0)],
    ['WRITE', synthFile(0, async () => {})],
    ['FLUSH', synthFile(0, waitIfAsked)],
    ['ReadDirDir', synthFolder(0o700, many())],
  ]);
}

function nested(depth: number): SynthNode {
  return synthFolder(0o700, depth + 1 < DEEPEST ? [[`WALK${depth + 1}`, nested(depth + 1)]] : []);
}

function many(): [string, SynthNode][] {
  return Array.from({ length: LISTED }, (_, index) => [`ReadDirFile${index}`, synthFile(0)]);
}

/** A byte that is not 0 is never written: the request waits until it is cancelled. */
async function waitIfAsked(data: Uint8Array, cancelled: Promise<void>): Promise<void> {
  if (data.length === 0 || data[0] === 0) return;
  await cancelled;
  throw new NinepError(E.interrupted);
}
