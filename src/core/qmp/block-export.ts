import { QmpError } from '../../qapi/errors.ts';
import type {
  BlockDirtyBitmapOrStr,
  BlockExportOptions,
  NbdServerAddOptions,
} from '../../qapi/generated/types.ts';
import type { DirtyBitmap } from '../block/dirty-bitmap.ts';
import type { DriveTable } from '../block/drive-table.ts';
import type { BlockNode } from '../block/node.ts';
import type { ExportSettings } from '../nbd/export.ts';
import type { ExportTable } from '../nbd/export-table.ts';
import { DEFAULT_CLIENTS } from '../nbd/server.ts';
import { readLegacyAddress } from '../sockets/address.ts';
import type { CommandHandlers } from './handlers.ts';

export interface ExportParts {
  readonly drives: DriveTable;
  readonly exports: ExportTable;
  /** Whether there is an iothread of that name. */
  readonly hasIoThread: (id: string) => boolean;
}

/** Images for others, by NBD. */
export function blockExportHandlers(parts: ExportParts): CommandHandlers {
  const { exports } = parts;
  return {
    'query-block-exports': () =>
      exports.all().map(({ settings: { id, node } }) => ({
        id,
        type: 'nbd' as const,
        'node-name': node.name,
        'shutting-down': false,
      })),
    'nbd-server-start': async ({ addr, 'tls-creds': credentials, 'tls-authz': rules, ...more }) => {
      if (credentials !== undefined) throw new QmpError(`No TLS credentials with id '${credentials}'`);
      if (rules !== undefined) throw new QmpError('TLS authorization requires TLS credentials');
      await exports.start(readLegacyAddress(addr), more['max-connections'] ?? DEFAULT_CLIENTS);
      return {};
    },
    'nbd-server-add': options => addDevice(parts, options),
    'nbd-server-remove': ({ name, mode }) => {
      exports.remove(name, mode === 'hard');
      return {};
    },
    'nbd-server-stop': () => {
      exports.stop();
      return {};
    },
    'block-export-add': options => addNode(parts, options),
    'block-export-del': ({ id, mode }) => {
      exports.remove(id, mode === 'hard');
      return {};
    },
  };
}

/** What a drive shows is read-only where its medium is, whatever was asked for. */
function addDevice(parts: ExportParts, options: NbdServerAddOptions) {
  const { device, name = device, description = '', bitmap } = options;
  const node = parts.drives.findEither(device);
  const writable = (options.writable ?? false) && !node.readOnly;
  parts.exports.requireId(name);
  const bitmaps = bitmap === undefined ? [] : [bitmap];
  return offer(parts, { id: name, name, description, node, writable, writeThrough: false }, bitmaps);
}

function addNode(parts: ExportParts, options: BlockExportOptions) {
  const { drives, exports } = parts;
  const {
    id,
    'node-name': nodeName,
    iothread,
    writable = false,
    name = nodeName,
    description = '',
  } = options;
  if (!/^[A-Za-z][A-Za-z0-9._-]*$/.test(id)) throw new QmpError('Invalid block export id');
  exports.requireId(id);
  const node = drives.findNode({ 'node-name': nodeName });
  if (writable && node.readOnly) throw new QmpError('Cannot export read-only node as writable');
  if (iothread !== undefined && !parts.hasIoThread(iothread)) {
    throw new QmpError(`iothread "${iothread}" not found`);
  }
  const writeThrough = options.writethrough ?? false;
  return offer(parts, { id, name, description, node, writable, writeThrough }, options.bitmaps ?? []);
}

/** @throws QmpError where others may not write, or a bitmap cannot be had */
function offer(
  { drives, exports }: ExportParts,
  settings: Omit<ExportSettings, 'bitmaps'>,
  bitmaps: readonly BlockDirtyBitmapOrStr[],
) {
  const { node, writable } = settings;
  checkSharing(drives, node, writable);
  exports.add({ ...settings, bitmaps: bitmaps.map(each => bitmapOf(drives, node, each)) });
  return {};
}

/** A device of the guest is alone in writing to its disk, unless its user says otherwise. @throws QmpError */
function checkSharing(drives: DriveTable, node: BlockNode, writable: boolean): void {
  const owner = drives.all().find(drive => drive.node === node && drive.frontEnd?.sharesWrites === false);
  if (!writable || !owner) return;
  const use = `(uses node '${node.name}' as 'root' child)`;
  throw new QmpError(
    `Permission conflict on node '${node.name}': permissions 'write' are both required by an unnamed block device ` +
      `${use} and unshared by block device '${owner.id}' ${use}.`,
  );
}

/** @throws QmpError */
function bitmapOf(drives: DriveTable, node: BlockNode, which: BlockDirtyBitmapOrStr): DirtyBitmap {
  const place = typeof which === 'string' ? node : drives.findEither(which.node);
  const name = typeof which === 'string' ? which : which.name;
  const bitmap = place.bitmaps.get(name);
  if (!bitmap) throw new QmpError(`Bitmap '${name}' is not found`);
  if (bitmap.busy) {
    throw new QmpError(`Bitmap '${name}' is currently in use by another operation and cannot be used`);
  }
  return bitmap;
}
