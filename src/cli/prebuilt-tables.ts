import type { BuiltTable, HxEntry, HxOption } from '../hx/index.ts';

/** The program's own tables. */
export interface BuiltTables {
  readonly options: BuiltTable<HxOption>;
  readonly commands: BuiltTable<HxEntry>;
  readonly info: BuiltTable<HxEntry>;
}

/** Made when the program is built, which puts a module with them in this one's place; until then there are none. */
export const PREBUILT_TABLES: BuiltTables | undefined = undefined;
