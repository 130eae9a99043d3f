import type { HxEntry, HxTable } from '../hx/model.ts';

/** `name|alias params -- help`; a help text may go on in lines that begin with a blank. */
const LINE = /^(\S+) (.*?)-- (.*)$/;

/** The commands that another monitor's `help` lists; `prefix` stands before their names (`info`). */
export function readHelp(text: string, prefix: string): HxEntry[] {
  const entries: HxEntry[] = [];
  for (const line of text.split('\n')) {
    const own = prefix === '' ? line : line.startsWith(`${prefix} `) ? line.slice(prefix.length + 1) : '';
    const [, names, params, help] = LINE.exec(own) ?? [];
    if (names === undefined || /^\s/.test(line)) continue;
    entries.push(remoteEntry(names, params?.trim() ?? '', help ?? ''));
  }
  return entries;
}

function remoteEntry(names: string, params: string, help: string): HxEntry {
  const [name = names, ...aliases] = names.split('|');
  const location = { file: 'the other monitor', line: 0, column: 0 };
  return { name, aliases, argsType: '', params, help, flags: 'p', doc: '', location };
}

/** The table with those entries in addition whose names it does not have. */
export function withEntries(table: HxTable, added: readonly HxEntry[]): HxTable {
  const fresh = added.filter(({ name }) => !table.byName.has(name));
  const byName = new Map(table.byName);
  for (const entry of fresh) {
    for (const name of [entry.name, ...entry.aliases]) if (!byName.has(name)) byName.set(name, entry);
  }
  return { ...table, entries: [...table.entries, ...fresh], byName };
}
