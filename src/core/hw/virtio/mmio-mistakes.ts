import { hex, type RegisterAccess } from '../../trace.ts';
import { REG } from './mmio-registers.ts';

type Name = keyof typeof REG;

const offsets = (...names: Name[]): ReadonlySet<number> => new Set(names.map(name => REG[name]));

const KNOWN = new Set<number>(Object.values(REG));
const READ_ONLY = offsets(
  ...(['magic', 'version', 'deviceId', 'vendorId', 'deviceFeatures', 'queueNumMax'] as const),
  ...(['interruptStatus', 'configGeneration'] as const),
);
const ADDRESSES = offsets(
  ...(['queueDescLow', 'queueDescHigh', 'queueDriverLow', 'queueDriverHigh'] as const),
  ...(['queueDeviceLow', 'queueDeviceHigh'] as const),
);
const WRITE_ONLY = new Set([
  ...offsets('deviceFeaturesSel', 'driverFeatures', 'driverFeaturesSel', 'queueSel', 'queueNum'),
  ...offsets('guestPageSize', 'queueAlign', 'queueNotify', 'interruptAck'),
  ...ADDRESSES,
]);
const LEGACY = offsets('guestPageSize', 'queueAlign', 'queuePfn');
const MODERN = new Set([...offsets('queueReady', 'queueReset', 'configGeneration'), ...ADDRESSES]);

/** How an access to the transport's registers breaks the rules (virtio 1.2, 4.2.2.2), null: it does not. */
export function mmioMistake({ offset, size, write }: RegisterAccess, modern: boolean): string | null {
  if (offset >= REG.config) return null;
  const what = write ? 'write' : 'read';
  const told = (mistake: string) => `virtio_mmio_${what}: ${mistake}`;
  if (size !== 4) return told('wrong size access to register!');
  const at = `(${hex(offset)})`;
  if (!KNOWN.has(offset)) return told(`bad register offset ${at}`);
  const preposition = write ? 'to' : 'from';
  if (modern && LEGACY.has(offset)) {
    return told(`${what} ${preposition} legacy register ${at} in non-legacy mode`);
  }
  if (!modern && MODERN.has(offset)) {
    return told(`${what} ${preposition} non-legacy register ${at} in legacy mode`);
  }
  if (write) return READ_ONLY.has(offset) ? told(`write to read-only register ${at}`) : null;
  return WRITE_ONLY.has(offset) ? told(`read of write-only register ${at}`) : null;
}
