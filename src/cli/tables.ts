import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type HxOptionTable,
  HxSyntaxError,
  type HxTable,
  mergeTables,
  parseOptions,
  parseTable,
} from '../hx/index.ts';
import type { Handlers } from '../monitor/index.ts';
import { UsageError } from './errors.ts';
import type { Invocation } from './invocation.ts';

export interface LoadedTables {
  readonly root: HxTable;
  readonly sub: ReadonlyMap<string, HxTable>;
  /** Handlers of the user's tables, by their `.cmd` names. */
  readonly handlers: Handlers;
}

export function loadOptionTable(root: string): HxOptionTable {
  const path = join(root, 'hx', 'hmp-options.hx');
  return parseOptions(readFileSync(path, 'utf8'), path);
}

/** Our own tables, and those of the user on top. @throws UsageError */
export async function loadTables(root: string, extra: Invocation['tables']): Promise<LoadedTables> {
  let commands = readTable(join(root, 'hx', 'hmp-commands.hx'));
  const info = readTable(join(root, 'hx', 'hmp-commands-info.hx'));
  const handlers: Record<string, Handlers[string]> = {};
  for (const { file, handlers: module } of extra) {
    commands = merge(commands, readTable(file));
    if (module !== null) Object.assign(handlers, await importHandlers(module));
  }
  return { root: commands, sub: new Map([['hmp_info_cmds', info]]), handlers };
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

async function importHandlers(path: string): Promise<Handlers> {
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new UsageError(`--handlers ${path}: ${(error as Error).message}`);
  }
  const found = (module['handlers'] ?? module) as Record<string, unknown>;
  for (const [name, handler] of Object.entries(found)) {
    if (typeof handler !== 'function')
      throw new UsageError(`--handlers ${path}: '${name}' is not a function`);
  }
  return found as Handlers;
}
