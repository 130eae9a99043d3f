import { QmpError } from '../../qapi/errors.ts';
import type { TransactionAction } from '../../qapi/generated/types.ts';
import { BitmapActions, setRecording, type Undo } from './block-bitmaps.ts';
import type { CopyEnvironment } from './block-copies.ts';
import type { CommandHandlers } from './handlers.ts';
import { BackupActions } from './transaction-backups.ts';

/** @param handlers the commands that actions stand for */
export function transactionHandlers(env: CopyEnvironment, handlers: CommandHandlers): CommandHandlers {
  return {
    transaction: async ({ actions, properties }) => {
      const grouped = properties?.['completion-mode'] === 'grouped';
      if (grouped) refuseGrouped(actions);
      const backups = new BackupActions(env, grouped);
      try {
        await backups.prepare(actions);
        performAll(actions, env, backups, handlers);
        backups.begin();
      } catch (error) {
        await backups.release();
        throw error;
      } finally {
        backups.resume();
      }
      return {};
    },
  };
}

/** Does all of them in one moment, or none. @throws QmpError */
function performAll(
  actions: readonly TransactionAction[],
  env: CopyEnvironment,
  backups: BackupActions,
  handlers: CommandHandlers,
): void {
  const bitmaps = new BitmapActions(env.drives);
  const undo: Undo[] = [];
  try {
    for (const action of actions) {
      const backup = backups.perform(action);
      undo.push(backup ?? perform(action, bitmaps, handlers));
    }
  } catch (error) {
    for (const back of undo.reverse()) back();
    throw error;
  }
}

/** Does one action. @throws QmpError */
function perform(action: TransactionAction, bitmaps: BitmapActions, handlers: CommandHandlers): Undo {
  switch (action.type) {
    case 'abort':
      throw new QmpError('Transaction aborted using Abort action');
    case 'block-dirty-bitmap-add':
      return bitmaps.add(action.data);
    case 'block-dirty-bitmap-remove':
      return bitmaps.remove(action.data);
    case 'block-dirty-bitmap-clear':
      return bitmaps.change(action.data, bitmap => bitmap.clear());
    case 'block-dirty-bitmap-enable':
      return bitmaps.change(action.data, bitmap => setRecording(bitmap, true));
    case 'block-dirty-bitmap-disable':
      return bitmaps.change(action.data, bitmap => setRecording(bitmap, false));
    case 'block-dirty-bitmap-merge':
      return bitmaps.merge(action.data);
    default:
      return refused(action, handlers);
  }
}

/** Overlays are refused by themselves as well. @throws QmpError */
function refused(action: TransactionAction & { data: unknown }, handlers: CommandHandlers): Undo {
  const command = handlers[action.type as keyof CommandHandlers] as (args: unknown) => unknown;
  command(action.data);
  throw new Error(`${action.type} has an effect that cannot be taken back`);
}

/** Only actions that begin jobs can share their fate. @throws QmpError */
function refuseGrouped(actions: readonly TransactionAction[]): void {
  const alone = actions.find(
    ({ type }) => type !== 'blockdev-backup' && type !== 'drive-backup' && type !== 'abort',
  );
  if (!alone) return;
  throw new QmpError(
    `Action '${alone.type}' does not support Transaction property completion-mode = grouped`,
  );
}
