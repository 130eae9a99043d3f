import type { BlockdevDetectZeroesOptions } from '../../qapi/generated/types.ts';
import { ConfigError, type OptionValues } from '../config.ts';
import { CACHE_KEYS, parseCache } from './cache-options.ts';
import { DEBUG_PREFIX, type DebugOptions, sortDebugOptions, splitDebugName } from './debug-options.ts';
import type { DriveOptions, ErrorPolicy } from './drive.ts';
import { type DrivePlace, PLACE_KEYS } from './drive-place.ts';
import type { CacheMode } from './node.ts';
import { CHILD_KEYS, checkFileOptions, FILE_KEYS, NODE_KEYS, parseNode } from './node-options.ts';
import { parseSize, parseSwitch } from './option-values.ts';
import type { Accounting } from './stats.ts';
import type { ThrottleLimits } from './throttle.ts';
import { parseThrottle, THROTTLE_KEYS } from './throttle-options.ts';

/** Which device the machine makes for a drive: none, a virtio disk, its own flash; floppies are for the board alone. */
export type DriveInterface = 'none' | 'virtio' | 'pflash' | 'floppy';

/** `-drive`, digested. */
export interface DriveRequest extends DriveOptions {
  readonly interface: DriveInterface;
  readonly limits: ThrottleLimits | null;
  /** Undefined for a drive without a medium. */
  readonly image: ImageOptions | undefined;
}

/** What lies below a format. */
export interface FileOptions {
  /** A path, `mem:SIZE`, `null-co://`, or `blkdebug:RULES:IMAGE`. */
  readonly file: string;
  /** Of what `null-co://` stands for, bytes. */
  readonly size?: number | undefined;
  /** Name of its node. */
  readonly childName?: string | undefined;
  /** What of a `blkdebug` node its name does not say. */
  readonly debug?: (DebugOptions & { readonly image: FileOptions }) | undefined;
}

/** An image to open. */
export interface ImageOptions extends FileOptions {
  /** Undefined: guess. */
  readonly format: ImageFormat | undefined;
  readonly readOnly: boolean;
  readonly cache: CacheMode;
  readonly nodeName?: string | undefined;
  /** Whether it stays as it is, and changes are gone at the end. */
  readonly snapshot?: boolean;
  /** What is shown of it: a write of zeroes is one like any other. */
  readonly detectZeroes?: BlockdevDetectZeroesOptions;
}

export type ImageFormat = 'raw' | 'null-co';

const KNOWN = [
  'if',
  'id',
  'file',
  'format',
  'driver',
  'readonly',
  'read-only',
  'werror',
  'rerror',
  'media',
  'snapshot',
  'stats-account-invalid',
  'stats-account-failed',
  ...CACHE_KEYS,
  ...NODE_KEYS,
  ...PLACE_KEYS,
  ...THROTTLE_KEYS,
];
/** Options of the layer below the format, `file.KEY`, by its driver. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  file: [...CHILD_KEYS, ...FILE_KEYS],
  'null-co': [...CHILD_KEYS, 'size', 'latency-ns', 'read-zeroes'],
  blkdebug: [...CHILD_KEYS, 'config', 'align'],
};
const PREFIX = 'file.';
/** How a medium that keeps nothing is named where a file is expected. */
export const NULL_FILE = 'null-co://';
const FORMATS: readonly string[] = ['raw', 'null-co'];
const MEDIA = ['disk', 'cdrom'];
const INTERFACES: readonly string[] = ['none', 'virtio', 'pflash', 'floppy'];
/** Those of other boards. */
const FOREIGN_INTERFACES: readonly string[] = ['ide', 'scsi', 'sd', 'mtd', 'xen'];
const POLICIES: readonly ErrorPolicy[] = ['report', 'ignore', 'stop', 'enospc'];

/** @param place among the drives of its interface: names it when it has no id. @throws ConfigError */
export function parseDrive(options: OptionValues, place: DrivePlace): DriveRequest {
  refuseUnknown(options);
  const kind = driveInterface(options);
  const media = options['media'] ?? 'disk';
  if (!MEDIA.includes(media)) throw new ConfigError(`'${media}' invalid media`);
  const readOnly = media === 'cdrom' || readOnlyWish(options);
  const accounting = parseAccounting(options);
  const cache = parseCache(options);
  const detectZeroes = parseNode(options, readOnly, cache.direct);
  const snapshot = parseSwitch('snapshot', options['snapshot'] ?? 'off');
  const medium = image(options, { readOnly, cache, detectZeroes, snapshot });
  const id = options['id'] ?? `${kind}${place.unit}`;
  return {
    id,
    interface: kind,
    place,
    image: medium,
    readOnly,
    readErrors: parsePolicy('read', options['rerror'] ?? 'report'),
    writeErrors: parsePolicy('write', options['werror'] ?? 'enospc'),
    accounting: medium ? accounting : { invalid: true, failed: true }, // as in QEMU an empty drive forgets the wish
    cache,
    limits: parseThrottle(options, id),
  };
}

function parseAccounting(options: OptionValues): Accounting {
  const [invalid, failed] = ['stats-account-invalid', 'stats-account-failed'].map(key =>
    parseSwitch(key, options[key] ?? 'on'),
  );
  return { invalid: invalid!, failed: failed! };
}

function refuseUnknown(options: OptionValues): void {
  const unknown = Object.keys(options).find(key => !KNOWN.includes(key) && !key.startsWith(PREFIX));
  if (unknown === undefined) return;
  const noImage = ['file', 'driver', 'file.driver', 'file.filename'].every(key => options[key] === undefined);
  throw new ConfigError(
    noImage
      ? 'Must specify either driver or file'
      : `Block format 'raw' does not support the option '${unknown}'`,
  );
}

function readOnlyWish(options: OptionValues): boolean {
  const { readonly: old, 'read-only': wish } = options;
  if (old !== undefined && wish !== undefined) {
    throw new ConfigError("'read-only' and its alias 'readonly' can't be used at the same time");
  }
  return parseSwitch('read-only', wish ?? old ?? 'off');
}

/** @throws ConfigError */
export function driveInterface(options: OptionValues): DriveInterface {
  const kind = options['if'] ?? 'virtio';
  if (FOREIGN_INTERFACES.includes(kind)) {
    const place = `bus=${options['bus'] ?? 0},unit=${options['unit'] ?? options['index'] ?? 0}`;
    throw new ConfigError(`machine type does not support if=${kind},${place}`);
  }
  if (!INTERFACES.includes(kind)) throw new ConfigError(`unsupported bus type '${kind}'`);
  return kind as DriveInterface;
}

type Wishes = Pick<ImageOptions, 'readOnly' | 'cache' | 'detectZeroes' | 'snapshot'>;

function image(options: OptionValues, wishes: Wishes): ImageOptions | undefined {
  const format = parseFormat(options['format'] ?? options['driver']);
  const below = fileOptions(options, wishes);
  const { file } = below;
  if ((file === undefined || file === '') && format !== 'null-co') return undefined;
  return { ...wishes, ...below, file: file ?? '', format, nodeName: options['node-name'] };
}

type Below = Omit<FileOptions, 'file'> & { file: string | undefined };

/** What lies below the format: `file=NAME`, or `file.KEY=VALUE` one by one. @throws ConfigError */
function fileOptions(options: OptionValues, wishes: Wishes): Below {
  return belowOf(options['file'], below(options), wishes);
}

function belowOf(file: string | undefined, own: OptionValues, wishes: Wishes): Below {
  const driver = own['driver'] ?? driverOf(file);
  return driver === 'blkdebug' ? debugBelow(file, own, wishes) : plainBelow(driver, file, own, wishes);
}

function driverOf(file: string | undefined): string {
  if (file === NULL_FILE) return 'null-co';
  return file?.startsWith(DEBUG_PREFIX) ? 'blkdebug' : 'file';
}

function checkBelow(driver: string, own: OptionValues, { readOnly, cache }: Wishes): void {
  const known = BELOW[driver];
  if (!known) throw new ConfigError(`Unknown driver '${driver}'`);
  const unknown = Object.keys(own).find(key => !known.includes(key));
  if (unknown !== undefined) {
    throw new ConfigError(`Block protocol '${driver}' doesn't support the option '${unknown}'`);
  }
  checkFileOptions(own, readOnly, cache.direct);
}

function plainBelow(driver: string, file: string | undefined, own: OptionValues, wishes: Wishes): Below {
  checkBelow(driver, own, wishes);
  const childName = own['node-name'];
  if (driver === 'file') return { file: file ?? own['filename'], childName };
  parseSwitch('read-zeroes', own['read-zeroes'] ?? 'off'); // it reads as zeroes in any case
  const { size } = own;
  return { file: NULL_FILE, childName, size: size === undefined ? undefined : parseDiskSize(size) };
}

/** An image with errors, and the one below it. */
function debugBelow(name: string | undefined, own: OptionValues, wishes: Wishes): Below {
  const named: { config?: string; image?: string } = name === undefined ? {} : splitDebugName(name);
  const { rules, image: ofImage, rest } = sortDebugOptions(own);
  checkBelow('blkdebug', rest, wishes);
  const image = belowOf(named.image, ofImage, wishes);
  if (image.file === undefined) throw new ConfigError('A block device must be specified for "image"');
  const config = named.config ?? rest['config'];
  const align = parseSize('align', rest['align'] ?? '0');
  const debug = { config, rules, align, image: { ...image, file: image.file } };
  return { file: `${DEBUG_PREFIX}${config ?? ''}:${image.file}`, childName: rest['node-name'], debug };
}

/** The options of the file, without `file.` before their keys. */
function below(options: OptionValues): OptionValues {
  const own = Object.entries(options).filter(([key]) => key.startsWith(PREFIX));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(PREFIX.length), value]));
}

/** @throws ConfigError */
export function parseFormat(format: string | undefined): ImageFormat | undefined {
  if (format === undefined) return undefined;
  if (!FORMATS.includes(format)) throw new ConfigError(`Unknown driver '${format}'`);
  return format as ImageFormat;
}

function parsePolicy(direction: 'read' | 'write', value: string): ErrorPolicy {
  const policy = POLICIES.find(candidate => candidate === value);
  if (policy === undefined || (direction === 'read' && policy === 'enospc')) {
    throw new ConfigError(`'${value}' invalid ${direction} error action`);
  }
  return policy;
}

const UNITS = 'bkmgt';

/** Bytes in `16M`. @throws ConfigError */
export function parseDiskSize(text: string): number {
  const match = /^([1-9][0-9]*)([bBkKmMgGtT]?)$/.exec(text);
  if (!match) throw new ConfigError(`'${text}' is no size of a disk: give one as in 16M`);
  return Number(match[1]) * 1024 ** Math.max(UNITS.indexOf((match[2] || 'b').toLowerCase()), 0);
}
