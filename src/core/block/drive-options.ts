import { integerOf } from '../../qapi/text-values.ts';
import { ConfigError, type OptionValues } from '../config.ts';
import type { DriveOptions, ErrorPolicy } from './drive.ts';
import type { CacheMode } from './node.ts';
import type { ThrottleLimits } from './throttle.ts';
import { LIMIT_OPTIONS, type LimitName, throttleLimits } from './throttle-limits.ts';

/** Which device the machine makes for a drive: none, a virtio disk, its own flash; floppies are for the board alone. */
export type DriveInterface = 'none' | 'virtio' | 'pflash' | 'floppy';

/** `-drive`, digested. */
export interface DriveRequest extends DriveOptions {
  readonly interface: DriveInterface;
  /** Undefined for a drive without a medium. */
  readonly image: ImageOptions | undefined;
  readonly limits: ThrottleLimits | null;
}

/** An image to open. */
export interface ImageOptions {
  /** A path, `mem:SIZE`, or `null-co://`. */
  readonly file: string;
  /** Of what `null-co://` stands for, bytes. */
  readonly size?: number | undefined;
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
  'index',
  'bus',
  'unit',
  ...LIMIT_OPTIONS.map(([option]) => option),
];
const CACHE_MEMBERS = ['writeback', 'direct', 'no-flush'] as const;
/** How the host goes about it: whatever is wished for, what the guest sees is the same. */
const HOST_MATTERS: Readonly<
  Record<string, { readonly words: readonly string[]; readonly refusal: string }>
> = {
  aio: { words: ['threads', 'native', 'io_uring'], refusal: 'invalid aio option' },
  discard: { words: ['ignore', 'off', 'unmap', 'on'], refusal: 'Invalid discard option' },
  'detect-zeroes': {
    words: ['off', 'on', 'unmap'],
    refusal: "Parameter 'detect-zeroes' does not accept value",
  },
};
/** What is off here. */
const ALWAYS_OFF = ['copy-on-read', 'snapshot'];
/** Images are not locked, so that all are shared. */
const SWITCHES = ['force-share', 'auto-read-only'];
/** Options of the layer below the format, `file.KEY`, by its driver. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  file: ['driver', 'filename', 'locking', 'aio'],
  'null-co': ['driver', 'filename', 'size', 'latency-ns', 'read-zeroes'],
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

/** @param index of the drive among those of its interface: names it when it has no id. @throws ConfigError or QmpError */
export function parseDrive(options: OptionValues, index: number): DriveRequest {
  const place = numberOf(options, 'index') ?? numberOf(options, 'unit') ?? index;
  refuseUnknown(options);
  refuseHostMatters(options);
  const kind = driveInterface(options);
  const media = options['media'] ?? 'disk';
  if (!MEDIA.includes(media)) throw new ConfigError(`'${media}' invalid media`);
  const readOnly =
    media === 'cdrom' || parseSwitch('read-only', options['readonly'] ?? options['read-only'] ?? 'off');
  const cache = parseCache(options);
  const id = options['id'] ?? `${kind}${place}`;
  return {
    id,
    interface: kind,
    image: image(options, readOnly, cache),
    readOnly,
    readErrors: parsePolicy('read', options['rerror'] ?? 'report'),
    writeErrors: parsePolicy('write', options['werror'] ?? 'enospc'),
    cache,
    limits: throttleLimits(limitsOf(options), id),
  };
}

function refuseUnknown(options: OptionValues): void {
  const cache = CACHE_MEMBERS.map(member => `cache.${member}`);
  const all = [...KNOWN, ...cache, ...Object.keys(HOST_MATTERS), ...ALWAYS_OFF, ...SWITCHES];
  const unknown = Object.keys(options).find(key => !all.includes(key) && !key.startsWith(PREFIX));
  if (unknown === undefined) return;
  const noImage = ['file', 'driver', 'file.driver', 'file.filename'].every(key => options[key] === undefined);
  throw new ConfigError(
    noImage
      ? 'Must specify either driver or file'
      : `Block format 'raw' does not support the option '${unknown}'`,
  );
}

function refuseHostMatters(options: OptionValues): void {
  for (const [name, { words, refusal }] of Object.entries(HOST_MATTERS)) {
    const word = options[name];
    if (word === undefined || words.includes(word)) continue;
    throw new ConfigError(refusal.endsWith('value') ? `${refusal} '${word}'` : refusal);
  }
  for (const name of SWITCHES) parseSwitch(name, options[name] ?? 'off');
  for (const name of ALWAYS_OFF) {
    if (parseSwitch(name, options[name] ?? 'off')) throw new ConfigError(`'${name}=on' is not supported`);
  }
}

function numberOf(options: OptionValues, name: string): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const value = integerOf(text);
  if (value === undefined || value < 0n) throw new ConfigError(`Parameter '${name}' expects a number`);
  return Number(value);
}

function limitsOf(options: OptionValues): Record<LimitName, bigint> {
  const limits = { bps: 0n, bps_rd: 0n, bps_wr: 0n, iops: 0n, iops_rd: 0n, iops_wr: 0n };
  for (const [option, limit] of LIMIT_OPTIONS) {
    const text = options[option];
    if (text === undefined) continue;
    const value = integerOf(text);
    if (value === undefined) throw new ConfigError(`Parameter '${option}' expects a number`);
    limits[limit] = value;
  }
  return limits;
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

function image(options: OptionValues, readOnly: boolean, cache: CacheMode): ImageOptions | undefined {
  const format = parseFormat(options['format'] ?? options['driver']);
  const below = fileOptions(options);
  const { file } = below;
  if ((file === undefined || file === '') && format !== 'null-co') return undefined;
  return { ...below, file: file ?? '', format, readOnly, cache, nodeName: options['node-name'] };
}

/** What lies below the format: `file=NAME`, or `file.KEY=VALUE` one by one. @throws ConfigError */
function fileOptions(options: OptionValues): { file: string | undefined; size?: number | undefined } {
  const driver = options['file.driver'] ?? (options['file'] === NULL_FILE ? 'null-co' : 'file');
  const known = BELOW[driver];
  if (!known) throw new ConfigError(`Unknown driver '${driver}'`);
  const unknown = Object.keys(options).find(
    key => key.startsWith(PREFIX) && !known.includes(key.slice(PREFIX.length)),
  );
  if (unknown !== undefined) {
    const option = unknown.slice(PREFIX.length);
    throw new ConfigError(`Block protocol '${driver}' doesn't support the option '${option}'`);
  }
  if (driver === 'file') return { file: options['file'] ?? options['file.filename'] };
  parseSwitch('read-zeroes', options['file.read-zeroes'] ?? 'off'); // it reads as zeroes in any case
  const size = options['file.size'];
  return { file: NULL_FILE, size: size === undefined ? undefined : parseDiskSize(size) };
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

function parseCache(options: OptionValues): CacheMode {
  const mode = CACHE_MODES[options['cache'] ?? 'writeback'];
  if (!mode) throw new ConfigError('invalid cache option');
  const result = { ...mode };
  for (const member of CACHE_MEMBERS) {
    const word = options[`cache.${member}`];
    if (word !== undefined) result[member] = parseSwitch(`cache.${member}`, word);
  }
  return result;
}

const UNITS = 'bkmgt';

/** Bytes in `16M`. @throws ConfigError */
export function parseDiskSize(text: string): number {
  const match = /^([1-9][0-9]*)([bBkKmMgGtT]?)$/.exec(text);
  if (!match) throw new ConfigError(`'${text}' is no size of a disk: give one as in 16M`);
  return Number(match[1]) * 1024 ** Math.max(UNITS.indexOf((match[2] || 'b').toLowerCase()), 0);
}
