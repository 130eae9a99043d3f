import type { Tray } from '../../block/drive.ts';
import type { DriveTable } from '../../block/drive-table.ts';
import { trayMoved } from '../../block/media.ts';
import type { TypeTable } from '../../qom/types.ts';
import { OP, viewOf } from './command.ts';
import { type Answer, ScsiDisk } from './disk.ts';
import type { ScsiEnvironment } from './environment.ts';
import { SENSE, SenseError } from './sense.ts';
import { readToc } from './toc.ts';

const BLOCK_SIZE = 2048;
const PROFILE_CD = 0x08;
const PROFILE_DVD = 0x10;
/** Blocks of the longest CD: 80 minutes. */
const MOST_CD_BLOCKS = 80 * 60 * 75;
const MEDIA_CLASS = 4;
const LOAD_OR_EJECT = 2;
const START = 1;

/** A CD or DVD drive: a tray, and a medium that can be changed. */
export class ScsiCd extends ScsiDisk {
  readonly deviceType = 5;
  readonly blockSize = BLOCK_SIZE;
  #open = false;
  #locked = false;
  #newMedium = false;
  #ejectRequested = false;
  /** Told after the guest heard that the old medium is gone. */
  #changed = false;

  constructor(types: TypeTable, env: ScsiEnvironment, drives: DriveTable) {
    super('scsi-cd', types, env, drives);
  }

  protected override get mayBeEmpty(): boolean {
    return true;
  }

  override get available(): boolean {
    return super.available && !this.#open;
  }

  override get readOnly(): boolean {
    return true;
  }

  protected override tray(): { tray: Tray } {
    const cd = this;
    return {
      tray: {
        get open() {
          return cd.#open;
        },
        get locked() {
          return cd.#locked;
        },
        ejectRequested: force => {
          this.#ejectRequested = true;
          if (force) this.#locked = false;
        },
        mediumChanged: loaded => this.#mediumChanged(loaded),
      },
    };
  }

  #mediumChanged(loaded: boolean): void {
    this.#open = !loaded;
    this.#changed = loaded;
    this.#newMedium = true;
    this.#ejectRequested = false;
    this.attend(SENSE.mediumGone);
  }

  protected override attentionReported(): void {
    if (!this.#changed) return;
    this.#changed = false;
    this.attend(SENSE.mediumChanged);
  }

  override reset(): void {
    super.reset();
    this.#locked = false;
  }

  protected override answer(cdb: Uint8Array): Answer {
    switch (cdb[0]) {
      case OP.startStop:
        this.#startStop(cdb[4]!);
        return null;
      case OP.preventAllow:
        this.#locked = (cdb[4]! & 1) !== 0;
        return null;
      case OP.readToc:
        return readToc(cdb, this.blocks);
      case OP.getConfiguration:
        return this.#configuration();
      case OP.getEventStatus:
        return this.#eventStatus(cdb);
      case OP.readDiscInformation:
        return discInformation(cdb);
      case OP.mechanismStatus:
        return Uint8Array.of(0, 0, 0, 0, 0, 1, 0, 0);
      default:
        return undefined;
    }
  }

  /** The guest moves the tray. */
  #startStop(action: number): void {
    if ((action & 0xf0) !== 0 || (action & LOAD_OR_EJECT) === 0) return;
    const open = (action & START) === 0;
    if (open && !this.#open && this.#locked) {
      throw new SenseError(this.drive.node ? SENSE.removalPrevented : SENSE.notReadyRemovalPrevented);
    }
    if (this.#open === open) return;
    this.#open = open;
    trayMoved(this.env.events, this.drive);
  }

  #configuration(): Uint8Array {
    const blocks = this.available ? this.blocks : 0;
    const profile = blocks === 0 ? 0 : blocks > MOST_CD_BLOCKS ? PROFILE_DVD : PROFILE_CD;
    const bytes = new Uint8Array(40);
    const view = viewOf(bytes);
    view.setUint32(0, bytes.length - 4);
    view.setUint16(6, profile);
    bytes.set([0, 0, 0x03, 8], 8); // the profiles
    bytes.set([0, PROFILE_DVD, profile === PROFILE_DVD ? 1 : 0, 0], 12);
    bytes.set([0, PROFILE_CD, profile === PROFILE_CD ? 1 : 0, 0], 16);
    bytes.set([0, 1, 0x0b, 8, 0, 0, 0, 1, 1], 20); // core: SCSI, events of the device
    bytes.set([0, 3, 0x0b, 4, 0x39], 32); // removable medium: a tray that loads, ejects and can be locked
    return bytes;
  }

  #eventStatus(cdb: Uint8Array): Uint8Array {
    if ((cdb[1]! & 1) === 0) throw new SenseError(SENSE.invalidField); // only polling is possible
    const wanted = (cdb[4]! & (1 << MEDIA_CLASS)) !== 0;
    const supported = 1 << MEDIA_CLASS;
    if (!wanted) return Uint8Array.of(0, 2, 0x80, supported);
    const status = this.#open ? 1 : this.drive.node ? 2 : 0;
    return Uint8Array.of(0, 6, MEDIA_CLASS, supported, this.#mediaEvent(status), status, 0, 0);
  }

  /** What happened since the last time: nothing, a request to eject, or a new medium. */
  #mediaEvent(status: number): number {
    const TRAY_OPEN = 1;
    if (status === TRAY_OPEN) return 0;
    if (this.#newMedium) {
      this.#newMedium = false;
      return 2;
    }
    if (!this.#ejectRequested) return 0;
    this.#ejectRequested = false;
    return 1;
  }
}

/** One session, one track, complete. */
function discInformation(cdb: Uint8Array): Uint8Array {
  if ((cdb[1]! & 7) !== 0) throw new SenseError(SENSE.invalidField);
  const bytes = new Uint8Array(34);
  bytes.set([0, 32, 0x0e, 1, 1, 1, 1, 0x20]);
  return bytes;
}
