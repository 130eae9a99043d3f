import type { VhostDeviceProtocols, VirtioDeviceFeatures } from '../../src/qapi/generated/types.ts';

type Field = readonly [name: string, value: string | number | bigint | boolean];

/** Lines `name:` and value, the values in one column that starts `width` characters after the indent. */
export function formatFields(fields: readonly Field[], indent: string, width: number): string {
  return fields.map(([name, value]) => `${indent}${`${name}:`.padEnd(width)}${value}\n`).join('');
}

/** Names one below the other behind tabs, with commas between them; an empty line without any. */
export function formatNames(names: readonly string[]): string {
  return `${names.map(name => `\t${name}`).join(',\n')}\n`;
}

function formatUnknown(label: string, bits: bigint | number | undefined, digits: number): string {
  return bits === undefined ? '' : `  ${label}(0x${bits.toString(16).padStart(digits, '0')})\n`;
}

/** Transport features, then those of the device, which may be none; then the bits without a name. */
export function formatFeatures(title: string, features: VirtioDeviceFeatures): string {
  const own = features['dev-features'] ?? [];
  const named = formatNames(features.transports) + (own.length === 0 ? '' : formatNames(own));
  const unknown = formatUnknown('unknown-features', features['unknown-dev-features'], 16);
  return `${title}\n${named}${unknown}`;
}

export function formatStatuses(title: string, names: readonly string[], unknown: number | undefined): string {
  return `${title}\n${formatNames(names)}${formatUnknown('unknown-statuses', unknown, 8)}`;
}

export function formatProtocols(title: string, protocols: VhostDeviceProtocols): string {
  const unknown = formatUnknown('unknown-protocols', protocols['unknown-protocols'], 16);
  return `${title}\n${formatNames(protocols.protocols)}${unknown}`;
}

/** A guest-physical or host address with sixteen digits. */
export function formatPointer(address: bigint): string {
  return `0x${address.toString(16).padStart(16, '0')}`;
}
