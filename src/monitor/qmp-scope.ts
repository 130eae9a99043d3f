import { QmpError } from '../qapi/errors.ts';
import type { CommandName } from '../qapi/generated/types.ts';
import type { QmpValue } from '../qapi/value.ts';
import type { QmpClient } from '../qmp/client.ts';
import { ArgumentError, CommandError } from './errors.ts';

/** The signal of what nobody interrupts: one for all, since to make one takes longer than many a command. */
export const NEVER: AbortSignal = new AbortController().signal;

/** The same connection, where each request ends with the signal unless it names its own. */
export function withSignal(qmp: QmpClient, signal: AbortSignal): QmpClient {
  if (signal === NEVER) return qmp;
  return {
    execute: (command, args, options) => qmp.execute(command, args, { signal, ...options }),
    supports: command => qmp.supports(command),
    onEvent: listener => qmp.onEvent(listener),
    onClose: listener => qmp.onClose(listener),
    close: () => qmp.close(),
  };
}

/** Runs a QMP command that returns HumanReadableText; its name comes from a table. */
export async function humanReadableText(qmp: QmpClient, command: string): Promise<string> {
  const reply: unknown = await qmp.execute(command as CommandName);
  const text = (reply as { [key: string]: QmpValue })['human-readable-text'];
  if (typeof text !== 'string') throw new CommandError(`${command} does not return HumanReadableText`);
  return text;
}

/** Answers a symbol's address. */
export async function lookupSymbol(qmp: QmpClient, name: string): Promise<bigint | undefined> {
  if (!qmp.supports('x-lookup-symbol')) return undefined;
  return (await qmp.execute('x-lookup-symbol', { name })).address;
}

/** Answers `$name` from the current CPU's registers. */
export async function readRegister(qmp: QmpClient, name: string, cpuIndex: number): Promise<bigint> {
  if (name === '' || !qmp.supports('x-query-register')) throw new ArgumentError('unknown register');
  try {
    const reply = await qmp.execute('x-query-register', { name, 'cpu-index': BigInt(cpuIndex) });
    return BigInt(reply.value);
  } catch (error) {
    if (error instanceof QmpError) throw new ArgumentError(error.message);
    throw error;
  }
}
