import { ConfigError, type OptionValues } from '../config.ts';

export type ErrorPolicy = 'report' | 'ignore' | 'stop' | 'enospc';

/** `-drive`, digested. */
export interface DriveOptions {
  readonly id: string;
  /** Which device the machine makes for it: none, a virtio disk, or the board's own flash. */
  readonly interface: 'none' | 'virtio' | 'pflash';
  readonly file: string;
  readonly readOnly: boolean;
  readonly readErrors: ErrorPolicy;
  readonly writeErrors: ErrorPolicy;
  readonly cache: CacheMode;
}

export interface CacheMode {
  readonly writeback: boolean;
  readonly direct: boolean;
  readonly 'no-flush': boolean;
}

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
];
const POLICIES: readonly ErrorPolicy[] = ['report', 'ignore', 'stop', 'enospc'];

/** @param index of the drive on the command line: names it when it has no id. @throws ConfigError */
export function parseDrive(options: OptionValues, index: number): DriveOptions {
  const unknown = Object.keys(options).find(key => !KNOWN.includes(key));
  if (unknown !== undefined) {
    throw new ConfigError(`Block format 'raw' does not support the option '${unknown}'`);
  }
  const kind = options['if'] ?? 'virtio';
  if (kind !== 'none' && kind !== 'virtio' && kind !== 'pflash')
    throw new ConfigError(`unsupported bus type '${kind}'`);
  const format = options['format'] ?? options['driver'] ?? 'raw';
  if (format !== 'raw') throw new ConfigError(`Unknown driver '${format}'`);
  if (options['file'] === undefined)
    throw new ConfigError("-drive: 'file' is missing: file=PATH or file=mem:SIZE");
  return {
    id: options['id'] ?? `${kind}${index}`,
    interface: kind,
    file: options['file'],
    readOnly: parseSwitch('read-only', options['readonly'] ?? options['read-only'] ?? 'off'),
    readErrors: parsePolicy('read', options['rerror'] ?? 'report'),
    writeErrors: parsePolicy('write', options['werror'] ?? 'enospc'),
    cache: parseCache(options['cache'] ?? 'writeback'),
  };
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
  if (!mode)
    throw new ConfigError(`invalid cache option: ${value} (use ${Object.keys(CACHE_MODES).join(', ')})`);
  return mode;
}

const UNITS = 'bkmgt';

/** Bytes in `16M`. @throws ConfigError */
export function parseDiskSize(text: string): number {
  const match = /^([1-9][0-9]*)([bBkKmMgGtT]?)$/.exec(text);
  if (!match) throw new ConfigError(`'mem:${text}': give the size of the disk as in mem:16M`);
  return Number(match[1]) * 1024 ** Math.max(UNITS.indexOf((match[2] || 'b').toLowerCase()), 0);
}
