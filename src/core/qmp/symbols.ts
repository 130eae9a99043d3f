import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { SymbolSourceInfo } from '../../qapi/generated/types.ts';
import type { MachineConfig } from '../config.ts';
import { readFile } from '../read-file.ts';
import { SymbolError } from '../symbols/symbol.ts';
import { type SymbolSource, SymbolTable } from '../symbols/symbol-table.ts';
import type { CommandHandlers } from './handlers.ts';

/** A kernel with all its debugging information is smaller. */
const LARGEST_FILE = 1 << 30;
const MOST_COMPLETIONS = 1000;

/** Names of places in the guest. */
export function symbolHandlers(config: MachineConfig, host: Host): CommandHandlers {
  const images = [config.firmware, config.kernel].flatMap(image => (image ? [image] : []));
  const table = new SymbolTable(images);
  return {
    'x-symbols-load': async ({ filename, offset = 0n }) => {
      const file = await openSymbols(host, filename);
      try {
        return describe(table.load(filename, file, offset));
      } catch (error) {
        if (!(error instanceof SymbolError)) throw error;
        throw new QmpError(`could not load symbols from '${filename}': ${error.message}`);
      }
    },
    'x-query-symbols': () => table.sources.map(describe),
    'x-lookup-symbol': ({ name }) => {
      const address = table.lookup(name);
      return address === undefined ? {} : { address };
    },
    'x-complete-symbol': ({ prefix }) => table.complete(prefix, MOST_COMPLETIONS),
  };
}

function describe({ name, offset, count }: SymbolSource): SymbolSourceInfo {
  return { name, offset, count: BigInt(count) };
}

async function openSymbols(host: Host, filename: string): Promise<Uint8Array> {
  try {
    return await readFile(host, filename, LARGEST_FILE);
  } catch (error) {
    throw new QmpError((error as Error).message);
  }
}
