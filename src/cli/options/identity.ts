import type { OptionValues } from '../../core/config.ts';
import { booleanOf } from '../../qapi/text-values.ts';
import { UsageError } from '../errors.ts';

export interface Identity {
  /** Of the machine. */
  readonly name: string | null;
  /** What the operating system calls the program. */
  readonly process: string | null;
}

/** `-name`; `warn` hears of what cannot be had. */
export function identity(values: OptionValues, warn: (line: string) => void): Identity {
  const { guest = null, process = null, 'debug-threads': threads } = values;
  if (threads !== undefined && booleanOf('debug-threads', threads)) {
    warn('thread naming not supported on this host');
  }
  return { name: guest, process };
}

/** `-uuid`. @throws UsageError */
export function uuid(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) {
    throw new UsageError('failed to parse UUID string: wrong format', `-uuid ${text}`);
  }
  return text.toLowerCase();
}
