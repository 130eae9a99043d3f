import type { MachineConfig } from '../../core/config.ts';
import { UsageError } from '../errors.ts';
import { parseOptionValues } from './values.ts';

/** One `-global`. @throws UsageError */
export function parseGlobal(text: string): MachineConfig['globals'][number] {
  const match = /^([^.=]+)\.([^=]+)=(.*)$/.exec(text);
  if (match) return { driver: match[1]!, property: match[2]!, value: match[3]! };
  const { driver, property, value } = parseOptionValues(text);
  if (driver && property && value !== undefined) return { driver, property, value };
  throw new UsageError(`-global ${text}: expected DRIVER.PROPERTY=VALUE`);
}
