import type { HxEntry, HxTable } from '../hx/model.ts';

/** A command's line begins with its names; parameters and help text may go on in further lines. */
const BEGINNING = /^[\w?|-]+ /;
/** `name|alias params -- help` */
const ENTRY = /^(\S+) ([\s\S]*?)-- (.*)/;

/** The commands that another monitor's `help` lists; `prefix` stands before their names (`info`). */
export function readHelp(text: string, prefix: string): HxEntry[] {
  const items: string[] = [];
  for (const line of text.trimEnd().split('\n')) {
    if (BEGINNING.test(line) || items.length === 0) items.push(line);
    else items.push(`${items.pop()} ${line.trim()}`);
  }
  return items.flatMap(item => {
    const own = prefix === '' ? item : item.startsWith(`${prefix} `) ? item.slice(prefix.length + 1) : '';
    const [, names, params = '', help = ''] = ENTRY.exec(own) ?? [];
    return names === undefined ? [] : [remoteEntry(names, params.trim(), help)];
  });
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
