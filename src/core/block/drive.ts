import type { BlockFile, Host } from '../../host/types.ts';
import { ConfigError, type OptionValues } from '../config.ts';
import {
  type CacheMode,
  type DriveOptions,
  type ErrorPolicy,
  parseDiskSize,
  parseDrive,
} from './drive-options.ts';
import { MemoryDisk } from './memory-disk.ts';

export const SECTOR_SIZE = 512;
const ZEROES = new Uint8Array(1 << 20);

/** The back end could not do what the device asked for. */
export class BlockIoError extends Error {
  override readonly name = 'BlockIoError';
  readonly noSpace: boolean;
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    const code = (cause as { code?: unknown } | null)?.code;
    this.noSpace = code === 'ENOSPC' || this.message === 'No space left on device';
  }
}

/** A block back end with a name: what `-drive` makes, what `info block` lists. */
export class Drive {
  readonly id: string;
  readonly nodeName: string;
  readonly fileNodeName: string;
  readonly fileName: string;
  readonly cache: CacheMode;
  readErrors: ErrorPolicy;
  writeErrors: ErrorPolicy;
  /** Whether written data may wait for a flush; the guest can change it. */
  writeCache: boolean;
  ioStatus: 'ok' | 'failed' | 'nospace' = 'ok';
  /** Id or QOM path of the device that uses it. */
  #device: (() => string) | undefined;
  readonly #file: BlockFile;

  /** @param number makes the node names unique */
  constructor(options: DriveOptions, file: BlockFile, number: number) {
    this.id = options.id;
    this.nodeName = `#block${String(2 * number + 1).padStart(3, '0')}`;
    this.fileNodeName = `#block${String(2 * number).padStart(3, '0')}`;
    this.fileName = options.file;
    this.cache = options.cache;
    this.readErrors = options.readErrors;
    this.writeErrors = options.writeErrors;
    this.writeCache = options.cache.writeback;
    this.#file = file;
  }

  get readOnly(): boolean {
    return this.#file.readOnly;
  }

  /** Whole sectors; the last one may reach beyond the end of the file. */
  get sectors(): number {
    return Math.ceil(this.#file.size / SECTOR_SIZE);
  }

  get device(): string | undefined {
    return this.#device?.();
  }

  get inUse(): boolean {
    return this.#device !== undefined;
  }

  attach(device: () => string): void {
    this.#device = device;
  }

  /** The device is gone: another one may have the drive. */
  detach(): void {
    this.#device = undefined;
  }

  allocated(): Promise<number> {
    return this.#file.allocated();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** @throws BlockIoError */
  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#attempt(() => this.#file.read(offset, length));
  }

  /** @throws BlockIoError */
  write(offset: number, data: Uint8Array): Promise<void> {
    return this.#attempt(async () => {
      if (this.readOnly) throw new Error('Operation not permitted');
      await this.#file.write(offset, data);
    });
  }

  /** @throws BlockIoError */
  async writeZeroes(offset: number, length: number): Promise<void> {
    for (let done = 0; done < length; done += ZEROES.length) {
      await this.write(offset + done, ZEROES.subarray(0, Math.min(ZEROES.length, length - done)));
    }
  }

  /** @throws BlockIoError */
  flush(): Promise<void> {
    if (this.cache['no-flush'] || this.readOnly) return Promise.resolve();
    return this.#attempt(() => this.#file.flush());
  }

  async #attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw new BlockIoError(error);
    }
  }
}

/** All drives by id, in the order of the command line. */
export class DriveTable {
  readonly #drives = new Map<string, Drive>();

  add(drive: Drive): void {
    this.#drives.set(drive.id, drive);
  }

  get(id: string): Drive | undefined {
    return this.#drives.get(id);
  }

  all(): Drive[] {
    return [...this.#drives.values()];
  }

  /** The machine was continued: what went wrong before is no longer news. */
  resetIoStatus(): void {
    for (const drive of this.#drives.values()) drive.ioStatus = 'ok';
  }
}

/** Opens what `-drive` names, in order. @throws ConfigError */
export async function openDrives(host: Host, drives: readonly OptionValues[]): Promise<DriveTable> {
  const table = new DriveTable();
  for (const [index, values] of drives.entries()) {
    const options = parseDrive(values, index);
    if (table.get(options.id)) throw new ConfigError(`Device with id '${options.id}' already exists`);
    table.add(new Drive(options, await openFile(host, options), index));
  }
  return table;
}

/** The `-device` values of the disks that `-drive` without `if=none` asks for. @throws ConfigError */
export function impliedDiskDevices(drives: readonly OptionValues[]): OptionValues[] {
  return drives
    .map(parseDrive)
    .filter(options => options.interface === 'virtio')
    .map(options => ({ driver: 'virtio-blk-pci', drive: options.id }));
}

async function openFile(host: Host, options: DriveOptions): Promise<BlockFile> {
  if (options.file.startsWith('mem:')) {
    return new MemoryDisk(parseDiskSize(options.file.slice('mem:'.length)), options.readOnly);
  }
  try {
    return await host.openBlockFile(options.file, { readOnly: options.readOnly });
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
}
