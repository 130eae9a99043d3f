import type { QmpValue } from '../../../qapi/value.ts';
import type { PropertyKind, PropertySpec, TypeInfo } from '../../qom/types.ts';

function row(name: string, kind: PropertyKind, defaultValue?: QmpValue, description?: string): PropertySpec {
  return {
    name,
    kind,
    ...(defaultValue === undefined ? {} : { defaultValue }),
    ...(description === undefined ? {} : { description }),
  };
}

const onOff = (name: string) => row(name, 'on/off', false, 'on/off');
const auto = (name: string) => row(name, 'OnOffAuto', 'auto', 'on/off/auto');
const BLOCK_SIZE = 'A power of two between 512 B and 2 MiB';
const ON_ERROR = 'Error handling policy, report/ignore/enospc/stop/auto';

const block: PropertySpec[] = [
  row('drive', 'drive', undefined, 'Node name or ID of a block device to use as a backend'),
  auto('backend_defaults'),
  row('logical_block_size', 'size32', 0, BLOCK_SIZE),
  row('physical_block_size', 'size32', 0, BLOCK_SIZE),
  row('min_io_size', 'size32', 0),
  row('opt_io_size', 'size32', 0),
  row('discard_granularity', 'size32', 0xffff_ffff),
  auto('write-cache'),
  onOff('share-rw'),
  auto('account-invalid'),
  auto('account-failed'),
  row('rerror', 'str', 'auto', ON_ERROR),
  row('werror', 'str', 'auto', ON_ERROR),
  ...['ver', 'serial', 'vendor', 'product', 'device_id'].map(name => row(name, 'str')),
];
const port: PropertySpec[] = [
  row('wwn', 'uint64', 0n),
  row('port_wwn', 'uint64', 0n),
  row('port_index', 'uint16', 0),
];
const geometry = ['cyls', 'heads', 'secs', 'lcyls', 'lheads', 'lsecs'].map(name => row(name, 'uint32', 0));

const unit = (name: string, properties: readonly PropertySpec[]): TypeInfo => ({
  name,
  parent: 'scsi-disk-base',
  category: 'Storage',
  userCreatable: true,
  properties,
});

/** The types of this folder. */
export const scsiTypes: readonly TypeInfo[] = [
  { name: 'SCSI', parent: 'bus' },
  {
    name: 'scsi-device',
    parent: 'device',
    abstract: true,
    bus: 'SCSI',
    properties: [
      row('channel', 'uint32', 0),
      row('scsi-id', 'uint32', 0xffff_ffff),
      row('lun', 'uint32', 0xffff_ffff),
    ],
  },
  { name: 'scsi-disk-base', parent: 'scsi-device', abstract: true },
  {
    ...unit('scsi-hd', [
      ...block,
      onOff('removable'),
      onOff('dpofua'),
      ...port,
      row('max_unmap_size', 'uint64', 2n ** 30n),
      row('max_io_size', 'uint64', 2n ** 31n - 1n),
      row('rotation_rate', 'uint16', 0),
      row('scsi_version', 'int32', 5),
      ...geometry,
    ]),
    description: 'virtual SCSI disk',
  },
  {
    ...unit('scsi-cd', [
      ...block,
      ...port,
      row('max_io_size', 'uint64', 2n ** 31n - 1n),
      row('scsi_version', 'int32', 5),
    ]),
    description: 'virtual SCSI CD-ROM',
  },
];
