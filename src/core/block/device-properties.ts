import type { PropertySpec } from '../qom/types.ts';

const BLOCK_SIZE = 'A power of two between 512 B and 2 MiB';
const ON_ERROR = 'Error handling policy (report/ignore/enospc/stop/auto)';

const size = (name: string, defaultValue: number, description?: string): PropertySpec => ({
  name,
  kind: 'size32',
  defaultValue,
  ...(description === undefined ? {} : { description }),
});
const auto = (name: string): PropertySpec => ({
  name,
  kind: 'OnOffAuto',
  defaultValue: 'auto',
  description: 'on/off/auto',
});
const onError = (name: string): PropertySpec => ({
  name,
  kind: 'BlockdevOnError',
  defaultValue: 'auto',
  description: ON_ERROR,
});

/** What every device on a drive has, in the order of `info qtree`. */
export const blockProperties: readonly PropertySpec[] = [
  { name: 'drive', kind: 'drive', description: 'Node name or ID of a block device to use as a backend' },
  auto('backend_defaults'),
  size('logical_block_size', 0, BLOCK_SIZE),
  size('physical_block_size', 0, BLOCK_SIZE),
  size('min_io_size', 0),
  size('opt_io_size', 0),
  size('discard_granularity', 0xffff_ffff),
  auto('write-cache'),
  { name: 'share-rw', kind: 'on/off', defaultValue: false, description: 'on/off' },
  auto('account-invalid'),
  auto('account-failed'),
  onError('rerror'),
  onError('werror'),
];

/** The place of what can be booted from in the order that firmware is told. */
export const bootIndex: PropertySpec = { name: 'bootindex', kind: 'int32' };

/** What disks tell old guests of cylinders, heads and sectors. */
export const geometryProperties: readonly PropertySpec[] = [
  ...['cyls', 'heads', 'secs', 'lcyls', 'lheads', 'lsecs'].map(
    (name): PropertySpec => ({ name, kind: 'uint32', defaultValue: 0 }),
  ),
];
