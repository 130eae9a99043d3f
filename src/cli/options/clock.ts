import type { OptionValues, RtcConfig } from '../../core/config.ts';
import { UsageError } from '../errors.ts';

const CLOCKS = ['host', 'rt', 'vm'] as const;
const DATE = /^(\d{1,6})-(\d{1,2})-(\d{1,2})(?:T(\d{1,2}):(\d{1,2}):(\d{1,2}))?/;

/** `-rtc`. @param now the host's time, ms since 1970. @throws UsageError in QEMU's words */
export function realTimeClock(values: OptionValues, now = Date.now()): RtcConfig {
  const { base = 'utc', clock: name = 'host', driftfix = 'none' } = values;
  const clock = CLOCKS.find(candidate => candidate === name);
  const startMs = startOf(base, now);
  if (!clock) throw new UsageError(`invalid option value '${name}'`);
  if (driftfix === 'slew') {
    throw new UsageError(
      "-rtc driftfix=slew: the machine's clock loses no ticks that could be caught up with",
    );
  }
  if (driftfix !== 'none') throw new UsageError(`invalid option value '${driftfix}'`);
  return { clock, offsetMs: startMs - now };
}

/** What the clock shows at the start, ms since 1970. */
function startOf(base: string, now: number): number {
  if (base === 'utc') return now;
  if (base === 'localtime') return now - new Date(now).getTimezoneOffset() * 60_000;
  const [, year, month, day, hour = 0, minute = 0, second = 0] = DATE.exec(base) ?? [];
  if (year === undefined) {
    throw new UsageError("invalid datetime format\nvalid formats: '2006-06-17T16:01:21' or '2006-06-17'");
  }
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute), Number(second));
  return date.getTime();
}
