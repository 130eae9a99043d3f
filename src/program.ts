/** The whole program but the interface for people: what starts here depends on the thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerStart } from './host/messages.ts';
import { runProgram } from './main.ts';
import { runMachine } from './run-machine.ts';

/** The launcher says it. */
declare const HMP_MACHINE_THREAD: boolean;

if (HMP_MACHINE_THREAD) serveMachine(workerData as WorkerStart);
else void runProgram(process.argv.slice(2));

/** A machine beside a terminal. */
function serveMachine({ config, qmpPort }: WorkerStart): void {
  const port = parentPort!;
  void runMachine(config, {
    qmpPort,
    post: message => port.postMessage(message),
    onMessage: listener => void port.on('message', listener),
    close: () => port.close(),
  });
}
