import type { Host } from '../../../host/types.ts';
import type { VirtualClock } from '../../clock.ts';
import type { RtcConfig } from '../../config.ts';

const NS_PER_MS = 1e6;

/** What a real-time clock goes by, as `-rtc` says. */
export function rtcTime(
  rtc: RtcConfig | undefined,
  host: Pick<Host, 'now' | 'wallClock'>,
  clock: VirtualClock,
): Pick<Host, 'wallClock'> {
  const offset = (rtc?.offsetMs ?? 0) * NS_PER_MS;
  if (rtc === undefined || rtc.clock === 'host') return { wallClock: () => host.wallClock() + offset };
  const source = rtc.clock === 'vm' ? clock : host;
  const start = host.wallClock() + offset - source.now();
  return { wallClock: () => start + source.now() };
}
