import type { OptionValues } from '../../core/config.ts';
import type { MachineKind } from '../../core/machine-kinds.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';
import { parseCount, parseOptionValues } from './values.ts';

/** `-smp`: how many harts. A machine whose harts have no default model has none unless one is named. @throws UsageError */
export function hartCount(given: GivenOptions, { defaultCpu }: MachineKind): number {
  const values = parseOptionValues(given.last('smp') ?? '1', 'cpus');
  const count = parseCount('cpus', values['cpus'] ?? '1', 1);
  return defaultCpu === null && !given.has('cpu') && count === 1 ? 0 : count;
}

/** `-cpu`. @throws UsageError */
export function cpuModel(text = 'rv64'): { model: string; properties: OptionValues } {
  const bare = text.split(',').find((part, index) => index > 0 && !part.includes('='));
  if (bare !== undefined) throw new UsageError(`Expected key=value format, found ${bare}.`);
  const { model = '', ...properties } = parseOptionValues(text, 'model');
  return { model, properties };
}
