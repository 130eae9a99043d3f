import type { HxTable } from '../hx/model.ts';
import type { QmpClient } from '../qmp/client.ts';
import type { Candidate } from './types.ts';

export interface DirectoryEntry {
  name: string;
  isDirectory: boolean;
}

/** Lists a directory; '' is the working directory. Rejects when it cannot be read. */
export type DirectoryLister = (directory: string) => Promise<readonly DirectoryEntry[]>;

/** Names and aliases of a table's commands; an alias shows once something is typed of it. */
export function commandNames(
  table: HxTable,
  prefix: string,
  allowed: (name: string) => boolean,
): Candidate[] {
  return table.entries
    .filter(entry => allowed(entry.name))
    .flatMap(entry => {
      const help = entry.help.split('\n', 1)[0] ?? '';
      const names = prefix === '' ? [entry.name] : [entry.name, ...entry.aliases];
      return names.map(text => ({ text, help }));
    });
}

/** Files whose path starts with the prefix, directories with a slash; hidden ones only when asked for. */
export async function fileNames(list: DirectoryLister, prefix: string): Promise<Candidate[]> {
  const slash = prefix.lastIndexOf('/') + 1;
  const [directory, start] = [prefix.slice(0, slash), prefix.slice(slash)];
  const entries = await list(directory);
  return entries
    .filter(entry => entry.name.startsWith(start) && (start !== '' || !entry.name.startsWith('.')))
    .map(entry => ({ text: `${directory}${entry.name}${entry.isDirectory ? '/' : ''}` }));
}

/** Block devices by the names that commands take. */
export async function blockDevices(qmp: QmpClient): Promise<Candidate[]> {
  const devices = await qmp.execute('query-block');
  return devices
    .map(info => ({ text: info.device || (info.qdev ?? ''), help: info.inserted?.file ?? 'not inserted' }))
    .filter(candidate => candidate.text !== '');
}

/** Symbols for the bare name at the end of an expression; the text before it is kept. */
export async function symbolNames(qmp: QmpClient, prefix: string): Promise<Candidate[]> {
  const match = /^(.*?)(?<![\w$.])([A-Za-z_][\w.$]*)$/.exec(prefix);
  if (!match || !qmp.supports('x-complete-symbol')) return [];
  const [, before = '', name = ''] = match;
  const names = await qmp.execute('x-complete-symbol', { prefix: name });
  return names.map(each => ({ text: `${before}${each}` }));
}

/** Registers for the `$name` at the end of an expression; the text before it is kept. */
export async function registerNames(qmp: QmpClient, prefix: string): Promise<Candidate[]> {
  const start = /^(.*\$)[A-Za-z0-9_.]*$/.exec(prefix)?.[1];
  if (start === undefined) return [];
  const names = await qmp.execute('x-query-register-names');
  return names.map(name => ({ text: `${start}${name}` }));
}
