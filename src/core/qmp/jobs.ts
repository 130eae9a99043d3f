import { QmpError } from '../../qapi/errors.ts';
import type { JobType } from '../../qapi/generated/types.ts';
import type { Drive } from '../block/drive.ts';
import type { DriveTable } from '../block/drive-table.ts';
import type { JobTable } from '../jobs/job-table.ts';
import type { CommandHandlers } from './handlers.ts';

/** Jobs of all kinds, and those that would keep the state of the machine. */
export function jobHandlers(jobs: JobTable, drives: DriveTable): CommandHandlers {
  const snapshot = (type: JobType, work: (devices: readonly string[], vmstate?: string) => void) =>
    ((args: { 'job-id': string; devices: readonly string[]; vmstate?: string }) => {
      jobs.start(
        { id: args['job-id'], type, autoFinalize: true, autoDismiss: false, block: false },
        async () => {
          await Promise.resolve(); // the client hears of the job before it fails
          work(args.devices, args.vmstate);
        },
      );
      return {};
    }) as (args: object) => Record<string, never>;
  const tell = (action: () => void) => {
    action();
    return {};
  };
  return {
    'query-jobs': () => jobs.all().map(({ info }) => info),
    'job-pause': ({ id }) => tell(() => jobs.pause(jobs.require(id))),
    'job-resume': ({ id }) => tell(() => jobs.resume(jobs.require(id))),
    'job-cancel': async ({ id }) => {
      await jobs.cancel(jobs.require(id));
      return {};
    },
    'job-complete': ({ id }) => tell(() => jobs.complete(jobs.require(id))),
    'job-dismiss': ({ id }) => tell(() => jobs.dismiss(jobs.require(id))),
    'job-finalize': ({ id }) => tell(() => jobs.finalize(jobs.require(id))),
    'snapshot-save': snapshot('snapshot-save', (devices, vmstate) => {
      requireSnapshots(drives, devices);
      throw new QmpError(`vmstate block device '${vmstate}' does not exist`);
    }),
    'snapshot-load': snapshot('snapshot-load', (devices, vmstate) => {
      requireSnapshots(drives, devices);
      throw new QmpError(`vmstate block device '${vmstate}' does not exist`);
    }),
    'snapshot-delete': snapshot('snapshot-delete', devices => requireSnapshots(drives, devices)),
  };
}

/** Raw images cannot go back to a state. @throws QmpError */
function requireSnapshots(drives: DriveTable, devices: readonly string[]): void {
  for (const name of devices) {
    const node = drives.graph.get(name);
    if (!node) throw new QmpError(`No block device node '${name}'`);
    if (node.readOnly) continue;
    const drive: Drive | undefined = drives.all().find(each => each.node === node);
    throw new QmpError(`Device '${drive?.id || name}' is writable but does not support snapshots`);
  }
}
