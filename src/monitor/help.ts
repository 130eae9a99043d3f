import type { HxEntry, HxTable } from '../hx/model.ts';
import { fullName } from './args-type.ts';
import { isAllowed, subTable } from './command-line.ts';
import { UnknownCommandError } from './errors.ts';
import { LineReader } from './line-reader.ts';
import type { CommandTables } from './types.ts';

function byName(a: HxEntry, b: HxEntry): number {
  const [left, right] = [fullName(a), fullName(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function helpLine(prefix: readonly string[], entry: HxEntry): string {
  return `${[...prefix, fullName(entry)].join(' ')} ${entry.params} -- ${entry.help}\n`;
}

function topicWords(topic: string): string[] {
  const line = new LineReader(topic);
  const words: string[] = [];
  for (let word = line.takeString(); word !== undefined; word = line.takeString()) words.push(word);
  return words;
}

/**
 * The text of `help [topic]`: `name|alias params -- help` for one command, or for every command of a table,
 * sorted by name. Throws UnknownCommandError for a topic that is no command.
 */
export function helpText(tables: CommandTables, topic: string, preconfig: boolean): string {
  const words = topicWords(topic);
  let table: HxTable = tables.root;
  for (const [at, word] of words.entries()) {
    const entry = table.byName.get(word);
    if (!entry || !isAllowed(entry, preconfig))
      throw new UnknownCommandError(words.slice(0, at + 1).join(' '));
    const sub = subTable(tables, entry);
    if (!sub) return helpLine(words.slice(0, at), entry);
    table = sub;
  }
  const allowed = table.entries.filter(entry => isAllowed(entry, preconfig)).sort(byName);
  return allowed.map(entry => helpLine(words, entry)).join('');
}
