/** The machine's side: builds it and serves QMP for whoever started it, in a worker or in the same thread. */
import { ConfigError, type MachineConfig } from './core/config.ts';
import { HostMemoryError } from './core/host-memory.ts';
import { Machine } from './core/machine.ts';
import type { MachineParent } from './host/messages.ts';
import { createNodeHost } from './host/node-host.ts';
import { serveQmp } from './host/serve-qmp.ts';
import { PaneStream } from './host/streams.ts';
import { createDispatcher } from './machine-server.ts';
import { QmpError } from './qapi/errors.ts';
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
  const machine = await Machine.create(config, host);
  parent.onMessage(message => {
    const pane = panes.get(message.label);
    if (message.kind === 'break') pane?.breakLine();
    else pane?.receive(message.bytes);
  });
  const dispatcher = createDispatcher(machine);
  servePort(parent.qmpPort, dispatcher, machine.events);
  const events = new EventThrottle(machine.events, host.sleep);
  for (const { chardev, mode, pretty } of machine.monitors) {
    if (mode === 'control') serveQmp(chardev, { dispatcher, events, pretty });
  }
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
