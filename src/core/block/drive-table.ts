import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import { ConfigError, type OptionValues } from '../config.ts';
import { namingOption, optionText } from '../option-errors.ts';
import { addBlockdev, parseBlockdev } from './blockdev.ts';
import { Drive } from './drive.ts';
import { type DriveRequest, driveInterface, parseDrive } from './drive-options.ts';
import { BlockGraph } from './graph.ts';
import type { BlockNode } from './node.ts';

/** All drives, in the order of their creation, and the nodes in them. */
export class DriveTable {
  readonly graph: BlockGraph;
  readonly #host: Host;
  readonly #drives: Drive[] = [];
  readonly #indexes = new Map<string, number>();

  constructor(host: Host) {
    this.#host = host;
    this.graph = new BlockGraph(host);
  }

  add(drive: Drive): Drive {
    this.#drives.push(drive);
    return drive;
  }

  get(id: string): Drive | undefined {
    return id === '' ? undefined : this.#drives.find(drive => drive.id === id);
  }

  /** The drive of a device, by the device's id or path. */
  ofDevice(name: string): Drive | undefined {
    return this.#drives.find(({ frontEnd }) => frontEnd && [frontEnd.name, frontEnd.path].includes(name));
  }

  all(): Drive[] {
    return [...this.#drives];
  }

  /** The node of a name, or the medium of a drive. @throws QmpError */
  findNode(which: { readonly device?: string; readonly 'node-name'?: string }): BlockNode {
    const { device = '', 'node-name': nodeName = '' } = which;
    const drive = this.get(device);
    if (drive && !drive.node) throw new QmpError(`Device '${device}' has no medium`);
    const node = drive?.node ?? this.graph.get(nodeName);
    if (!node) throw new QmpError(`Cannot find device='${device}' nor node-name='${nodeName}'`);
    return node;
  }

  /** The same for a name that may be of either. @throws QmpError */
  findEither(name: string): BlockNode {
    return this.findNode({ device: name, 'node-name': name });
  }

  /** Reads the options of a drive, which has a number among those of its kind. @throws ConfigError */
  parse(options: OptionValues): DriveRequest {
    const kind = driveInterface(options);
    const index = this.#indexes.get(kind) ?? 0;
    this.#indexes.set(kind, index + 1);
    return parseDrive(options, index);
  }

  /** Opens what `-drive` or `drive_add` asks for. @throws ConfigError or QmpError */
  async open(request: DriveRequest): Promise<Drive> {
    if (this.get(request.id)) throw new ConfigError(`Duplicate ID '${request.id}' for drive`);
    const node = request.image ? await this.graph.openImage(request.image) : null;
    const drive = new Drive(request, node, this.#host);
    drive.setLimits(request.limits);
    return this.add(drive);
  }

  /** A drive without a name, for a device whose `drive` property names a node, or nothing at all. */
  anonymous(nodeName: string | null): Drive | undefined {
    const node = nodeName === null ? null : this.graph.get(nodeName);
    if (node === undefined) return undefined;
    const request = parseDrive({ if: 'none', id: '' }, 0);
    return this.add(new Drive(request, node, this.#host));
  }

  /** Forgets a drive; its device, if any, is left without a medium. */
  async remove(drive: Drive): Promise<void> {
    const { node } = drive;
    drive.insert(null);
    drive.id = '';
    if (drive.frontEnd)
      drive.readErrors = drive.writeErrors = 'report'; // nobody is left to deal with a stop
    else this.#drives.splice(this.#drives.indexOf(drive), 1);
    if (node) await this.graph.release(node);
  }

  /** The device let go of its drive: one that nobody can name is gone with it. */
  detach(drive: Drive): void {
    drive.detach();
    if (drive.id === '') this.remove(drive).catch(() => {}); // the device is gone: nobody to tell
  }

  /**
   * The drive for a device's `drive` property. @param mayBeEmpty the device can do without one
   * @throws QmpError when there is none or somebody else has it
   */
  take(name: string, typeName: string, mayBeEmpty: boolean): Drive {
    if (name === '' && !mayBeEmpty) throw new QmpError('drive property not set');
    const drive = name === '' ? this.anonymous(null) : (this.get(name) ?? this.anonymous(name));
    if (!drive) throw new QmpError(`Property '${typeName}.drive' can't find value '${name}'`);
    if (drive.inUse) throw new QmpError(`Drive '${name}' is already in use by another device`);
    return drive;
  }

  /** The machine was continued: what went wrong before is no longer news. */
  resetIoStatus(): void {
    for (const drive of this.#drives) drive.ioStatus = 'ok';
  }

  /** Brings what was written to the disks of the host, as far as that works. */
  async flush(): Promise<void> {
    const written = this.graph.all().filter(node => !node.child);
    await Promise.allSettled(written.map(node => node.flush()));
  }

  /** Closes everything. */
  async close(): Promise<void> {
    for (const node of this.graph.all()) await node.close();
  }
}

/** Opens what `-drive` names, in order. @throws ConfigError or QmpError */
export async function openDrives(
  host: Host,
  drives: readonly OptionValues[],
  defaults: boolean,
  blockdevs: readonly string[] = [],
): Promise<DriveTable> {
  const table = new DriveTable(host);
  for (const text of blockdevs) {
    await namingOption(`-blockdev ${text}`, () => addBlockdev(table.graph, parseBlockdev(text)));
  }
  for (const values of drives)
    await namingOption(optionText('drive', values), () => openDrive(table, values));
  if (defaults) await table.open(table.parse({ if: 'floppy' })); // the board has no controller for it
  return table;
}

async function openDrive(table: DriveTable, values: OptionValues): Promise<void> {
  const request = table.parse(values);
  if (request.interface === 'floppy') {
    throw new ConfigError('machine type does not support if=floppy,bus=0,unit=0');
  }
  if (request.interface === 'virtio' && !request.image) {
    throw new ConfigError('Must specify either driver or file');
  }
  await table.open(request);
}

/** The `-device` values of the disks that `-drive` without `if=none` asks for. @throws ConfigError */
export function impliedDiskDevices(drives: readonly OptionValues[]): OptionValues[] {
  return drives
    .filter(values => driveInterface(values) === 'virtio')
    .map((values, index) => ({ driver: 'virtio-blk-pci', drive: parseDrive(values, index).id }));
}
