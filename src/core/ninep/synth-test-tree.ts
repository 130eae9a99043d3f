import type { AttributeBudget } from './extended-attributes.ts';
import { E, NinepError } from './protocol.ts';
import { SynthFolder } from './synth-folder.ts';

const WALK_DEPTH = 16;
const FILES_TO_LIST = 100;

/**
 * The nodes that test programs of 9P look for under qtest: a deep path to walk, files to open and to write, one
 * whose writes wait until they are cancelled unless all bytes are zero, a large folder to list, and how many extended
 * attributes the client has at hand (64 bits, little-endian).
 */
export function synthTestTree(attributes: AttributeBudget): SynthFolder {
  const tree = new SynthFolder();
  let deepest: readonly string[] = [];
  for (let n = 0; n < WALK_DEPTH; n++) deepest = tree.addFolder(deepest, `WALK${n}`, 0o700);
  tree.addFile([], 'LOPEN', 0);
  tree.addFile([], 'WRITE', 0, { write: async () => {} });
  tree.addFile([], 'FLUSH', 0, { write: waitUnlessZero });
  const large = tree.addFolder([], 'ReadDirDir', 0o700);
  for (let n = 0; n < FILES_TO_LIST; n++) tree.addFile(large, `ReadDirFile${n}`, 0);
  const statistics = tree.addFolder([], 'stat', 0o755);
  tree.addFile(statistics, 'xattr_count', 0o444, { read: length => counter(attributes.held, length) });
  return tree;
}

async function waitUnlessZero(data: Uint8Array, cancelled: Promise<void>): Promise<void> {
  if (data.every(byte => byte === 0)) return;
  await cancelled;
  throw new NinepError(E.interrupted);
}

function counter(value: number, length: number): Uint8Array {
  if (length < 8) throw new NinepError(E.noSpace);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}
