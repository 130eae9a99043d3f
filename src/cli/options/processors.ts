import type { OptionValues } from '../../core/config.ts';
import { UsageError } from '../errors.ts';
import { parseCount, parseOptionValues } from './values.ts';

/** `-smp`: how many harts. @throws UsageError */
export function hartCount(text = '1'): number {
  return parseCount('cpus', parseOptionValues(text, 'cpus')['cpus'] ?? '1', 1);
}

/** `-cpu`. @throws UsageError */
export function cpuModel(text = 'rv64'): { model: string; properties: OptionValues } {
  const bare = text.split(',').find((part, index) => index > 0 && !part.includes('='));
  if (bare !== undefined) throw new UsageError(`Expected key=value format, found ${bare}.`);
  const { model = '', ...properties } = parseOptionValues(text, 'model');
  return { model, properties };
}
