import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import { ConfigError, type OptionValues } from '../config.ts';
import { namingOption, optionText } from '../option-errors.ts';
import { addBlockdev, parseBlockdev } from './blockdev.ts';
import { Drive } from './drive.ts';
import { type DriveRequest, driveInterface, parseDrive } from './drive-options.ts';
import { type DrivePlace, findPlace } from './drive-place.ts';
import { BlockGraph } from './graph.ts';
import type { BlockNode } from './node.ts';
import { Throttle, type ThrottleLimits } from './throttle.ts';

/** All drives, in the order of their creation, and the nodes in them. */
export class DriveTable {
  readonly graph: BlockGraph;
  readonly #host: Host;
  readonly #drives: Drive[] = [];
  #mediumRemoved: (node: BlockNode) => void = () => {};

  constructor(host: Host) {
    this.#host = host;
    this.graph = new BlockGraph(host);
  }

  /** Told of a medium that has left its drive, before it is closed. */
  onMediumRemoved(listener: (node: BlockNode) => void): void {
    this.#mediumRemoved = listener;
  }

  /** A drive's medium is out. */
  async mediumRemoved(node: BlockNode): Promise<void> {
    this.#mediumRemoved(node);
    await this.graph.release(node);
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

  /** Reads the options of a drive, which has a place among those of its kind. @throws ConfigError */
  parse(options: OptionValues): DriveRequest {
    const kind = driveInterface(options);
    const taken = ({ bus, unit }: DrivePlace) =>
      this.#drives.some(
        ({ initial }) =>
          initial.interface === kind && initial.place?.bus === bus && initial.place.unit === unit,
      );
    return parseDrive(options, findPlace(options, taken));
  }

  /** Opens what `-drive` or `drive_add` asks for. @throws ConfigError or QmpError */
  async open(request: DriveRequest): Promise<Drive> {
    if (this.get(request.id)) throw new ConfigError(`Duplicate ID '${request.id}' for drive`);
    const node = request.image ? await this.graph.openImage(request.image) : null;
    const drive = this.add(new Drive(request, node, this.#host));
    if (request.limits && node) this.limit(drive, request.limits);
    return drive;
  }

  /** Sets the limits of a drive, and of all those in the group that it comes into. */
  limit(drive: Drive, limits: ThrottleLimits | null): void {
    const group = limits?.group;
    const mate = this.#drives.find(each => group !== undefined && each.throttle.limits?.group === group);
    if (mate) drive.throttle = mate.throttle;
    else if (this.#drives.some(each => each !== drive && each.throttle === drive.throttle)) {
      drive.throttle = new Throttle(this.#host); // it leaves a group
    }
    drive.throttle.limits = limits;
  }

  /** A drive without a name, for a device whose `drive` property names a node, or nothing at all. */
  anonymous(nodeName: string | null): Drive | undefined {
    const node = nodeName === null ? null : this.graph.get(nodeName);
    if (node === undefined) return undefined;
    const { place: _, ...request } = parseDrive({ if: 'none', id: '' }, { bus: 0, unit: 0 });
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
    if (node) await this.mediumRemoved(node);
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
    const { bus, unit } = request.place!;
    throw new ConfigError(`machine type does not support if=floppy,bus=${bus},unit=${unit}`);
  }
  if (request.interface === 'virtio' && !request.image) {
    throw new ConfigError('Must specify either driver or file');
  }
  await table.open(request);
}

/** The `-device` values of the disks that `-drive` without `if=none` asks for. @throws ConfigError */
export function impliedDiskDevices(drives: readonly OptionValues[]): OptionValues[] {
  const places: DrivePlace[] = [];
  const taken = ({ bus, unit }: DrivePlace) => places.some(place => place.bus === bus && place.unit === unit);
  return drives
    .filter(values => driveInterface(values) === 'virtio')
    .map(values => {
      const place = findPlace(values, taken);
      places.push(place);
      return { driver: 'virtio-blk-pci', drive: parseDrive(values, place).id };
    });
}
