import { UsageError } from '../errors.ts';
import { parseOptionValues } from './values.ts';

/** `-name`. @throws UsageError */
export function guestName(text = ''): string | null {
  return parseOptionValues(text, 'guest')['guest'] ?? null;
}

/** `-uuid`. @throws UsageError */
export function uuid(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) {
    throw new UsageError(`-uuid ${text}: expected a UUID such as 550e8400-e29b-41d4-a716-446655440000`);
  }
  return text.toLowerCase();
}
