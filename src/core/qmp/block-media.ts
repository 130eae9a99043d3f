import { QmpError } from '../../qapi/errors.ts';
import type { BlockIOThrottle } from '../../qapi/generated/types.ts';
import { parseFormat } from '../block/drive-options.ts';
import type { DriveTable } from '../block/drive-table.ts';
import { MediaChanger } from '../block/media.ts';
import type { BlockNode } from '../block/node.ts';
import { LIMIT_NAMES, type ThrottleLimits } from '../block/throttle.ts';
import { gatherLimits, limitsAnything, limitsProblem } from '../block/throttle-options.ts';
import type { EventBus } from '../events.ts';
import { refuseBusy } from './block-copies.ts';
import { asQmpErrors } from './config-errors.ts';
import type { DriveOfDevice } from './device-drives.ts';
import type { CommandHandlers } from './handlers.ts';

/** Media that come and go, sizes and limits. */
export function blockMediaHandlers(
  drives: DriveTable,
  events: EventBus,
  driveOf: DriveOfDevice,
): CommandHandlers {
  const changer = new MediaChanger(drives, events, driveOf);
  return {
    eject: async ({ force = false, ...which }) => {
      await changer.eject(changer.find(which), force);
      return {};
    },
    'blockdev-open-tray': ({ force = false, ...which }) => {
      changer.openTray(changer.find(which), force);
      return {};
    },
    'blockdev-close-tray': which => {
      changer.closeTray(changer.find(which));
      return {};
    },
    'blockdev-remove-medium': async which => {
      await changer.remove(changer.find(which));
      return {};
    },
    'blockdev-insert-medium': ({ id, 'node-name': name }) => {
      const target = changer.find({ id });
      const node = drives.graph.get(name);
      if (!node) throw new QmpError(`Node '${name}' not found`);
      if (node.users > 0) throw new QmpError(`Node '${name}' is already in use`);
      changer.insert(target, node);
      return {};
    },
    'blockdev-change-medium': async args => {
      const target = changer.find(args);
      const { drive } = target;
      const mode = args['read-only-mode'] ?? 'retain';
      const format = asQmpErrors(() => parseFormat(args.format));
      const readOnly = mode === 'retain' ? drive.readOnly : mode === 'read-only';
      const { cache } = drive.initial;
      const node = await drives.graph.openImage({ file: args.filename, format, readOnly, cache });
      try {
        await changer.change(target, node, args.force ?? false);
      } catch (error) {
        await drives.graph.release(node);
        throw error;
      }
      return {};
    },
    block_resize: async ({ size, ...which }) => {
      await resize(drives, drives.findNode(which), size);
      return {};
    },
    block_set_io_throttle: args => {
      const { drive, name } = changer.find(args);
      if (!drive.node) throw new QmpError('Device has no medium');
      drives.limit(drive, limits(args, args.group ?? drive.throttle.limits?.group ?? name));
      return {};
    },
  };
}

/** Gives a node another size and tells whoever uses it. @throws QmpError */
export async function resize(drives: DriveTable, node: BlockNode, size: bigint): Promise<void> {
  if (size < 0n) throw new QmpError("Parameter 'size' expects a >0 size");
  refuseBusy(drives, node);
  if (node.readOnly) throw new QmpError('Image is read-only');
  if (size > BigInt(Number.MAX_SAFE_INTEGER))
    throw new QmpError('Required too big image size, it must be not greater than 9223372035781033984');
  if (isNull(node)) throw new QmpError('Image format driver does not support resize');
  try {
    await node.resize(Number(size));
  } catch (error) {
    throw new QmpError(`Failed to resize the image: ${(error as Error).message}`);
  }
  for (const drive of drives.all()) if (drive.node && uses(drive.node, node)) drive.frontEnd?.resized();
}

/** Whether there is nothing below that has a size of its own. */
function isNull({ driver, child }: BlockNode): boolean {
  return child ? isNull(child) : driver === 'null-co';
}

function uses(top: BlockNode, node: BlockNode): boolean {
  return top === node || top.child === node || top === node.child;
}

/** Null where there is nothing to hold back. @throws QmpError when they contradict each other */
function limits(args: BlockIOThrottle, group: string): ThrottleLimits | null {
  const all = gatherLimits({ group, iopsSize: Number(args.iops_size ?? 0) }, bucket => {
    const name = LIMIT_NAMES[bucket];
    const [max = 0n, seconds = 1n] = [args[`${name}_max`], args[`${name}_max_length`]];
    return { limit: Number(args[name]), max: Number(max), seconds: Number(seconds) };
  });
  const problem = limitsProblem(all);
  if (problem !== undefined) throw new QmpError(problem);
  return limitsAnything(all) ? all : null;
}
