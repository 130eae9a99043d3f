import type { MachineConfig } from '../../core/config.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';

/** `DRIVER.PROPERTY=VALUE`; a value may be anything. */
const SHORT = /^([^.=]+)\.([^=]+)=(.*)$/s;

/** `-global`, in either notation. @throws UsageError */
export function globals(given: GivenOptions): MachineConfig['globals'] {
  return given.given('global').map(one => {
    const match = SHORT.exec(one.argument);
    if (match) return { driver: match[1]!, property: match[2]!, value: match[3]! };
    const { driver, property, value } = given.valuesOf(one);
    if (driver !== undefined && property !== undefined && value !== undefined)
      return { driver, property, value };
    throw new UsageError('driver, property and value are needed', one.origin);
  });
}
