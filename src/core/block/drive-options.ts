import { ConfigError, type OptionValues } from '../config.ts';
import type { DriveOptions, ErrorPolicy } from './drive.ts';
import type { CacheMode } from './node.ts';

/** Which device the machine makes for a drive: none, a virtio disk, its own flash; floppies are for the board alone. */
export type DriveInterface = 'none' | 'virtio' | 'pflash' | 'floppy';

/** `-drive`, digested. */
export interface DriveRequest extends DriveOptions {
  readonly interface: DriveInterface;
  /** Undefined for a drive without a medium. */
  readonly image: ImageOptions | undefined;
}

/** An image to open. */
export interface ImageOptions {
  readonly file: string;
  /** Undefined: guess. */
  readonly format: ImageFormat | undefined;
  readonly readOnly: boolean;
  readonly cache: CacheMode;
  readonly nodeName?: string | undefined;
}

export type ImageFormat = 'raw' | 'null-co';

const CACHE_MODES: Readonly<Record<string, CacheMode>> = {
  writeback: { writeback: true, direct: false, 'no-flush': false },
  writethrough: { writeback: false, direct: false, 'no-flush': false },
  none: { writeback: true, direct: true, 'no-flush': false },
  directsync: { writeback: false, direct: true, 'no-flush': false },
  unsafe: { writeback: true, direct: false, 'no-flush': true },
};
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
  'cache',
  'media',
  'node-name',
];
const FORMATS: readonly string[] = ['raw', 'null-co'];
const MEDIA = ['disk', 'cdrom'];
const INTERFACES: readonly string[] = ['none', 'virtio', 'pflash', 'floppy'];
const POLICIES: readonly ErrorPolicy[] = ['report', 'ignore', 'stop', 'enospc'];

/** @param index of the drive among those of its interface: names it when it has no id. @throws ConfigError */
export function parseDrive(options: OptionValues, index: number): DriveRequest {
  const unknown = Object.keys(options).find(key => !KNOWN.includes(key));
  if (unknown !== undefined && options['file'] === undefined && options['driver'] === undefined) {
    throw new ConfigError('Must specify either driver or file');
  }
  if (unknown !== undefined) {
    throw new ConfigError(`Block format 'raw' does not support the option '${unknown}'`);
  }
  const kind = driveInterface(options);
  const media = options['media'] ?? 'disk';
  if (!MEDIA.includes(media)) throw new ConfigError(`'${media}' invalid media`);
  const readOnly =
    media === 'cdrom' || parseSwitch('read-only', options['readonly'] ?? options['read-only'] ?? 'off');
  const cache = parseCache(options['cache'] ?? 'writeback');
  return {
    id: options['id'] ?? `${kind}${index}`,
    interface: kind,
    image: image(options, readOnly, cache),
    readOnly,
    readErrors: parsePolicy('read', options['rerror'] ?? 'report'),
    writeErrors: parsePolicy('write', options['werror'] ?? 'enospc'),
    cache,
  };
}

/** @throws ConfigError */
export function driveInterface(options: OptionValues): DriveInterface {
  const kind = options['if'] ?? 'virtio';
  if (!INTERFACES.includes(kind)) throw new ConfigError(`unsupported bus type '${kind}'`);
  return kind as DriveInterface;
}

function image(options: OptionValues, readOnly: boolean, cache: CacheMode): ImageOptions | undefined {
  const format = parseFormat(options['format'] ?? options['driver']);
  const { file } = options;
  if ((file === undefined || file === '') && format !== 'null-co') return undefined;
  return { file: file ?? '', format, readOnly, cache, nodeName: options['node-name'] };
}

/** @throws ConfigError */
export function parseFormat(format: string | undefined): ImageFormat | undefined {
  if (format === undefined) return undefined;
  if (!FORMATS.includes(format)) throw new ConfigError(`Unknown driver '${format}'`);
  return format as ImageFormat;
}

function parseSwitch(name: string, value: string): boolean {
  if (value === 'on') return true;
  if (value === 'off') return false;
  throw new ConfigError(`Parameter '${name}' expects 'on' or 'off'`);
}

function parsePolicy(direction: 'read' | 'write', value: string): ErrorPolicy {
  const policy = POLICIES.find(candidate => candidate === value);
  if (policy === undefined || (direction === 'read' && policy === 'enospc')) {
    throw new ConfigError(`'${value}' invalid ${direction} error action`);
  }
  return policy;
}

function parseCache(value: string): CacheMode {
  const mode = CACHE_MODES[value];
  if (!mode) throw new ConfigError('invalid cache option');
  return mode;
}

const UNITS = 'bkmgt';

/** Bytes in `16M`. @throws ConfigError */
export function parseDiskSize(text: string): number {
  const match = /^([1-9][0-9]*)([bBkKmMgGtT]?)$/.exec(text);
  if (!match) throw new ConfigError(`'mem:${text}': give the size of the disk as in mem:16M`);
  return Number(match[1]) * 1024 ** Math.max(UNITS.indexOf((match[2] || 'b').toLowerCase()), 0);
}
