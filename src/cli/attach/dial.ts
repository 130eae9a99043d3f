import type { AttachAddress } from '../../host/attach/address.ts';
import { openConnection } from '../../host/attach/connect.ts';
import { SocketQmpClient } from '../../qmp/socket-client.ts';

/** Longest wait for a connection and for the greeting, milliseconds. */
const CONNECT_TIMEOUT = 10_000;
const GREETING_TIMEOUT = 30_000;
/** The greeting takes so long only if something is the matter, milliseconds. */
const SLOW_GREETING = 1500;

/** Connects to a QMP server; `again` when nobody should be asked or told anything. @throws AttachError */
export async function dial(address: AttachAddress, again: boolean): Promise<SocketQmpClient> {
  const connection = await openConnection(address, { timeoutMs: CONNECT_TIMEOUT, mayAsk: !again });
  return SocketQmpClient.open(connection, {
    timeoutMs: GREETING_TIMEOUT,
    slowAfterMs: SLOW_GREETING,
    ...(again ? {} : { onSlow: hint => void process.stderr.write(`hmp: ${hint}\n`) }),
  });
}
