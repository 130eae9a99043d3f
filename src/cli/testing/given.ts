import { parseArgv } from '../argv.ts';
import { GivenOptions } from '../given-options.ts';
import { installRoot } from '../paths.ts';
import { loadOptionTable } from '../tables.ts';

const table = loadOptionTable(installRoot());

/** The options of a command line. */
export function givenOptions(...argv: string[]): GivenOptions {
  return new GivenOptions(table, parseArgv(table, argv), () => {});
}
