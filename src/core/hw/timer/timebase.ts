/** Frequency of mtime and the time CSR, `timebase-frequency` in the device tree. */
export const TIMEBASE_HZ = 10_000_000;
export const NS_PER_TICK = 1e9 / TIMEBASE_HZ;

/** Beyond 2^53 ns (104 days) the clock's numbers are not exact: such a deadline counts as never. */
const FARTHEST = Number.MAX_SAFE_INTEGER;

/** Virtual ns at which the clock has counted `ticks`; Infinity when out of reach. */
export function deadlineOf(ticks: bigint): number {
  if (ticks <= 0n) return 0;
  const deadline = Number(ticks) * NS_PER_TICK;
  return deadline > FARTHEST ? Number.POSITIVE_INFINITY : deadline;
}
