import type { Handler } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { BlockInfo } from '../../src/qapi/generated/types.ts';
import type { QmpClient } from '../../src/qmp/client.ts';

const NO_STORE = 'no block device can store vmstate for snapshot';

/** Formats of images that can hold snapshots: none of those that there are. */
const WITH_SNAPSHOTS: readonly string[] = ['qcow2'];

const canSnapshot = ({ inserted }: BlockInfo) =>
  inserted === undefined || inserted.ro || WITH_SNAPSHOTS.includes(inserted.drv);

/** What is written to must be able to go back. @throws QmpError */
async function requireSnapshots(qmp: QmpClient): Promise<readonly BlockInfo[]> {
  const drives = await qmp.execute('query-block');
  const unable = drives.find(drive => !canSnapshot(drive));
  if (unable) {
    const name = unable.device || unable.inserted?.['node-name'];
    throw new QmpError(`Device '${name}' is writable but does not support snapshots`);
  }
  return drives;
}

/** @throws QmpError: raw images have no room for the state of a machine */
async function refuse(qmp: QmpClient): Promise<void> {
  await requireSnapshots(qmp);
  throw new QmpError(NO_STORE);
}

/** `savevm [tag]` */
export const savevm: Handler<{ name?: string }> = ({ qmp }) => refuse(qmp);

/** `loadvm tag` */
export const loadvm: Handler<{ name: string }> = ({ qmp }) => refuse(qmp);

/** `delvm tag`: there is nothing to delete where nothing can be saved */
export const delvm: Handler<{ name: string }> = async ({ qmp }) => {
  await requireSnapshots(qmp);
};

/** `info snapshots` */
export const infoSnapshots: Handler = async () => {
  throw new QmpError(NO_STORE);
};
