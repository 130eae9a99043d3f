import { completers, handlers } from '../../commands/index.ts';
import { createSession, type Session } from '../monitor/index.ts';
import type { QmpClient } from '../qmp/client.ts';
import { loadTables } from './tables.ts';

/** HMP lines for clients of QMP: `human-monitor-command`. Each call is a dialogue of its own. */
export class HumanMonitor {
  readonly #newSession: () => Session;
  /** Dialogues that are over; the next begins in one of them. */
  readonly #idle: Session[] = [];

  private constructor(newSession: () => Session) {
    this.#newSession = newSession;
  }

  /** Reads the tables of the installation. */
  static async create(root: string, qmp: QmpClient): Promise<HumanMonitor> {
    const tables = await loadTables(root, []);
    return new HumanMonitor(() => createSession({ tables, handlers, completers, qmp }));
  }

  /** A dialogue of its own, that remembers what was said. */
  open(): Session {
    return this.#newSession();
  }

  /** What the line prints, its error included, with the line ends of a terminal. */
  async run(line: string, cpu: number): Promise<string> {
    const session = this.#idle.pop() ?? this.#newSession();
    session.currentCpu = cpu;
    const { text } = await session.run(line, undefined, { record: false });
    this.#idle.push(session);
    return text.split('\n').join('\r\n'); // half of what replaceAll takes
  }
}
