import { booleanOf, sizeOf } from '../../qapi/text-values.ts';
import { ConfigError } from '../config.ts';

/** @throws ConfigError */
export function parseSwitch(name: string, value: string): boolean {
  try {
    return booleanOf(name, value);
  } catch (error) {
    throw new ConfigError((error as Error).message);
  }
}

/** A whole number, decimal or with 0x. @throws ConfigError */
export function parseWhole(name: string, value: string): number {
  if (/^-?(\d+|0x[0-9a-f]+)$/i.test(value))
    return value.startsWith('-') ? -Number(value.slice(1)) : Number(value);
  throw new ConfigError(`Parameter '${name}' expects a number`);
}

/** Bytes, perhaps with a suffix. @throws ConfigError */
export function parseSize(name: string, value: string): number {
  const size = sizeOf(value);
  if (size !== undefined) return Number(size);
  throw new ConfigError(`Parameter '${name}' expects a non-negative number below 2^64`);
}

/** One of the words that there are. @throws ConfigError with the text given */
export function parseWord<T extends string>(words: readonly T[], value: string, otherwise: string): T {
  const word = words.find(candidate => candidate === value);
  if (word === undefined) throw new ConfigError(otherwise);
  return word;
}
