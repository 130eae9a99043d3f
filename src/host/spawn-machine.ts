import { MessageChannel, Worker } from 'node:worker_threads';
import type { MachineConfig } from '../core/config.ts';
import type { QmpClient } from '../qmp/client.ts';
import { PortQmpClient } from '../qmp/port-client.ts';
import type { FromMachine, ToMachine, WorkerStart } from './messages.ts';

export interface Ended {
  readonly cause: string;
  readonly status: number;
}

/** Scripts never listen: a guest that prints without end must not fill memory. */
const MAX_KEPT_BYTES = 1 << 16;

type StreamListener = (label: string, bytes: Uint8Array) => void;

/** A machine in its own thread, seen from outside. */
export interface MachineHandle {
  readonly qmp: QmpClient;
  /** Sends bytes to the other end of a console pane, `serial0` for instance. */
  writeStream(label: string, bytes: Uint8Array): void;
  /** Listens to console panes; what came before the first listener is kept for it. The returned function ends it. */
  onStream(listener: StreamListener): () => void;
  /** Listens to log text that goes to no file; one listener. Until there is one it goes to the error output. */
  onLog(listener: (text: string) => void): void;
  /** Resolves when the machine is gone: how it ended, or the error that killed its thread. */
  readonly ended: Promise<Ended | Error>;
}

/** The machine could not be built as the command line asks. */
export class MachineRefusedError extends Error {
  override readonly name = 'MachineRefusedError';
  readonly exitCode = 1;
}

/** Starts the machine's thread; resolves once QMP answers. @throws MachineRefusedError */
export async function spawnMachine(config: MachineConfig, workerUrl: URL): Promise<MachineHandle> {
  const channel = new MessageChannel();
  const workerData: WorkerStart = { config, qmpPort: channel.port2 };
  const worker = new Worker(workerUrl, { workerData, transferList: [channel.port2], name: 'machine' });
  const onStream = watchStreams(worker);
  const ended = watchEnd(worker);
  let log: (text: string) => void = text => void process.stderr.write(text);
  worker.on('message', (message: FromMachine) => {
    if (message.kind === 'log') log(message.text);
  });
  await ready(worker, ended);
  const qmp = new PortQmpClient(channel.port1);
  // Its last output and its last events come by two ways: the end is told when both have arrived.
  void ended.then(() => setImmediate(() => qmp.close()));
  return {
    qmp,
    writeStream: (label, bytes) => worker.postMessage({ kind: 'stream', label, bytes } satisfies ToMachine),
    onStream,
    onLog: listener => {
      log = listener;
    },
    ended,
  };
}

function watchStreams(worker: Worker): MachineHandle['onStream'] {
  const listeners = new Set<StreamListener>();
  const kept: [string, Uint8Array][] = [];
  let keptBytes = 0;
  worker.on('message', (message: FromMachine) => {
    if (message.kind !== 'stream') return;
    for (const listener of listeners) listener(message.label, message.bytes);
    if (listeners.size > 0 || keptBytes > MAX_KEPT_BYTES) return;
    kept.push([message.label, message.bytes]);
    keptBytes += message.bytes.length;
  });
  return listener => {
    listeners.add(listener);
    for (const [label, bytes] of kept.splice(0)) listener(label, bytes);
    return () => listeners.delete(listener);
  };
}

function watchEnd(worker: Worker): Promise<Ended | Error> {
  return new Promise(resolve => {
    worker.on('message', (message: FromMachine) => {
      if (message.kind === 'ended') resolve({ cause: message.cause, status: message.status });
    });
    worker.on('error', resolve);
    worker.on('exit', () => resolve(new Error('the machine ended without a word')));
  });
}

function ready(worker: Worker, ended: Promise<Ended | Error>): Promise<void> {
  return new Promise((resolve, reject) => {
    const listen = (message: FromMachine) => {
      if (message.kind === 'ready') resolve();
      else if (message.kind === 'refused') reject(new MachineRefusedError(message.message));
      else return;
      worker.off('message', listen);
    };
    worker.on('message', listen);
    void ended.then(end => reject(end instanceof Error ? end : new Error('the machine ended at once')));
  });
}
