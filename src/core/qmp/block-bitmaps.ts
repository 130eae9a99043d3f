import { QmpError } from '../../qapi/errors.ts';
import type {
  BlockDirtyBitmap,
  BlockDirtyBitmapAdd,
  BlockDirtyBitmapMerge,
} from '../../qapi/generated/types.ts';
import { DirtyBitmap } from '../block/dirty-bitmap.ts';
import type { DriveTable } from '../block/drive-table.ts';
import type { BlockNode } from '../block/node.ts';
import type { CommandHandlers } from './handlers.ts';

const DEFAULT_GRANULARITY = 65_536;
const LEAST_GRANULARITY = 512;
const LONGEST_NAME = 1023;

/** Takes back what was done. */
export type Undo = () => void;

/** What is done with records of writes; each can be taken back. */
export class BitmapActions {
  readonly #drives: DriveTable;

  constructor(drives: DriveTable) {
    this.#drives = drives;
  }

  /** @throws QmpError */
  find({ node: nodeName, name }: BlockDirtyBitmap): { node: BlockNode; bitmap: DirtyBitmap } {
    const node = this.#drives.get(nodeName)?.node ?? this.#drives.graph.get(nodeName);
    if (!node) throw new QmpError(`Node '${nodeName}' not found`);
    const bitmap = node.bitmaps.get(name);
    if (!bitmap) throw new QmpError(`Dirty bitmap '${name}' not found`);
    return { node, bitmap };
  }

  /** @throws QmpError */
  add({ node: nodeName, name, granularity = DEFAULT_GRANULARITY, ...how }: BlockDirtyBitmapAdd): Undo {
    if (name === '') throw new QmpError('Bitmap name cannot be empty');
    const node = this.#drives.findEither(nodeName);
    if (granularity < LEAST_GRANULARITY || (granularity & (granularity - 1)) !== 0) {
      throw new QmpError(`Granularity must be power of 2 and at least ${LEAST_GRANULARITY}`);
    }
    if (how.persistent) {
      const shown = this.#drives.all().find(drive => drive.node === node)?.id || node.name;
      throw new QmpError(`Can't store persistent bitmaps to ${shown}: Operation not supported`);
    }
    if (node.bitmaps.has(name)) throw new QmpError(`Bitmap already exists: ${name}`);
    if (name.length > LONGEST_NAME) throw new QmpError(`Bitmap name too long: ${name}`);
    node.bitmaps.set(name, new DirtyBitmap(name, node.size, granularity, !how.disabled));
    return () => node.bitmaps.delete(name);
  }

  /** One that no job goes by. @throws QmpError */
  #free(which: BlockDirtyBitmap): { node: BlockNode; bitmap: DirtyBitmap } {
    const found = this.find(which);
    refuseBusyBitmap(found.bitmap);
    return found;
  }

  /** @throws QmpError */
  remove(which: BlockDirtyBitmap): Undo {
    const { node, bitmap } = this.#free(which);
    node.bitmaps.delete(bitmap.name);
    return () => node.bitmaps.set(bitmap.name, bitmap);
  }

  /** @throws QmpError */
  change(which: BlockDirtyBitmap, action: (bitmap: DirtyBitmap) => void): Undo {
    const { bitmap } = this.#free(which);
    const restore = bitmap.save();
    action(bitmap);
    return restore;
  }

  /** @throws QmpError */
  merge({ node, target, bitmaps }: BlockDirtyBitmapMerge): Undo {
    const { bitmap } = this.#free({ node, name: target });
    const sources = bitmaps.map(
      source => this.find(typeof source === 'string' ? { node, name: source } : source).bitmap,
    );
    const restore = bitmap.save();
    for (const source of sources) bitmap.merge(source);
    return restore;
  }
}

/** Records of what was written to nodes. */
export function blockBitmapHandlers(drives: DriveTable): CommandHandlers {
  const actions = new BitmapActions(drives);
  const done = (_undo: Undo) => ({});
  return {
    'block-dirty-bitmap-add': args => done(actions.add(args)),
    'block-dirty-bitmap-remove': which => done(actions.remove(which)),
    'block-dirty-bitmap-clear': which => done(actions.change(which, bitmap => bitmap.clear())),
    'block-dirty-bitmap-enable': which => done(actions.change(which, bitmap => setRecording(bitmap, true))),
    'block-dirty-bitmap-disable': which => done(actions.change(which, bitmap => setRecording(bitmap, false))),
    'block-dirty-bitmap-merge': args => done(actions.merge(args)),
    'x-debug-block-dirty-bitmap-sha256': async which => {
      const sum = await crypto.subtle.digest('SHA-256', actions.find(which).bitmap.bytes);
      return { sha256: [...new Uint8Array(sum)].map(byte => byte.toString(16).padStart(2, '0')).join('') };
    },
  };
}

export function setRecording(bitmap: DirtyBitmap, recording: boolean): void {
  bitmap.recording = recording;
}

/** @throws QmpError when a job goes by the bitmap */
export function refuseBusyBitmap({ name, busy }: DirtyBitmap): void {
  if (busy)
    throw new QmpError(`Bitmap '${name}' is currently in use by another operation and cannot be used`);
}
