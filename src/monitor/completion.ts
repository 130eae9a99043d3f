import type { HxEntry, HxTable } from '../hx/model.ts';
import type { QmpClient } from '../qmp/client.ts';
import { subTable } from './command-line.ts';
import {
  blockDevices,
  commandNames,
  type DirectoryLister,
  fileNames,
  registerNames,
  symbolNames,
} from './completion-sources.ts';
import { type ArgumentTarget, listedValues, locateArgument, positionalParams } from './completion-target.ts';
import { quoteWord, splitWords, type Word } from './completion-words.ts';
import type { Candidate, Completers, CompletionResult, MonitorSession } from './types.ts';

export type { DirectoryEntry, DirectoryLister } from './completion-sources.ts';

export interface CompletionContext {
  session: MonitorSession;
  qmp: QmpClient;
  signal: AbortSignal;
  completers: Completers;
  listDirectory?: DirectoryLister | undefined;
}

interface Found {
  candidates: readonly (Candidate | string)[];
  hint: string;
}

const NOTHING: Found = { candidates: [], hint: '' };

/** Finds what could stand at the cursor of a line. */
export class Completion {
  readonly #context: CompletionContext;

  constructor(context: CompletionContext) {
    this.#context = context;
  }

  /** Candidates for the word that ends at `cursor`; sources that fail count as empty. */
  async complete(line: string, cursor: number): Promise<CompletionResult> {
    const words = splitWords(line.slice(0, cursor));
    const current: Word = words.at(-1) ?? { text: '', start: cursor };
    const { candidates, hint } = await this.#find(words.map(word => word.text)).catch(() => NOTHING);
    const unique = new Map<string, Candidate>();
    for (const each of candidates) {
      const candidate = typeof each === 'string' ? { text: each } : each;
      if (candidate.text.startsWith(current.text) && !unique.has(candidate.text)) {
        unique.set(candidate.text, { ...candidate, text: quoteWord(candidate.text) });
      }
    }
    const sorted = [...unique.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
    return { start: current.start, end: cursor, candidates: sorted, hint };
  }

  /** Walks down the tables; as a topic of `help` a command has no arguments. */
  async #find(words: readonly string[], isTopic = false): Promise<Found> {
    const { tables } = this.#context.session;
    let table: HxTable = tables.root;
    for (let at = 0; at < words.length - 1; at++) {
      const entry = table.byName.get(words[at] ?? '');
      if (!entry) return NOTHING;
      const sub = subTable(tables, entry);
      if (!sub) return isTopic ? NOTHING : this.#findArgument(entry, words.slice(at));
      table = sub;
    }
    return this.#findCommand(table, words.at(-1) ?? '');
  }

  #findCommand(table: HxTable, prefix: string): Found {
    const { session } = this.#context;
    const allowed = (name: string) => session.isAvailable(table.byName.get(name)!);
    const exact = table.byName.get(prefix);
    return { candidates: commandNames(table, prefix, allowed), hint: exact?.params ?? '' };
  }

  async #findArgument(entry: HxEntry, words: readonly string[]): Promise<Found> {
    if (entry.name === 'help') return this.#find(words.slice(1), true);
    const current = words.at(-1) ?? '';
    const target = locateArgument(entry, words.slice(1));
    const params = positionalParams(entry.params);
    const hint = params.slice(target.index - 1).join(' ');
    const flags = target.flags.map(flag => ({ text: `-${flag.flag}` }));
    if (current.startsWith('-') && flags.length > 0) return { candidates: flags, hint };
    const values = await this.#values(entry, words, target).catch(() => []);
    const listed = values.length > 0 ? values : listedValues(params[target.index - 1]);
    return { candidates: listed.length > 0 || !target.leading ? listed : flags, hint };
  }

  async #values(
    entry: HxEntry,
    words: readonly string[],
    { spec, index }: ArgumentTarget,
  ): Promise<readonly (Candidate | string)[]> {
    const { qmp, session, signal, completers, listDirectory } = this.#context;
    const prefix = words.at(-1) ?? '';
    const completer = entry.completion === undefined ? undefined : completers[entry.completion];
    const own = completer && spec ? await completer({ qmp, session, signal, words, index, prefix }) : [];
    if (own.length > 0) return own; // what a completer leaves out is completed by its letter
    switch (spec?.letter) {
      case 'F':
        return listDirectory ? fileNames(listDirectory, prefix) : [];
      case 'B':
        return blockDevices(qmp);
      case 'b':
        return ['on', 'off'];
      case 'i':
      case 'l':
      case 'M':
        return [...(await registerNames(qmp, prefix)), ...(await symbolNames(qmp, prefix))];
      default:
        return [];
    }
  }
}

/** The longest start that all candidates share, '' without candidates. */
export function commonPrefix(candidates: readonly Candidate[]): string {
  let prefix = candidates[0]?.text ?? '';
  for (const { text } of candidates) {
    while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  }
  return prefix;
}

/**
 * The line after Tab: the common start of the candidates is filled in, and a blank behind a single one unless
 * more of it may follow (a directory, `key=`, `option,`).
 */
export function applyCompletion(line: string, result: CompletionResult): { line: string; cursor: number } {
  const prefix = commonPrefix(result.candidates);
  const typed = line.slice(result.start, result.end);
  if (prefix.length < typed.length || prefix === '') return { line, cursor: result.end };
  const done = result.candidates.length === 1 && !/[/=,]$/.test(prefix);
  const rest = line.slice(result.end);
  const filled = `${prefix}${done && !rest.startsWith(' ') ? ' ' : ''}`;
  return { line: `${line.slice(0, result.start)}${filled}${rest}`, cursor: result.start + filled.length };
}
