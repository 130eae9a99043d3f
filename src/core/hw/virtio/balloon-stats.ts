import { QmpError } from '../../../qapi/errors.ts';
import type { QmpValue } from '../../../qapi/value.ts';

/** Names of the statistics by tag (virtio 1.2, 5.5.6.4, and those that Linux added since). */
const NAMES = [
  'stat-swap-in',
  'stat-swap-out',
  'stat-major-faults',
  'stat-minor-faults',
  'stat-free-memory',
  'stat-total-memory',
  'stat-available-memory',
  'stat-disk-caches',
  'stat-htlb-pgalloc',
  'stat-htlb-pgfail',
  'stat-oom-kills',
  'stat-alloc-stalls',
  'stat-async-scans',
  'stat-direct-scans',
  'stat-async-reclaims',
  'stat-direct-reclaims',
] as const;
const NEVER_TOLD = 2n ** 64n - 1n;
/** A 16-bit tag and a 64-bit value, packed. */
export const STAT_SIZE = 10;
const LONGEST_INTERVAL = 0xffff_ffffn;

/** The guest's last word on its memory. */
export class BalloonStats {
  readonly #values: bigint[] = NAMES.map(() => NEVER_TOLD);
  /** Seconds since 1970; 0 if the guest has not told anything yet. */
  lastUpdate = 0n;

  take(bytes: Uint8Array, now: bigint): void {
    this.#values.fill(NEVER_TOLD);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let at = 0; at + STAT_SIZE <= bytes.length; at += STAT_SIZE) {
      const tag = view.getUint16(at, true);
      if (tag < NAMES.length) this.#values[tag] = view.getBigUint64(at + 2, true);
    }
    this.lastUpdate = now;
  }

  /** The property `guest-stats`. */
  report(): QmpValue {
    const stats = Object.fromEntries(NAMES.map((name, tag) => [name, this.#values[tag]!]));
    return { stats, 'last-update': this.lastUpdate };
  }
}

/** Checks a polling interval in seconds. @throws QmpError */
export function checkInterval(value: QmpValue): number {
  if (typeof value !== 'bigint' && typeof value !== 'number') {
    throw new QmpError("Invalid parameter type for 'guest-stats-polling-interval', expected: integer");
  }
  if (value < 0) throw new QmpError('timer value must be greater than zero');
  if (BigInt(value) > LONGEST_INTERVAL) throw new QmpError('timer value is too big');
  return Number(value);
}
