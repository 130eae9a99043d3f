import type { HxDocItem, HxEntry, HxOption, HxOptionTable, HxTable } from './model.ts';
import { makeOptionTable, makeTable } from './table.ts';

/** A table as JSON can carry it: without its index, and with docs that name entries by their place in the list. */
export interface BuiltTable<Item> {
  readonly file: string;
  readonly items: readonly Item[];
  readonly docs: readonly (Exclude<HxDocItem, { kind: 'entry' | 'option' }> | number)[];
}

type Table = HxTable | HxOptionTable;
type ItemOf<T extends Table> = T extends HxTable ? HxEntry : HxOption;

/** Takes a table apart for JSON. */
export function toBuilt<T extends Table>(table: T): BuiltTable<ItemOf<T>> {
  const items: readonly (HxEntry | HxOption)[] = 'entries' in table ? table.entries : table.options;
  const docs = table.docs.map(item => {
    if (item.kind === 'entry') return items.indexOf(item.entry);
    return item.kind === 'option' ? items.indexOf(item.option) : item;
  });
  return { file: table.file, items: items as readonly ItemOf<T>[], docs };
}

/** The command table that was taken apart. */
export function tableOf({ file, items, docs }: BuiltTable<HxEntry>): HxTable {
  return makeTable(
    file,
    [...items],
    docs.map(item => (typeof item === 'number' ? { kind: 'entry', entry: items[item]! } : item)),
  );
}

/** The option table that was taken apart. */
export function optionsOf({ file, items, docs }: BuiltTable<HxOption>): HxOptionTable {
  return makeOptionTable(
    file,
    [...items],
    docs.map(item => (typeof item === 'number' ? { kind: 'option', option: items[item]! } : item)),
  );
}
