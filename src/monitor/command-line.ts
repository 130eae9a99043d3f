import type { HxEntry, HxTable } from '../hx/model.ts';
import { CommandError, UnknownCommandError } from './errors.ts';
import type { LineReader } from './line-reader.ts';
import type { CommandTables } from './types.ts';

export interface LookupOptions {
  /** only commands with flag 'p' are allowed: the machine is not initialised */
  preconfig: boolean;
}

/** True when the machine's state allows the command. */
export function isAllowed(entry: HxEntry, preconfig: boolean): boolean {
  return !preconfig || entry.flags.includes('p');
}

function takeCommand(table: HxTable, line: LineReader, options: LookupOptions): HxEntry {
  const name = line.take(/[^ \t\n\v\f\r/]*/y);
  const entry = table.byName.get(name);
  const typed = line.text.slice(0, line.position);
  if (!entry) throw new UnknownCommandError(typed);
  if (!isAllowed(entry, options.preconfig)) {
    throw new CommandError(`Command '${typed}' not available until machine initialization has completed.`);
  }
  return entry;
}

/**
 * Reads the command's name at the start of a line, in sub tables too, and leaves the position at its first
 * argument. Undefined for a blank line. A name ends at a blank or '/', so `x/4xw` needs none.
 * Throws UnknownCommandError, or CommandError for what preconfig state forbids.
 */
export function findCommand(
  tables: CommandTables,
  line: LineReader,
  options: LookupOptions,
): HxEntry | undefined {
  line.skipSpace();
  if (line.atEnd()) return undefined;
  let entry = takeCommand(tables.root, line, options);
  line.skipSpace();
  while (!line.atEnd()) {
    const table = subTable(tables, entry);
    if (!table) break;
    entry = takeCommand(table, line, options);
    line.skipSpace();
  }
  return entry;
}

/** The table of a command's sub commands, if it has one. Throws CommandError when it was not loaded. */
export function subTable(tables: CommandTables, entry: HxEntry): HxTable | undefined {
  if (entry.subTable === undefined) return undefined;
  const table = tables.sub.get(entry.subTable);
  if (!table) throw new CommandError(`command table '${entry.subTable}' of '${entry.name}' is not loaded`);
  return table;
}
