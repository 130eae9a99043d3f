/** The machine's side: builds it and serves QMP for whoever started it, in a worker or in the same thread. */
import { VERSION } from './cli/version.ts';
import { ConfigError, type MachineConfig } from './core/config.ts';
import { HostMemoryError } from './core/host-memory.ts';
import { Machine } from './core/machine.ts';
import { VERSION as QMP_VERSION } from './core/qmp/machine-info.ts';
import type { MachineParent } from './host/messages.ts';
import { createNodeHost } from './host/node-host.ts';
import { QmpServer } from './host/serve-qmp.ts';
import { PaneStream } from './host/streams.ts';
import type { ByteStream } from './host/types.ts';
import { createDispatcher, openHumanMonitor } from './machine-server.ts';
import { QmpError } from './qapi/errors.ts';
import type { Dispatcher } from './qmp/dispatch.ts';
import { EventThrottle } from './qmp/event-throttle.ts';
import { servePort } from './qmp/port-server.ts';

/** Builds the machine and lets it run. What the user asked for and cannot have is told as `refused`. */
export async function runMachine(config: MachineConfig, parent: MachineParent): Promise<void> {
  try {
    await startMachine(config, parent);
  } catch (error) {
    // Anything but a wish that cannot be granted is a defect and must be seen as one.
    const expected =
      error instanceof ConfigError || error instanceof QmpError || error instanceof HostMemoryError;
    if (!expected) throw error;
    parent.post({ kind: 'refused', message: error.message });
    parent.qmpPort.close();
    parent.close();
  }
}

async function startMachine(config: MachineConfig, parent: MachineParent): Promise<void> {
  const panes = new Map<string, PaneStream>();
  const openPane = (label: string, kind: string) => {
    const pane = new PaneStream(bytes => parent.post({ kind: 'stream', label, bytes }), setImmediate, kind);
    panes.set(label, pane);
    return pane;
  };
  const host = createNodeHost(openPane, text => parent.post({ kind: 'log', text }), config.fdSets);
  const servers: QmpServer[] = [];
  const machine = await Machine.create(config, host, monitors => {
    for (const { chardev, mode, pretty } of monitors) {
      if (mode === 'control') servers.push(new QmpServer(chardev, { version: QMP_VERSION, pretty }));
    }
  });
  parent.onMessage(message => {
    const pane = panes.get(message.label);
    if (message.kind === 'break') pane?.breakLine();
    else pane?.receive(message.bytes);
  });
  const dispatcher = createDispatcher(machine);
  servePort(parent.qmpPort, dispatcher, machine.events);
  // Tests of devices move the time that they see by themselves.
  const { clock } = machine.board;
  const sleep = config.accelerator === 'qtest' ? clock.sleep.bind(clock) : host.sleep;
  const events = new EventThrottle(machine.events, sleep);
  for (const server of servers) server.serve({ dispatcher, events });
  const people = machine.monitors.filter(({ mode }) => mode === 'readline').map(({ chardev }) => chardev);
  if (people.length > 0) await servePeople(machine, dispatcher, people);
  machine.onEnd(async ending => {
    events.close();
    await machine.dispose();
    for (const pane of panes.values()) pane.close();
    parent.post({ kind: 'ended', cause: ending.cause, status: ending.status });
    parent.close(); // the other side closes QMP when it has seen this
  });
  parent.post({ kind: 'ready' });
  machine.launch();
}

/** The monitor for people on character devices. */
async function servePeople(
  machine: Machine,
  dispatcher: Dispatcher,
  streams: readonly ByteStream[],
): Promise<void> {
  const { StreamMonitor } = await import('./cli/stream-monitor.ts');
  const monitor = await openHumanMonitor(machine, dispatcher);
  for (const stream of streams) new StreamMonitor(monitor.open(), stream, VERSION);
}
