import { QmpError } from '../qapi/errors.ts';
import { formatOptions } from '../qapi/keyval.ts';
import { ConfigError, type OptionValues } from './config.ts';

/** What the command line cannot have is told with the option that asks for it. @throws ConfigError */
export async function namingOption(option: string, open: () => Promise<unknown>): Promise<void> {
  try {
    await open();
  } catch (error) {
    throw named(option, error);
  }
}

/** The same at once, with the option's values. @throws ConfigError */
export function namingValues<T>(option: string, values: OptionValues, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw named(optionText(option, values), error);
  }
}

/** `-device driver=virtio-rng-device,id=rng0` */
export function optionText(option: string, values: OptionValues): string {
  return `-${option} ${formatOptions(Object.entries(values))}`;
}

function named(option: string, error: unknown): unknown {
  const known = error instanceof QmpError || error instanceof ConfigError;
  return known ? new ConfigError(`${option}: ${error.message}`) : error;
}
