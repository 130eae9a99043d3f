import { createLocalPorts } from '../qmp/local-port.ts';
import { type MachineHandle, openMachine } from './machine-handle.ts';
import type { FromMachine, MachineParent, ToMachine } from './messages.ts';

/**
 * Runs a machine in the caller's thread: no second thread has to start, which is what a script of a few commands
 * would mostly wait for. Resolves once QMP answers. @throws MachineRefusedError
 */
export function openLocalMachine(run: (parent: MachineParent) => Promise<void>): Promise<MachineHandle> {
  const [own, qmpPort] = createLocalPorts();
  const outside = new Set<(message: FromMachine) => void>();
  const inside = new Set<(message: ToMachine) => void>();
  const failures = new Set<(error: Error) => void>();
  const fail = (error: unknown) => {
    for (const listener of failures) listener(error as Error);
  };
  // A machine in a worker takes down the worker; here nothing else must go on either.
  process.on('uncaughtException', fail);
  const parent: MachineParent = {
    qmpPort,
    post: message => {
      for (const listener of outside) listener(message);
    },
    onMessage: listener => void inside.add(listener),
    close: () => {
      process.off('uncaughtException', fail);
      inside.clear();
    },
  };
  const opened = openMachine(
    {
      post: message => {
        for (const listener of inside) listener(message);
      },
      onMessage: listener => void outside.add(listener),
      onFailure: listener => void failures.add(listener),
    },
    own,
  );
  run(parent).catch(fail);
  return opened;
}
