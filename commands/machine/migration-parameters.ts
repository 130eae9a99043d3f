import { QmpError } from '../../src/qapi/errors.ts';
import type {
  MigMode,
  MigrationParameters,
  MultiFDCompression,
  ZeroPageDetection,
} from '../../src/qapi/generated/types.ts';

type Form =
  | 'size'
  | 'bandwidth'
  | 'uint8'
  | 'uint32'
  | 'uint64'
  | 'switch'
  | 'string'
  | 'words'
  | readonly string[];

interface Parameter {
  readonly name: keyof MigrationParameters;
  /** How its value is written; a list: one of these words. */
  readonly form: Form;
  /** Shown behind the value. */
  readonly unit?: string;
  /** Can be set, but is not listed. */
  readonly hidden?: true;
}

const COMPRESSIONS: readonly MultiFDCompression[] = ['none', 'zlib', 'zstd', 'qatzip', 'qpl', 'uadk'];
const MODES: readonly MigMode[] = ['normal', 'cpr-reboot', 'cpr-transfer', 'cpr-exec'];
const DETECTIONS: readonly ZeroPageDetection[] = ['none', 'legacy', 'multifd'];

/** In the order of `info migrate_parameters`. */
export const PARAMETERS: readonly Parameter[] = [
  { name: 'announce-initial', form: 'size', unit: ' ms' },
  { name: 'announce-max', form: 'size', unit: ' ms' },
  { name: 'announce-rounds', form: 'size' },
  { name: 'announce-step', form: 'size', unit: ' ms' },
  { name: 'throttle-trigger-threshold', form: 'uint8' },
  { name: 'cpu-throttle-initial', form: 'uint8' },
  { name: 'cpu-throttle-increment', form: 'uint8' },
  { name: 'cpu-throttle-tailslow', form: 'switch' },
  { name: 'max-cpu-throttle', form: 'uint8' },
  { name: 'tls-creds', form: 'string' },
  { name: 'tls-hostname', form: 'string' },
  { name: 'tls-authz', form: 'string' },
  { name: 'max-bandwidth', form: 'bandwidth', unit: ' bytes/second' },
  { name: 'avail-switchover-bandwidth', form: 'bandwidth', unit: ' bytes/second' },
  { name: 'max-postcopy-bandwidth', form: 'bandwidth', unit: ' bytes/second' },
  { name: 'downtime-limit', form: 'size', unit: ' ms' },
  { name: 'x-checkpoint-delay', form: 'uint32', unit: ' ms' },
  { name: 'multifd-channels', form: 'uint8' },
  { name: 'multifd-compression', form: COMPRESSIONS },
  { name: 'multifd-zlib-level', form: 'uint8', hidden: true },
  { name: 'multifd-qatzip-level', form: 'uint8', hidden: true },
  { name: 'multifd-zstd-level', form: 'uint8', hidden: true },
  { name: 'zero-page-detection', form: DETECTIONS },
  { name: 'xbzrle-cache-size', form: 'size', unit: ' bytes' },
  { name: 'x-vcpu-dirty-limit-period', form: 'size', unit: ' ms' },
  { name: 'vcpu-dirty-limit', form: 'size', unit: ' MB/s' },
  { name: 'mode', form: MODES },
  { name: 'direct-io', form: 'switch' },
  { name: 'cpr-exec-command', form: 'words' },
];

const SUFFIXES = 'BKMGTPE';
const SUFFIX_HINT = `
Optional suffix k, M, G, T, P or E means kilo-, mega-, giga-, tera-, peta-
and exabytes, respectively.`;

function fail(name: string, expected: string): never {
  throw new QmpError(`Parameter '${name}' expects ${expected}`);
}

/** A number of bytes with an optional suffix; the unit of one without. */
function size(name: string, text: string, unit: bigint): bigint {
  const match = /^(0x[0-9a-f]+|\d+)([bkmgtpe]?)$/i.exec(text.trim());
  const value =
    match &&
    BigInt(match[1]!) * (match[2] ? 1n << BigInt(10 * SUFFIXES.indexOf(match[2].toUpperCase())) : unit);
  if (value === null || value >= 1n << 64n) fail(name, `a non-negative number below 2^64${SUFFIX_HINT}`);
  return value;
}

function integer(name: string, text: string, bits: 8 | 32 | 64): bigint {
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text.trim()) ? BigInt(text.trim()) : -1n;
  if (value < 0n || value >= 1n << BigInt(bits)) fail(name, `uint${bits}_t`);
  return value;
}

function toggle(name: string, text: string): boolean {
  if (['on', 'yes', 'true', 'y'].includes(text)) return true;
  if (['off', 'no', 'false', 'n'].includes(text)) return false;
  return fail(name, "'on' or 'off'");
}

function value({ name, form }: Parameter, text: string): bigint | number | boolean | string | string[] {
  switch (form) {
    case 'size':
      return size(name, text, 1n);
    case 'bandwidth':
      return size(name, text, 1n << 20n);
    case 'uint8':
      return Number(integer(name, text, 8));
    case 'uint32':
      return Number(integer(name, text, 32));
    case 'uint64':
      return integer(name, text, 64);
    case 'switch':
      return toggle(name, text);
    case 'string':
      return text;
    case 'words':
      return text.split(/\s+/).filter(word => word !== '');
    default:
      if (form.includes(text)) return text;
      throw new QmpError(`Parameter '${name}' does not accept value '${text}'`);
  }
}

/** One parameter as migrate-set-parameters takes it. @throws QmpError as QEMU words it */
export function parseParameter(name: string, text: string): MigrationParameters {
  const parameter = PARAMETERS.find(each => each.name === name);
  if (!parameter) throw new QmpError(`invalid parameter value: ${name}`);
  const bare = text.trim().replace(/^"(.*)"$/, '$1');
  return { [parameter.name]: value(parameter, bare) } as MigrationParameters;
}
