import { QmpError } from '../../qapi/errors.ts';
import type { QmpValue } from '../../qapi/value.ts';
import { addBlockdev } from '../block/blockdev.ts';
import type { DriveTable } from '../block/drive-table.ts';
import type { OptionValues } from '../config.ts';
import type { ExportTable } from '../nbd/export-table.ts';
import { refuseBusy } from './block-copies.ts';
import { asQmpErrors } from './config-errors.ts';
import type { CommandHandlers } from './handlers.ts';

/** Nodes and drives that come and go while the machine runs. */
export function blockNodeHandlers(drives: DriveTable, exports: ExportTable): CommandHandlers {
  const { graph } = drives;
  return {
    'blockdev-add': async options => {
      await addBlockdev(graph, options);
      return {};
    },
    'blockdev-del': async ({ 'node-name': name }) => {
      const node = graph.get(name);
      if (!node) throw new QmpError(`Failed to find node with node-name='${name}'`);
      if (node.job === 'backup') refuseBusy(drives, node);
      if (exports.has(node) || drives.all().some(drive => drive.node === node))
        throw new QmpError(`Node ${name} is in use`);
      if (!node.monitorOwned) throw new QmpError(`Node ${name} is not owned by the monitor`);
      if (node.users > 0)
        throw new QmpError(`${node.job === null ? 'Block device' : 'Node'} ${name} is in use`);
      node.monitorOwned = false;
      await graph.release(node);
      return {};
    },
    'x-commit': async ({ device }) => {
      const { node } = drives.get(device) ?? {};
      if (node === undefined) throw new QmpError(`Device '${device}' not found`, 'DeviceNotFound');
      if (node === null) throw new QmpError(`Device '${device}' has no medium`);
      if (node.job !== null) throw new QmpError('Device or resource busy');
      await graph.commit(node).catch((error: Error) => {
        throw new QmpError(error.message);
      });
      return {};
    },
    'x-drive-add': async ({ options }) => {
      const request = asQmpErrors(() => drives.parse(textOptions(options)));
      if (request.interface !== 'none')
        throw new QmpError(`Can't hot-add drive to type ${TYPE_NUMBERS[request.interface]}`);
      if (drives.get(request.id)) throw new QmpError(`Duplicate ID '${request.id}' for drive`);
      await drives.open(request);
      return {};
    },
    'x-drive-del': async ({ id }) => {
      const drive = drives.get(id);
      if (!drive) throw new QmpError(`Device '${id}' not found`, 'DeviceNotFound');
      await drives.remove(drive);
      return {};
    },
  };
}

/** The numbers by which a refusal names the kinds of interfaces. */
const TYPE_NUMBERS = { floppy: 3, pflash: 4, virtio: 7 } as const;

/** @throws QmpError */
function textOptions(options: QmpValue): OptionValues {
  const entries = typeof options === 'object' && options !== null ? Object.entries(options) : [];
  const wrong = entries.find(([, value]) => typeof value !== 'string');
  if (Array.isArray(options) || typeof options !== 'object' || options === null) {
    throw new QmpError("Invalid parameter type for 'options', expected: object");
  }
  if (wrong) throw new QmpError(`Invalid parameter type for '${wrong[0]}', expected: string`);
  return Object.fromEntries(entries) as OptionValues;
}
