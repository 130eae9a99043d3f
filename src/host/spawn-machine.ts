import { MessageChannel, Worker } from 'node:worker_threads';
import type { MachineConfig } from '../core/config.ts';
import { type MachineHandle, openMachine } from './machine-handle.ts';
import type { WorkerStart } from './messages.ts';

/** Starts a machine in a thread of its own; resolves once QMP answers. @throws MachineRefusedError */
export async function spawnMachine(config: MachineConfig, workerUrl: URL): Promise<MachineHandle> {
  const { port1, port2 } = new MessageChannel();
  const workerData: WorkerStart = { config, qmpPort: port2 };
  const worker = new Worker(workerUrl, { workerData, transferList: [port2], name: 'machine' });
  return openMachine(
    {
      post: message => worker.postMessage(message),
      onMessage: listener => void worker.on('message', listener),
      onFailure: listener => {
        worker.on('error', listener);
        worker.on('exit', () => listener(new Error('the machine ended without a word')));
      },
    },
    port1,
  );
}
