/** Entry of the thread that the machine lives in. */
import { parentPort, workerData } from 'node:worker_threads';
import { ConfigError } from './core/config.ts';
import { HostMemoryError } from './core/host-memory.ts';
import { Machine } from './core/machine.ts';
import type { FromMachine, ToMachine, WorkerStart } from './host/messages.ts';
import { createNodeHost } from './host/node-host.ts';
import { serveQmp } from './host/serve-qmp.ts';
import { PaneStream } from './host/streams.ts';
import { createDispatcher } from './machine-server.ts';
import { QmpError } from './qapi/errors.ts';
import { EventThrottle } from './qmp/event-throttle.ts';
import { servePort } from './qmp/port-server.ts';

const port = parentPort!;
const { config, qmpPort } = workerData as WorkerStart;
const panes = new Map<string, PaneStream>();

function post(message: FromMachine): void {
  port.postMessage(message);
}

function openPane(label: string, kind: string): PaneStream {
  const pane = new PaneStream(bytes => post({ kind: 'stream', label, bytes }), setImmediate, kind);
  panes.set(label, pane);
  return pane;
}

async function main(): Promise<void> {
  const host = createNodeHost(openPane, text => post({ kind: 'log', text }));
  const machine = await Machine.create(config, host);
  port.on('message', (message: ToMachine) => {
    const pane = panes.get(message.label);
    if (message.kind === 'break') pane?.breakLine();
    else pane?.receive(message.bytes);
  });
  const dispatcher = createDispatcher(machine);
  servePort(qmpPort, dispatcher, machine.events);
  const events = new EventThrottle(machine.events, host.sleep);
  for (const { chardev, mode, pretty } of machine.monitors) {
    if (mode === 'control') serveQmp(chardev, { dispatcher, events, pretty });
  }
  machine.onEnd(async ending => {
    events.close();
    await machine.dispose();
    for (const pane of panes.values()) pane.close();
    post({ kind: 'ended', cause: ending.cause, status: ending.status });
    port.close(); // the other side closes QMP when it has seen this
  });
  post({ kind: 'ready' });
  machine.launch();
}

main().catch((error: unknown) => {
  // What the user asked for cannot be had: a message. Anything else is a defect and must be seen as one.
  const expected =
    error instanceof ConfigError || error instanceof QmpError || error instanceof HostMemoryError;
  if (!expected) throw error;
  post({ kind: 'refused', message: error.message });
  qmpPort.close();
  port.close();
});
