import type { Handler } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';

interface CopyArgs {
  reuse?: boolean;
  full?: boolean;
  compress?: boolean;
  device: string;
  target: string;
  format?: string;
}

const copyOptions = ({ reuse, full, device, target, format }: CopyArgs) => ({
  device,
  target,
  sync: full ? ('full' as const) : ('top' as const),
  mode: reuse ? ('existing' as const) : ('absolute-paths' as const),
  ...(format === undefined ? {} : { format }),
});

/** `drive_mirror [-n] [-f] device target [format]` */
export const driveMirror: Handler<CopyArgs> = async ({ qmp }, args) => {
  await qmp.execute('drive-mirror', copyOptions(args));
};

/** `drive_backup [-n] [-f] [-c] device target [format]` */
export const driveBackup: Handler<CopyArgs> = async ({ qmp }, args) => {
  await qmp.execute('drive-backup', { ...copyOptions(args), compress: args.compress ?? false });
};

interface OverlayArgs {
  reuse?: boolean;
  device: string;
  'snapshot-file'?: string;
  format?: string;
}

/** `snapshot_blkdev [-n] device [new-image-file] [format]` */
export const snapshotBlkdev: Handler<OverlayArgs> = async ({ qmp }, args) => {
  const { device, format = 'qcow2', reuse, 'snapshot-file': file } = args;
  if (file === undefined) throw new QmpError("Parameter 'snapshot-file' is missing");
  const mode = reuse ? 'existing' : 'absolute-paths';
  await qmp.execute('blockdev-snapshot-sync', { device, 'snapshot-file': file, format, mode });
};

/** `snapshot_blkdev_internal device name` */
export const snapshotBlkdevInternal: Handler<{ device: string; name: string }> = async ({ qmp }, args) => {
  await qmp.execute('blockdev-snapshot-internal-sync', args);
};

/** `snapshot_delete_blkdev_internal device name [id]` */
export const snapshotDeleteBlkdevInternal: Handler<{ device: string; name: string; id?: string }> = async (
  { qmp },
  args,
) => {
  await qmp.execute('blockdev-snapshot-delete-internal-sync', args);
};
