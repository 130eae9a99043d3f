import type { QmpValue } from '../../../qapi/value.ts';
import { blockProperties, bootIndex, geometryProperties } from '../../block/device-properties.ts';
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
/** What some old guests want; refused when it is on. */
const quirk = (name: string) => onOff(`quirk_${name}`);

const block: PropertySpec[] = [
  ...blockProperties,
  ...['ver', 'serial', 'vendor', 'product', 'device_id'].map(name => row(name, 'str')),
  row('migrate-emulated-scsi-request', 'bool', true),
];
const port: PropertySpec[] = [
  row('wwn', 'uint64', 0n),
  row('port_wwn', 'uint64', 0n),
  row('port_index', 'uint16', 0),
];

const unit = (name: string, properties: readonly PropertySpec[]): TypeInfo => ({
  name,
  parent: 'scsi-disk-base',
  category: 'Storage',
  userCreatable: true,
  properties,
  hidden: [bootIndex],
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
      quirk('mode_page_vendor_specific_apple'),
      ...geometryProperties,
    ]),
    description: 'virtual SCSI disk',
  },
  {
    ...unit('scsi-cd', [
      ...block,
      ...port,
      row('max_io_size', 'uint64', 2n ** 31n - 1n),
      row('scsi_version', 'int32', 5),
      ...['mode_page_apple_vendor', 'mode_sense_rom_use_dbd'].map(quirk),
      ...['mode_page_vendor_specific_apple', 'mode_page_truncated'].map(quirk),
    ]),
    description: 'virtual SCSI CD-ROM',
  },
];
