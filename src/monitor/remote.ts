import type { HxEntry, HxTable } from '../hx/model.ts';
import type { QmpClient } from '../qmp/client.ts';
import { ServerSchema } from '../qmp/server-schema.ts';
import { CommandError, UnknownCommandError } from './errors.ts';
import { readHelp, withEntries } from './remote-help.ts';
import type { CommandTables, Handlers, Result } from './types.ts';

/**
 * What handlers ask of a server, by their `.cmd` names: QMP commands (`query-block`), members of a reply that only
 * some releases have (`query-cpus-fast.qom-type`), or `ours`: only this program's own machine will do.
 * A handler that is not named runs here on every server.
 */
export type Needs = Readonly<Record<string, readonly string[]>>;

/** How QEMU's monitor says that a command failed: it has no other way. */
const FAILURES = [
  /^Error: /m,
  /^unknown command: /m,
  /^Try "help .*" for more information$/m,
  /: Cannot access memory$/m,
  /^invalid CPU index$/m,
  /^CPU#\d+ not available$/m,
];

/** Commands that print nothing, or just that, when they went well. */
const PRINTED_WHEN_GOOD: Readonly<Record<string, string>> = {
  commit: '',
  delvm: '',
  drive_add: 'OK\n',
  drive_del: '',
  hostfwd_add: '',
  loadvm: '',
  logfile: '',
  savevm: '',
};

const HELP_TABLES = [
  { name: null, prefix: '' },
  { name: 'hmp_info_cmds', prefix: 'info' },
];

/**
 * The human monitor of a server that we are attached to. Lines that this program cannot carry out by QMP on that
 * server run there, as they were typed.
 */
export class RemoteMonitor {
  readonly #qmp: QmpClient;
  readonly #needs: Needs;
  readonly #handlers: Handlers;
  readonly #own: CommandTables;
  #schema: Promise<ServerSchema> | null = null;
  #tables: Promise<void> | null = null;
  #merged: CommandTables;
  /** What is known to run there; filled by `load`. */
  #there: ReadonlySet<HxEntry> = new Set();
  #missing: ReadonlySet<HxEntry> = new Set();

  constructor(qmp: QmpClient, needs: Needs, handlers: Handlers, own: CommandTables) {
    this.#qmp = qmp;
    this.#needs = needs;
    this.#handlers = handlers;
    this.#own = own;
    this.#merged = own;
  }

  /** Our tables and, once loaded, what the other monitor has in addition. */
  get tables(): CommandTables {
    return this.#merged;
  }

  /** The other side may have changed: what was learned of it is forgotten. */
  forget(): void {
    this.#schema = null;
    this.#tables = null;
  }

  /** Whether a line with this entry has to run there. `line` is looked at for registers, which only it may know. */
  async takes(entry: HxEntry, line = ''): Promise<boolean> {
    const registers = /:[ilM]/.test(entry.argsType) && line.includes('$');
    if (registers && !this.#qmp.supports('x-query-register')) return true;
    if (entry.cmdInfoHrt !== undefined) return !this.#qmp.supports(entry.cmdInfoHrt);
    if (entry.cmd === undefined || !Object.hasOwn(this.#handlers, entry.cmd)) return true;
    for (const need of this.#needs[entry.cmd] ?? []) if (!(await this.#offers(need))) return true;
    return false;
  }

  /** Runs a line there. Throws CommandError with what it printed when that says that it failed. */
  async run(qmp: QmpClient, line: string, cpu: number): Promise<Result> {
    if (!qmp.supports('human-monitor-command')) {
      throw new CommandError(`the server has no monitor that could run '${line.trim()}'`);
    }
    const index = cpu === 0 ? {} : { 'cpu-index': BigInt(cpu) };
    const reply = await qmp.execute('human-monitor-command', { 'command-line': line, ...index });
    const text = reply.replaceAll('\r\n', '\n');
    const [, unknown] = /^unknown command: '(.*)'$/m.exec(text) ?? [];
    if (unknown !== undefined) throw new UnknownCommandError(unknown);
    if (tellsFailure(line, text)) throw new CommandError(text);
    return { kind: 'text', text };
  }

  /** Asks once what the other monitor has; without an answer there is nothing but our tables. */
  load(): Promise<void> {
    this.#tables ??= this.#load().catch(() => {
      this.#tables = null;
    });
    return this.#tables;
  }

  /** After `load`: whether the command runs there. */
  runsThere(entry: HxEntry): boolean {
    return this.#there.has(entry);
  }

  /** After `load`: whether neither side can run the command. */
  isMissing(entry: HxEntry): boolean {
    return this.#missing.has(entry);
  }

  async #load(): Promise<void> {
    const there = new Set<HxEntry>();
    const missing = new Set<HxEntry>();
    const sub = new Map(this.#own.sub);
    let root = this.#own.root;
    for (const { name, prefix } of HELP_TABLES) {
      const own = name === null ? root : sub.get(name);
      if (own === undefined) continue;
      const found = await this.#helpOf(prefix);
      const merged = withEntries(own, found);
      await this.#place(merged, new Set(found.map(entry => entry.name)), there, missing);
      if (name === null) root = merged;
      else sub.set(name, merged);
    }
    this.#merged = { root, sub };
    this.#there = there;
    this.#missing = missing;
  }

  async #place(table: HxTable, names: ReadonlySet<string>, there: Set<HxEntry>, missing: Set<HxEntry>) {
    for (const entry of table.entries) {
      if (!(await this.takes(entry))) continue;
      (names.has(entry.name) ? there : missing).add(entry);
    }
  }

  async #helpOf(prefix: string): Promise<HxEntry[]> {
    if (!this.#qmp.supports('human-monitor-command')) return [];
    const line = `help ${prefix}`.trim();
    const text = await this.#qmp.execute('human-monitor-command', { 'command-line': line });
    return readHelp(text.replaceAll('\r\n', '\n'), prefix);
  }

  async #offers(need: string): Promise<boolean> {
    if (need === 'ours') return false;
    const [command = need, member] = need.split('.');
    if (!this.#qmp.supports(command)) return false;
    return member === undefined || (await this.#serverSchema()).returns(command, member);
  }

  #serverSchema(): Promise<ServerSchema> {
    this.#schema ??= this.#qmp.execute('query-qmp-schema').then(reply => new ServerSchema(reply));
    this.#schema.catch(() => {
      this.#schema = null;
    });
    return this.#schema;
  }
}

function tellsFailure(line: string, text: string): boolean {
  const good = PRINTED_WHEN_GOOD[line.trim().split(/\s/, 1)[0] ?? ''];
  if (good !== undefined && !text.startsWith('warning: ')) return text !== good;
  return FAILURES.some(pattern => pattern.test(text));
}
