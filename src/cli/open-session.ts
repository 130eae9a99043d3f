import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { completers, handlers } from '../../commands/index.ts';
import { needs } from '../../commands/needs.ts';
import { createSession, History, type Session } from '../monitor/index.ts';
import type { QmpClient } from '../qmp/client.ts';
import { historyFile } from './history-file.ts';
import type { Invocation } from './invocation.ts';
import { stateFolder } from './paths.ts';
import type { LoadedTables } from './tables.ts';

/** Whether commands were given on the command line. */
export function scripted(invocation: Invocation): boolean {
  return invocation.commands.length + invocation.files.length > 0;
}

/** Whether somebody sits at a terminal and types. */
export function isInteractive(invocation: Invocation): boolean {
  if (scripted(invocation) || invocation.service) return false;
  return isatty(0) && isatty(1); // asking the streams would open them
}

/** The monitor's session; on a terminal it remembers what was typed in earlier ones. */
export async function openSession(
  invocation: Invocation,
  tables: LoadedTables,
  qmp: QmpClient,
): Promise<Session> {
  const store = historyFile(join(stateFolder(process.env), 'history'));
  const history = new History(isInteractive(invocation) ? { store } : {});
  await history.load();
  return createSession({
    tables,
    handlers: { ...handlers, ...tables.handlers },
    completers: { ...completers, ...tables.completers },
    qmp,
    history,
    ...(invocation.attach ? { attached: needs } : { isPreconfig: preconfigOf(invocation, qmp) }),
    listDirectory: async folder =>
      (await readdir(folder === '' ? '.' : folder, { withFileTypes: true })).map(entry => ({
        name: entry.name,
        isDirectory: entry.isDirectory(),
      })),
  });
}

/** Tells whether the machine waits for `exit_preconfig`, as far as that shows here. */
function preconfigOf({ machine: plan }: Invocation, qmp: QmpClient): () => boolean {
  let waits = plan.preconfig === true;
  qmp.onEvent(({ event }) => {
    if (event === 'RESUME') waits = false;
  });
  return () => waits;
}
