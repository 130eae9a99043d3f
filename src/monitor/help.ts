import type { HxEntry, HxTable } from '../hx/model.ts';
import { fullName } from './args-type.ts';
import { subTable } from './command-line.ts';
import { UnknownCommandError } from './errors.ts';
import { LineReader } from './line-reader.ts';
import type { CommandTables } from './types.ts';

function byName(a: HxEntry, b: HxEntry): number {
  const [left, right] = [fullName(a), fullName(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export interface HelpOptions {
  /** whether the command can be run, and so is listed */
  isListed(entry: HxEntry): boolean;
  /** what stands behind its line, '' for nothing */
  note(entry: HxEntry): string;
}

function helpLine(prefix: readonly string[], entry: HxEntry, options: HelpOptions): string {
  const names = [...prefix, fullName(entry)].join(' ');
  return `${names} ${entry.params} -- ${entry.help}${options.note(entry)}\n`;
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
export function helpText(tables: CommandTables, topic: string, options: HelpOptions): string {
  const words = topicWords(topic);
  let table: HxTable = tables.root;
  for (const [at, word] of words.entries()) {
    const entry = table.byName.get(word);
    if (!entry || !options.isListed(entry)) throw new UnknownCommandError(words.slice(0, at + 1).join(' '));
    const sub = subTable(tables, entry);
    if (!sub) return helpLine(words.slice(0, at), entry, options);
    table = sub;
  }
  const allowed = table.entries.filter(entry => options.isListed(entry)).sort(byName);
  return allowed.map(entry => helpLine(words, entry, options)).join('');
}
