import { QmpError } from '../../qapi/errors.ts';
import type { EventBus } from '../events.ts';
import type { Drive } from './drive.ts';
import type { DriveTable } from './drive-table.ts';
import type { BlockNode } from './node.ts';

/** What opening a tray came to. */
type Opening = 'open' | 'no tray' | 'locked';

/** Media go in and out of drives: what `eject`, `change` and the `blockdev-*-medium` commands do. */
export class MediaChanger {
  readonly #drives: DriveTable;
  readonly #events: EventBus;
  readonly #driveOf: (device: string) => Drive;

  /** @param driveOf finds the drive of a device by its id or path; throws QmpError */
  constructor(drives: DriveTable, events: EventBus, driveOf: (device: string) => Drive) {
    this.#driveOf = driveOf;
    this.#drives = drives;
    this.#events = events;
  }

  /** Exactly one of a drive's name and a device's. @throws QmpError */
  find({ device, id }: { device?: string | undefined; id?: string | undefined }): NamedDrive {
    if ((device === undefined) === (id === undefined)) {
      throw new QmpError("Need exactly one of 'device' and 'id'");
    }
    if (device === undefined) return { drive: this.#driveOf(id!), name: id! };
    const drive = this.#drives.get(device);
    if (!drive) throw new QmpError(`Device '${device}' not found`, 'DeviceNotFound');
    return { drive, name: device };
  }

  /** @throws QmpError when the guest holds the medium and `force` does not hold, or nothing can be opened */
  async eject(target: NamedDrive, force: boolean): Promise<void> {
    if (this.#openTray(target, force) === 'locked') throw lockedError(target);
    await this.remove(target);
  }

  /** @throws QmpError */
  openTray(target: NamedDrive, force: boolean): void {
    this.#openTray(target, force);
  }

  #openTray({ drive, name }: NamedDrive, force: boolean): Opening {
    if (!drive.removable) throw notRemovable(name);
    const tray = drive.frontEnd?.tray;
    if (!tray) return 'no tray';
    if (tray.open) return 'open';
    const { locked } = tray;
    if (locked) tray.ejectRequested(force);
    if (locked && !force) return 'locked';
    this.#mediumChanged(drive, false);
    return 'open';
  }

  /** @throws QmpError */
  closeTray({ drive, name }: NamedDrive): void {
    if (!drive.removable) throw notRemovable(name);
    if (drive.frontEnd?.tray?.open) this.#mediumChanged(drive, true);
  }

  /** @throws QmpError */
  async remove({ drive, name }: NamedDrive): Promise<void> {
    if (!drive.removable) throw notRemovable(name);
    const tray = drive.frontEnd?.tray;
    if (tray && !tray.open) throw new QmpError(`Tray of device '${name}' is not open`);
    const { node } = drive;
    drive.insert(null);
    if (node) await this.#drives.mediumRemoved(node);
  }

  /** @throws QmpError */
  insert({ drive, name }: NamedDrive, node: BlockNode): void {
    if (!drive.removable) throw notRemovable(name);
    const tray = drive.frontEnd?.tray;
    if (tray && !tray.open) throw new QmpError('Tray of the device is not open');
    if (drive.node) throw new QmpError('There already is a medium in the device');
    drive.insert(node);
  }

  /** Takes the medium out and puts the other in. @throws QmpError; the tray may be left open then */
  async change(target: NamedDrive, node: BlockNode, force: boolean): Promise<void> {
    if (this.#openTray(target, force) === 'locked') throw lockedError(target);
    await this.remove(target);
    this.insert(target, node);
    this.closeTray(target);
  }

  #mediumChanged(drive: Drive, loaded: boolean): void {
    const { frontEnd } = drive;
    const { tray } = frontEnd!;
    const before = tray!.open;
    tray!.mediumChanged(loaded);
    if (tray!.open !== before) trayMoved(this.#events, drive);
  }
}

/** A drive, and the name under which the user asked for it. */
export interface NamedDrive {
  readonly drive: Drive;
  readonly name: string;
}

/** Tells the world that a tray opened or closed. */
export function trayMoved(events: EventBus, drive: Drive): void {
  const { frontEnd } = drive;
  if (!frontEnd?.tray) return;
  events.emit('DEVICE_TRAY_MOVED', {
    device: drive.id,
    id: frontEnd.name,
    'tray-open': frontEnd.tray.open,
  });
}

function notRemovable(name: string): QmpError {
  return new QmpError(`Device '${name}' is not removable`);
}

function lockedError({ name }: NamedDrive): QmpError {
  return new QmpError(
    `Device '${name}' is locked and force was not specified, wait for tray to open and try again`,
  );
}
