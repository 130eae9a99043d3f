import { QmpError } from '../../qapi/errors.ts';
import { ConfigError } from '../config.ts';

/** Reads options as the command line does; what it refuses is an error of the command here. @throws QmpError */
export function asQmpErrors<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ConfigError ? new QmpError(error.message) : error;
  }
}
