import type { Session } from '../../monitor/index.ts';
import { AttachedClient } from '../../qmp/attached-client.ts';
import { runBatch } from '../batch.ts';
import { EXIT } from '../errors.ts';
import type { Invocation } from '../invocation.ts';
import { isInteractive, openSession } from '../open-session.ts';
import { onEndingSignal, signalStatus } from '../process/signals.ts';
import { loadTables } from '../tables.ts';
import { startTui } from '../terminal.ts';
import type { AttachPlan } from './attach-plan.ts';
import { dial } from './dial.ts';
import { SerialSocket } from './serial-socket.ts';

/** Runs the monitor on a machine of another program. Returns the exit code. @throws AttachError */
export async function runAttached(root: string, invocation: Invocation, plan: AttachPlan): Promise<number> {
  // Programs that carry the connection are ended by the handlers of `exit`, which a bare signal would skip.
  const stopSignals = onEndingSignal(signal => process.exit(signalStatus(signal)));
  const interactive = isInteractive(invocation);
  const loading = loadTables(root, invocation.tables);
  loading.catch(() => {}); // told below, unless the connection fails as well
  const client = await AttachedClient.open({
    dial: again => dial(plan.address, again),
    reconnect: interactive,
  });
  try {
    const session = await openSession(invocation, await loading, client);
    if (interactive)
      return await runInTerminal(session, client, plan, { json: invocation.output === 'json', stopSignals });
    return await runScripts(session, client, invocation);
  } finally {
    client.close();
  }
}

async function runInTerminal(
  session: Session,
  client: AttachedClient,
  plan: AttachPlan,
  { json, stopSignals }: { readonly json: boolean; readonly stopSignals: () => void },
): Promise<number> {
  const serial = plan.serial && (await SerialSocket.open(plan.serial));
  client.onChange(change => change.kind === 'connected' && session.reconnected());
  stopSignals(); // the interface has handlers of its own
  const code = await startTui(session, client, {
    json,
    ...(serial ? { serial } : {}),
    endOfInput: 'detach',
    onConnection: listener => client.onChange(listener),
    farewell: () =>
      client.shutdown ? `the machine ended: ${client.shutdown['reason'] ?? 'shutdown'}` : null,
  });
  serial?.close();
  return code;
}

/** The machine outlives the script, unless that says `quit`. */
async function runScripts(session: Session, client: AttachedClient, invocation: Invocation): Promise<number> {
  const gone = new AbortController();
  let lost: Error | null = null;
  client.onClose(error => {
    lost = error;
    gone.abort();
  });
  const code = await runBatch(session, invocation, gone.signal);
  if (lost !== null && code !== EXIT.lost && !session.quitting) throw lost;
  return code;
}
