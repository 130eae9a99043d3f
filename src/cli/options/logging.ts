import type { LogConfig } from '../../core/config.ts';
import { readEventList } from '../event-list.ts';
import type { GivenOptions } from '../given-options.ts';

export const NO_LOG: LogConfig = { items: null, file: null, patterns: [] };

/** `-d`, `-D` and `-trace`; the event lists that `-trace` names are read here. @throws UsageError */
export function logConfig(given: GivenOptions): LogConfig {
  const traces = given.values('trace');
  const listed = traces.flatMap(({ events }) => (events === undefined ? [] : readEventList(events)));
  const patterns = traces.flatMap(({ enable }) => (enable === undefined ? [] : [enable]));
  const traceFile = traces.findLast(trace => trace['file'] !== undefined)?.['file'];
  return {
    items: given.last('d') ?? null,
    file: given.last('D') ?? traceFile ?? null,
    patterns: [...patterns, ...listed],
  };
}
