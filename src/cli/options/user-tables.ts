import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';

interface UserTable {
  readonly file: string;
  handlers: string | null;
}

/** Each `--handlers` belongs to the `--hx` before it. @throws UsageError */
export function userTables({ order }: GivenOptions): UserTable[] {
  const tables: UserTable[] = [];
  for (const { option, argument } of order) {
    if (option.name === 'hx') tables.push({ file: argument, handlers: null });
    if (option.name !== 'handlers') continue;
    const last = tables.at(-1);
    if (!last) throw new UsageError(`--handlers ${argument}: give --hx FILE before it`);
    last.handlers = argument;
  }
  return tables;
}
