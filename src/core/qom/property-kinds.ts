import { QmpError } from '../../qapi/errors.ts';
import type { QmpValue } from '../../qapi/value.ts';
import type { PropertyKind, PropertySpec } from './types.ts';

const TRUE_WORDS = ['on', 'yes', 'true', 'y'];
const FALSE_WORDS = ['off', 'no', 'false', 'n'];

/** Kinds that take one of a few words. */
const WORDS: Partial<Record<PropertyKind, readonly string[]>> = {
  OnOffAuto: ['on', 'off', 'auto'],
  PCIELinkSpeed: ['2_5', '5', '8', '16', '32', '64'],
  PCIELinkWidth: ['1', '2', '4', '8', '12', '16', '32'],
  BlockdevOnError: ['report', 'ignore', 'enospc', 'stop', 'auto'],
};

/** Integer kinds and their ranges. */
const INTEGERS: Partial<Record<PropertyKind, readonly [min: bigint, max: bigint]>> = {
  uint8: [0n, 2n ** 8n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  busnr: [0n, 2n ** 32n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** Kinds that QMP carries as 64-bit integers. */
const WIDE: readonly PropertyKind[] = ['uint64', 'int64', 'size'];

/** Whether values are lists; null stands for none. */
export function isList(kind: PropertyKind): boolean {
  return kind === 'list' || kind === 'IOThreadVirtQueueMappingList';
}

/** What the property does, for people. */
export function descriptionOf({ kind, description }: PropertySpec): string | undefined {
  return description ?? (kind === 'bool' ? 'on/off' : undefined);
}

/** QOM's name for the type of such a property. */
export function qomTypeOf(kind: PropertyKind): string {
  if (kind === 'on/off') return 'bool';
  if (kind === 'size32') return 'size';
  if (kind === 'pci-devfn') return 'str';
  return kind === 'drive' || kind === 'netdev' || kind === 'chr' || kind === 'macaddr' ? 'str' : kind;
}

/**
 * Turns what the user gave, text from a command line or a QMP value, into the property's value:
 * bigint for 64-bit kinds, number for smaller integers, boolean, or string.
 * @throws QmpError that names the property and what it expects
 */
export function parseProperty(typeName: string, spec: PropertySpec, value: QmpValue): QmpValue {
  const { kind, name } = spec;
  if (kind === 'bool' || kind === 'on/off') return parseBoolean(name, value);
  const range = INTEGERS[kind];
  if (range) return narrow(kind, parseInRange(name, kind, range, value));
  if (kind === 'size') return parseSize(name, value);
  if (kind === 'size32') return parseSize32(typeName, name, value);
  if (kind === 'pci-devfn') return parseDevfn(typeName, name, value);
  if (isList(kind)) throw wrongType(name, 'array'); // nothing that has one can honour it
  if (typeof value !== 'string') throw wrongType(name, 'string');
  if (kind === 'macaddr') return parseMac(typeName, name, value);
  if (WORDS[kind] && !WORDS[kind].includes(value)) {
    throw new QmpError(`Parameter '${name}' does not accept value '${value}'`);
  }
  return value;
}

function wrongType(name: string, expected: string): QmpError {
  return new QmpError(`Invalid parameter type for '${name}', expected: ${expected}`);
}

function parseBoolean(name: string, value: QmpValue): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') throw wrongType(name, 'boolean');
  if (TRUE_WORDS.includes(value)) return true;
  if (FALSE_WORDS.includes(value)) return false;
  throw new QmpError(`Parameter '${name}' expects 'on' or 'off'`);
}

function parseInRange(
  name: string,
  kind: PropertyKind,
  [min, max]: readonly [bigint, bigint],
  value: QmpValue,
): bigint {
  const number = parseInteger(name, value);
  const wrapped = kind === 'uint64' && number < 0n ? BigInt.asUintN(64, number) : number;
  if (wrapped < min || wrapped > max) {
    const wide = kind === 'uint64' || kind === 'int64';
    throw new QmpError(`Parameter '${name}' expects ${wide ? 'integer' : `${kind}_t`}`);
  }
  return wrapped;
}

function parseInteger(name: string, value: QmpValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value !== 'string') throw wrongType(name, 'integer');
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(value.trim());
  if (!match) throw new QmpError(`Parameter '${name}' expects integer`);
  const digits = match[2]!;
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return match[1] === '-' ? -magnitude : magnitude;
}

function narrow(kind: PropertyKind, value: bigint): QmpValue {
  return WIDE.includes(kind) ? value : Number(value);
}

function parseSize(name: string, value: QmpValue): bigint {
  if (typeof value !== 'string') {
    const number = parseInteger(name, value);
    if (number < 0n) throw new QmpError(`Parameter '${name}' expects size`);
    return number;
  }
  const match = /^(0[xX][0-9a-fA-F]+|[0-9]+)(\.[0-9]+)?([bBkKmMgGtTpPeE]?)$/.exec(value);
  if (!match) throw new QmpError(`Parameter '${name}' expects size`);
  const unit = 1024n ** BigInt(Math.max('bkmgtpe'.indexOf((match[3] || 'b').toLowerCase()), 0));
  const fraction = Math.floor(Number(`0${match[2] ?? '.0'}`) * Number(unit));
  const size = BigInt(match[1]!) * unit + BigInt(fraction);
  if (size >= 2n ** 64n) throw new QmpError(`Parameter '${name}' expects size`);
  return size;
}

function parseSize32(typeName: string, name: string, value: QmpValue): number {
  const size = parseSize(name, value);
  if (size < 2n ** 32n) return Number(size);
  throw new QmpError(`Property ${typeName}.${name} doesn't take value ${size} (maximum: ${2 ** 32 - 1})`);
}

/** `slot.function` in hexadecimal, or both as one number as QMP carries them. */
function parseDevfn(typeName: string, name: string, value: QmpValue): number {
  const refusal = new QmpError(`Property '${typeName}.${name}' doesn't take value '${String(value)}'`);
  if (typeof value !== 'string') {
    const devfn = Number(parseInteger(name, value));
    if (devfn >= -1 && devfn <= 255) return devfn;
    throw refusal;
  }
  const match = /^(?:0[xX])?([0-9a-fA-F]{1,8})(?:\.(?:0[xX])?([0-9a-fA-F]{1,8}))?$/.exec(value);
  const [slot, fn] = [match?.[1], match?.[2] ?? '0'].map(digits => Number.parseInt(digits ?? '', 16));
  if (!match || slot! > 31 || fn! > 7) throw refusal;
  return 8 * slot! + fn!;
}

function parseMac(typeName: string, name: string, value: string): string {
  if (/^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$/.test(value)) return value.replaceAll('-', ':').toLowerCase();
  throw new QmpError(`Property '${typeName}.${name}' doesn't take value '${value}'`);
}

/** A value as `info qtree` shows it: text in quotes, numbers in decimal and hexadecimal, sizes with a unit. */
export function formatProperty(kind: PropertyKind, value: QmpValue): string {
  if (value === null) return '<null>';
  if (typeof value === 'boolean') return String(value);
  if (kind === 'pci-devfn') return formatDevfn(Number(value));
  if (typeof value === 'number' || typeof value === 'bigint') {
    return kind === 'size' || kind === 'size32' ? formatSize(value) : formatInteger(value);
  }
  return `"${String(value)}"`;
}

function formatDevfn(devfn: number): string {
  if (devfn < 0) return '<unset>';
  return `${(devfn >> 3).toString(16).padStart(2, '0')}.${devfn & 7}`;
}

function formatInteger(value: number | bigint): string {
  const bits = value >= 0 ? value : BigInt.asUintN(64, BigInt(value));
  return `${value} (0x${bits.toString(16)})`;
}

const UNITS = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Three significant digits, the unit changes at 1000 of the smaller one. */
function formatSize(value: number | bigint): string {
  let scaled = Number(value);
  let unit = 0;
  while (scaled >= 1000 && unit < UNITS.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${value} (${Number(scaled.toPrecision(3))} ${UNITS[unit]}B)`;
}
