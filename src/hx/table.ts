import { conditionHolds } from './conditions.ts';
import { buildEntry } from './entry.ts';
import { HxSyntaxError } from './errors.ts';
import type { HxDocItem, HxEntry, HxLocation, HxOption, HxOptionTable, HxTable } from './model.ts';

interface Named {
  name: string;
  aliases?: string[];
  condition?: string;
  location: HxLocation;
}

/** Maps names and aliases; two entries may share a name only while a condition can still tell them apart. */
function index<T extends Named>(items: readonly T[]): Map<string, T> {
  const byName = new Map<string, T>();
  for (const item of items) {
    for (const name of [item.name, ...(item.aliases ?? [])]) {
      const other = byName.get(name);
      if (!other) {
        byName.set(name, item);
      } else if (other.condition === item.condition) {
        const { file, line } = other.location;
        throw new HxSyntaxError(item.location, `"${name}" is already defined at ${file}:${line}`);
      }
    }
  }
  return byName;
}

export function makeTable(file: string, entries: HxEntry[], docs: HxDocItem[]): HxTable {
  return { file, entries, byName: index(entries), docs };
}

export function makeOptionTable(file: string, options: HxOption[], docs: HxDocItem[]): HxOptionTable {
  return { file, options, byName: index(options), docs };
}

function resolveEntry(entry: HxEntry, defines: ReadonlySet<string>): HxEntry | undefined {
  if (!conditionHolds(entry.condition, defines)) return undefined;
  const { condition: _condition, members, ...rest } = entry;
  return members ? { ...buildEntry(members, entry.location, defines), doc: entry.doc } : rest;
}

function resolveOption(option: HxOption, defines: ReadonlySet<string>): HxOption | undefined {
  if (!conditionHolds(option.condition, defines)) return undefined;
  const { condition: _condition, helpPieces, ...rest } = option;
  if (!helpPieces) return rest;
  const pieces = helpPieces.filter(piece => piece.conditions.every(text => conditionHolds(text, defines)));
  return { ...rest, help: pieces.map(piece => piece.text).join('') };
}

function resolveDocs(
  docs: readonly HxDocItem[],
  defines: ReadonlySet<string>,
  kept: Map<object, object>,
): HxDocItem[] {
  const result: HxDocItem[] = [];
  for (const item of docs) {
    if (item.kind === 'entry') {
      const entry = kept.get(item.entry) as HxEntry | undefined;
      if (entry) result.push({ kind: 'entry', entry });
    } else if (item.kind === 'option') {
      const option = kept.get(item.option) as HxOption | undefined;
      if (option) result.push({ kind: 'option', option });
    } else if (conditionHolds(item.condition, defines)) {
      result.push(item);
    }
  }
  return result;
}

/** The table as it is with these symbols defined: what an unmet `#if` governs is gone. */
export function resolveTable(table: HxTable, defines: ReadonlySet<string>): HxTable {
  const kept = new Map<object, object>();
  const entries: HxEntry[] = [];
  for (const entry of table.entries) {
    const resolved = resolveEntry(entry, defines);
    if (!resolved) continue;
    kept.set(entry, resolved);
    entries.push(resolved);
  }
  return makeTable(table.file, entries, resolveDocs(table.docs, defines, kept));
}

/** The options as they are with these symbols defined. */
export function resolveOptions(table: HxOptionTable, defines: ReadonlySet<string>): HxOptionTable {
  const kept = new Map<object, object>();
  const options: HxOption[] = [];
  for (const option of table.options) {
    const resolved = resolveOption(option, defines);
    if (!resolved) continue;
    kept.set(option, resolved);
    options.push(resolved);
  }
  return makeOptionTable(table.file, options, resolveDocs(table.docs, defines, kept));
}

/** One table of several files, in order. Throws HxSyntaxError where a later file repeats a name. */
export function mergeTables(first: HxTable, ...others: HxTable[]): HxTable {
  const all = [first, ...others];
  return makeTable(
    first.file,
    all.flatMap(table => table.entries),
    all.flatMap(table => table.docs),
  );
}
