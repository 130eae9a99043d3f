import { QmpError } from '../qapi/errors.ts';
import type { QmpValue } from '../qapi/value.ts';
import type { ExecuteOptions, QmpClient } from '../qmp/client.ts';

export type FakeCommand = (args: Record<string, QmpValue>) => QmpValue | Promise<QmpValue>;

/** A QMP client for tests: answers from a map of functions, refuses other commands, and obeys the signal. */
export function fakeQmp(commands: Readonly<Record<string, FakeCommand>> = {}): QmpClient {
  const execute = async (name: string, args: Record<string, QmpValue> = {}, options: ExecuteOptions = {}) => {
    options.signal?.throwIfAborted();
    const command = commands[name];
    if (!command) throw new QmpError(`The command ${name} has not been found`, 'CommandNotFound');
    const aborted = new Promise<never>((_resolve, reject) => {
      options.signal?.addEventListener('abort', () => reject(options.signal?.reason), { once: true });
    });
    return Promise.race([Promise.resolve(command(args)), aborted]);
  };
  return {
    execute: execute as unknown as QmpClient['execute'],
    supports: name => Object.hasOwn(commands, name),
    onEvent: () => () => {},
    onClose: () => () => {},
    close: () => {},
  };
}
