import { ConfigError, type MachineConfig, type OptionValues } from '../config.ts';
import { type Drive, SECTOR_SIZE } from './drive.ts';
import type { DriveTable } from './drive-table.ts';

/** The contents of a bank of flash, kept in a drive: what the guest programs or erases is written through. */
export class FlashImage {
  readonly #drive: Drive;
  /** What was on the drive when the machine was built. */
  readonly contents: Uint8Array;
  #tail: Promise<void> = Promise.resolve();
  #failed = false;

  private constructor(drive: Drive, contents: Uint8Array) {
    this.#drive = drive;
    this.contents = contents;
  }

  /** @param path of the device, for the message. @throws ConfigError when the drive is not as large as the bank */
  static async load(drive: Drive, size: number, path: string): Promise<FlashImage> {
    const has = drive.sectors * SECTOR_SIZE;
    if (has !== size) {
      throw new ConfigError(
        `cfi.pflash01 device '${path}' requires ${size} bytes, ${drive.id} block backend provides ${has} bytes`,
      );
    }
    drive.attach({ name: path, path, sharesWrites: false, resized() {} });
    return new FlashImage(drive, await drive.read(0, size));
  }

  /** Id of the drive. */
  get id(): string {
    return this.#drive.id;
  }

  get readOnly(): boolean {
    return this.#drive.readOnly;
  }

  /** Whether something could not be written since the last call. */
  takeFailure(): boolean {
    const failed = this.#failed;
    this.#failed = false;
    return failed;
  }

  /** Writes behind what was given before. */
  write(offset: number, bytes: Uint8Array): void {
    const copy = bytes.slice();
    this.#tail = this.#tail
      .then(() => this.#drive.write(offset, copy))
      .catch(() => {
        this.#failed = true;
      });
  }

  /** Resolves when everything is written. */
  settled(): Promise<void> {
    return this.#tail;
  }
}

/** The drives to open, and by bank the id of the one that keeps it. */
export interface FlashPlan {
  readonly drives: readonly OptionValues[];
  readonly banks: readonly (string | undefined)[];
}

/**
 * Reads `-drive if=pflash` (`unit=` or `index=` says which bank it is, the next one otherwise) and
 * `-machine pflash0=ID`. @throws ConfigError
 */
export function planFlash({ drives, machineProperties }: MachineConfig): FlashPlan {
  const banks: (string | undefined)[] = [machineProperties['pflash0'], machineProperties['pflash1']];
  let next = 0;
  const named = drives.map(options => {
    if (options['if'] !== 'pflash') return options;
    const { unit: asked = options['index'] ?? String(next), index: _, bus = '0', ...rest } = options;
    const unit = Number(asked);
    if (banks.length <= unit || !/^\d+$/.test(asked) || bus !== '0') {
      throw new ConfigError(`machine type does not support if=pflash,bus=${bus},unit=${asked}`);
    }
    next = unit + 1;
    const { id = `pflash${unit}` } = rest;
    banks[unit] = id;
    return { ...rest, id };
  });
  return { drives: named, banks };
}

/** Loads the banks that have a drive. @throws ConfigError */
export async function loadFlash(
  banks: FlashPlan['banks'],
  drives: DriveTable,
  size: number,
): Promise<(FlashImage | null)[]> {
  const images = banks.map(async (id, bank) => {
    if (id === undefined) return null;
    const drive = drives.get(id);
    if (!drive) throw new ConfigError(`Property 'cfi.pflash01.drive' can't find value '${id}'`);
    if (drive.inUse) throw new ConfigError(`Drive '${id}' is already in use by another block device`);
    return FlashImage.load(drive, size, `/machine/virt.flash${bank}`);
  });
  return Promise.all(images);
}
