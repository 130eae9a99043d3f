import { readFileSync } from 'node:fs';
import { systemErrorText } from '../../host/system-error.ts';
import { UsageError } from '../errors.ts';
import type { Entry } from './qemu-opts.ts';

/** `[group "id"]` and the lines below it. */
export interface ConfigGroup {
  readonly group: string;
  /** The id first, if there is one. */
  readonly entries: readonly Entry[];
  /** `FILE:LINE` of its last line, for errors. */
  readonly where: string;
}

// as long as QEMU's buffers
const GROUP_WITH_ID = /^\[\s*([^\s"\]]{1,63})\s+"([^"]{1,63})"\]/;
const GROUP = /^\[([^\]]{1,63})\]/;
const SETTING = /^\s*([^\s=]{1,63})\s*=\s*"([^"]{0,1023})"/;

/** Reads a configuration file: groups of `key = "value"`, `#` before comments. @throws UsageError in QEMU's words */
export function readConfigFile(path: string): ConfigGroup[] {
  return parseConfig(readText(path), path);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`Could not open '${path}': ${systemErrorText(error)}`);
  }
}

/** @param path for errors. @throws UsageError, whose message begins with file and line */
export function parseConfig(text: string, path: string): ConfigGroup[] {
  const groups: { group: string; entries: Entry[]; where: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const where = `${path}:${index + 1}`;
    const fail = (what: string) => new UsageError(what, where);
    if (line === '' || line.startsWith('#')) continue;
    const [, group, id] = GROUP_WITH_ID.exec(line) ?? GROUP.exec(line) ?? [];
    if (group !== undefined) {
      groups.push({ group, entries: id === undefined ? [] : [['id', id]], where });
      continue;
    }
    const [, key, value] = SETTING.exec(line) ?? [];
    if (key === undefined || value === undefined) throw fail('parse error');
    const last = groups.at(-1);
    if (!last) throw fail('no group defined');
    last.entries.push([key, value]);
    last.where = where;
  }
  return groups;
}
