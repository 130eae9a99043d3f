import type { LogConfig, OptionValues } from '../../core/config.ts';
import { readEventList } from '../event-list.ts';

export const NO_LOG: LogConfig = { items: null, file: null, patterns: [] };

interface LogOptions {
  /** -d */
  readonly items: string | undefined;
  /** -D */
  readonly file: string | undefined;
  /** Every -trace. */
  readonly traces: readonly OptionValues[];
}

/** What is logged and where to; the event lists that `-trace` names are read here. @throws UsageError */
export function logConfig({ items, file, traces }: LogOptions): LogConfig {
  const listed = traces.flatMap(({ events }) => (events === undefined ? [] : readEventList(events)));
  const patterns = traces.flatMap(({ enable }) => (enable === undefined ? [] : [enable]));
  const traceFile = traces.findLast(trace => trace['file'] !== undefined)?.['file'];
  return { items: items ?? null, file: file ?? traceFile ?? null, patterns: [...patterns, ...listed] };
}
