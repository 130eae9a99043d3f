import { QmpError } from '../qapi/errors.ts';
import { ConfigError } from './config.ts';

/** What the command line cannot have is told with the option that asks for it. @throws ConfigError */
export async function namingOption(option: string, open: () => Promise<unknown>): Promise<void> {
  try {
    await open();
  } catch (error) {
    throw error instanceof QmpError ? new ConfigError(`${option}: ${error.message}`) : error;
  }
}
