import type { QmpClient } from '../qmp/client.ts';
import { PortQmpClient } from '../qmp/port-client.ts';
import type { PortLike } from '../qmp/port-messages.ts';
import type { FromMachine, ToMachine } from './messages.ts';
import { type OutputListener, OutputListeners } from './output-listeners.ts';

export interface Ended {
  readonly cause: string;
  readonly status: number;
}

/** A machine, wherever it runs, seen from outside. */
export interface MachineHandle {
  readonly qmp: QmpClient;
  /** Sends bytes to the other end of a console pane, `serial0` for instance. */
  writeStream(label: string, bytes: Uint8Array): void;
  /** Holds the line of a console pane low for a moment. */
  sendBreak(label: string): void;
  /** Listens to console panes; what came before the first listener is kept for it. The returned function ends it. */
  onStream(listener: OutputListener): () => void;
  /** Listens to log text that goes to no file; one listener. Until there is one it goes to the error output. */
  onLog(listener: (text: string) => void): void;
  /** Resolves when the machine is gone: how it ended, or the error that killed it. */
  readonly ended: Promise<Ended | Error>;
}

/** The machine could not be built as the command line asks. */
export class MachineRefusedError extends Error {
  override readonly name = 'MachineRefusedError';
  readonly exitCode = 1;
}

/** What leads to a machine besides QMP: a worker's messages, or calls in the same thread. */
export interface MachineLink {
  post(message: ToMachine): void;
  onMessage(listener: (message: FromMachine) => void): void;
  /** Told when the machine's side died, or ended without saying so. */
  onFailure(listener: (error: Error) => void): void;
}

/** Resolves once QMP answers. @throws MachineRefusedError */
export async function openMachine(link: MachineLink, qmpPort: PortLike): Promise<MachineHandle> {
  const output = new OutputListeners();
  const ended = watchEnd(link);
  let log: (text: string) => void = text => void process.stderr.write(text);
  link.onMessage(message => {
    if (message.kind === 'log') log(message.text);
    else if (message.kind === 'stream') output.emit(message.label, message.bytes);
  });
  await ready(link, ended);
  const qmp = new PortQmpClient(qmpPort);
  // Its last output and its last events come by two ways: the end is told when both have arrived.
  void ended.then(() => setImmediate(() => qmp.close()));
  return {
    qmp,
    sendBreak: label => link.post({ kind: 'break', label }),
    writeStream: (label, bytes) => link.post({ kind: 'stream', label, bytes }),
    onStream: listener => output.listen(listener),
    onLog: listener => {
      log = listener;
    },
    ended,
  };
}

function watchEnd(link: MachineLink): Promise<Ended | Error> {
  return new Promise(resolve => {
    link.onMessage(message => {
      if (message.kind === 'ended') resolve({ cause: message.cause, status: message.status });
    });
    link.onFailure(resolve);
  });
}

function ready(link: MachineLink, ended: Promise<Ended | Error>): Promise<void> {
  return new Promise((resolve, reject) => {
    link.onMessage(message => {
      if (message.kind === 'ready') resolve();
      else if (message.kind === 'refused') reject(new MachineRefusedError(message.message));
    });
    void ended.then(end => reject(end instanceof Error ? end : new Error('the machine ended at once')));
  });
}
