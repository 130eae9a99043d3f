import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type HxOptionTable,
  HxSyntaxError,
  type HxTable,
  mergeTables,
  optionsOf,
  parseOptions,
  parseTable,
  tableOf,
  toBuilt,
} from '../hx/index.ts';
import type { Completers, Handlers } from '../monitor/index.ts';
import { UsageError } from './errors.ts';
import type { Invocation } from './invocation.ts';
import { type BuiltTables, PREBUILT_TABLES } from './prebuilt-tables.ts';

export interface LoadedTables {
  readonly root: HxTable;
  readonly sub: ReadonlyMap<string, HxTable>;
  /** Handlers of the user's tables, by their `.cmd` names. */
  readonly handlers: Handlers;
  /** Their completers, by their `.command_completion` names. */
  readonly completers: Completers;
}

export function loadOptionTable(root: string): HxOptionTable {
  return PREBUILT_TABLES ? optionsOf(PREBUILT_TABLES.options) : readOptions(root);
}

function readOptions(root: string): HxOptionTable {
  const path = join(root, 'hx', 'hmp-options.hx');
  return parseOptions(readFileSync(path, 'utf8'), path);
}

/** What `PREBUILT_TABLES` is made of. */
export function tablesToBuild(root: string): BuiltTables {
  const { commands, info } = readOwnTables(root);
  return { options: toBuilt(readOptions(root)), commands: toBuilt(commands), info: toBuilt(info) };
}

function ownTables(root: string): { commands: HxTable; info: HxTable } {
  if (!PREBUILT_TABLES) return readOwnTables(root);
  return { commands: tableOf(PREBUILT_TABLES.commands), info: tableOf(PREBUILT_TABLES.info) };
}

function readOwnTables(root: string): { commands: HxTable; info: HxTable } {
  const [commands, info] = ['hmp-commands.hx', 'hmp-commands-info.hx'].map(name =>
    readTable(join(root, 'hx', name)),
  );
  return { commands: commands!, info: info! };
}

/** Our own tables, and those of the user on top. @throws UsageError */
export async function loadTables(root: string, extra: Invocation['tables']): Promise<LoadedTables> {
  const own = ownTables(root);
  let { commands } = own;
  const handlers: Record<string, Handlers[string]> = {};
  const completers: Record<string, Completers[string]> = {};
  for (const { file, handlers: module } of extra) {
    commands = merge(commands, readTable(file));
    if (module === null) continue;
    const exported = await importModule(module);
    Object.assign(handlers, functionsOf<Handlers>(module, exported['handlers'] ?? omitCompleters(exported)));
    Object.assign(completers, functionsOf<Completers>(module, exported['completers'] ?? {}));
  }
  return { root: commands, sub: new Map([['hmp_info_cmds', own.info]]), handlers, completers };
}

function readTable(path: string): HxTable {
  try {
    return parseTable(readFileSync(path, 'utf8'), path);
  } catch (error) {
    throw tableError(path, error);
  }
}

function merge(base: HxTable, added: HxTable): HxTable {
  try {
    return mergeTables(base, added);
  } catch (error) {
    throw tableError(added.file, error);
  }
}

function tableError(path: string, error: unknown): UsageError {
  if (error instanceof HxSyntaxError) return new UsageError(error.message);
  return new UsageError(`--hx ${path}: ${(error as Error).message}`);
}

async function importModule(path: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new UsageError(`--handlers ${path}: ${(error as Error).message}`);
  }
}

/** A module may export its handlers one by one. */
function omitCompleters(exported: Record<string, unknown>): Record<string, unknown> {
  const { completers: _completers, ...rest } = exported;
  return rest;
}

function functionsOf<T>(path: string, group: unknown): T {
  for (const [name, member] of Object.entries(group as object)) {
    if (typeof member !== 'function') throw new UsageError(`--handlers ${path}: '${name}' is not a function`);
  }
  return group as T;
}
