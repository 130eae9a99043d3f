import { QmpError } from '../../qapi/errors.ts';
import { ConfigError, type MachineConfig } from '../config.ts';
import { parseProperty } from '../qom/property-kinds.ts';
import type { InitialValue, TypeTable } from '../qom/types.ts';

/**
 * Applies -global options to the type table. Types that this machine does not have are passed over,
 * as an option file may name devices of other machines; `warn` is told.
 * @throws ConfigError for a property that the type does not have, or a value that it does not take
 */
export function applyGlobals(
  types: TypeTable,
  globals: MachineConfig['globals'],
  warn: (message: string) => void,
): void {
  const values: InitialValue[] = [];
  for (const { driver, property, value } of globals) {
    if (!types.get(driver)) {
      warn(`warning: global ${driver}.${property} has invalid class name`);
      continue;
    }
    values.push({ driver, property, value: parseGlobal(types, driver, property, value) });
  }
  types.setInitialValues(values);
}

function parseGlobal(types: TypeTable, driver: string, property: string, text: string) {
  const fail = (reason: string) =>
    new ConfigError(`can't apply global ${driver}.${property}=${text}: ${reason}`);
  const spec = types.propertiesOf(driver).find(candidate => candidate.name === property);
  if (!spec) throw fail(`Property '${driver}.${property}' not found`);
  try {
    return parseProperty(driver, spec, text);
  } catch (error) {
    throw error instanceof QmpError ? fail(error.message) : error;
  }
}
