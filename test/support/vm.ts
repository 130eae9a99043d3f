import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { completers, handlers } from '../../commands/index.ts';
import { loadMachineConfig } from '../../src/cli/machine-config.ts';
import { parseInvocation } from '../../src/cli/parse-invocation.ts';
import { installRoot } from '../../src/cli/paths.ts';
import { loadOptionTable, loadTables } from '../../src/cli/tables.ts';
import type { Ending } from '../../src/core/lifecycle.ts';
import { Machine } from '../../src/core/machine.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { PaneStream } from '../../src/host/streams.ts';
import { createDispatcher } from '../../src/machine-server.ts';
import { createSession, type Outcome, type Session } from '../../src/monitor/index.ts';
import type { CommandName, Commands, EventName } from '../../src/qapi/generated/types.ts';
import { loadSchema, validateEvent } from '../../src/qapi/index.ts';
import type { QmpValue } from '../../src/qapi/value.ts';
import type { QmpEvent } from '../../src/qmp/client.ts';
import { CommandCoverage } from '../../src/qmp/coverage.ts';
import { PortQmpClient } from '../../src/qmp/port-client.ts';
import { servePort } from '../../src/qmp/port-server.ts';
import { Transcript } from './transcript.ts';

export const MODERN = ['-global', 'virtio-mmio.force-legacy=false'];

/** The bundled guest, for machines whose make-up the test says. */
export const GUEST = ['-kernel', join(installRoot(), 'src', 'guest', 'built', 'guest.elf')];

/** One device of each kind: -device options without the disk, whose drive is the test's. */
export const ALL_DEVICES = [
  ...['-device', 'virtio-rng-device,id=rng0'],
  ...['-netdev', 'hubport,id=lan0,hubid=0', '-device', 'virtio-net-device,netdev=lan0,id=net0'],
  ...['-device', 'virtio-balloon-device,id=balloon0'],
  ...['-chardev', 'vc,id=con0', '-device', 'virtio-serial-device,id=ser0'],
  ...['-device', 'virtconsole,chardev=con0,id=port0'],
];

export const SCRATCH_DISK = [
  '-drive',
  'if=none,id=d0,file=mem:64K',
  '-device',
  'virtio-blk-device,drive=d0,id=blk0',
];

/** Every command of the tables, `info status` for one of a group, by the entry's place in them. */
export function commandNames(session: Session): string[] {
  const info = session.tables.sub.get('hmp_info_cmds')!.entries.map(({ name }) => `info ${name}`);
  return [...session.tables.root.entries.map(({ name }) => name), ...info];
}

/**
 * A machine in the test's own thread with the monitor on it, joined by a message port as the program joins them.
 * Every reply and every event is checked against the schema.
 */
export class TestVm {
  readonly machine: Machine;
  readonly qmp: PortQmpClient;
  readonly session: Session;
  readonly events: QmpEvent[] = [];
  readonly coverage = new CommandCoverage();
  readonly offered: readonly string[];
  /** How the machine ended; resolves after its files were let go. */
  readonly ended: Promise<Ending>;
  readonly #panes: ReadonlyMap<string, { stream: PaneStream; transcript: Transcript }>;
  readonly #invalidEvents: string[] = [];
  #disposed: Promise<void> | null = null;

  /** Builds the machine of a command line and launches it. */
  static async start(args: readonly string[]): Promise<TestVm> {
    const root = installRoot();
    const { machine: plan } = parseInvocation(loadOptionTable(root), args);
    const built = join(root, 'src', 'guest', 'built');
    const config = loadMachineConfig(plan, {
      firmware: join(built, 'firmware.elf'),
      guest: join(built, 'guest.elf'),
    });
    const panes = new Map<string, { stream: PaneStream; transcript: Transcript }>();
    const host = createNodeHost(label => {
      const transcript = new Transcript();
      const stream = new PaneStream(
        bytes => transcript.append(Buffer.from(bytes).toString('latin1')),
        setImmediate,
      );
      panes.set(label, { stream, transcript });
      return stream;
    });
    const vm = new TestVm(await Machine.create(config, host), panes, await loadTables(root, []));
    vm.machine.launch();
    return vm;
  }

  private constructor(
    machine: Machine,
    panes: ReadonlyMap<string, { stream: PaneStream; transcript: Transcript }>,
    tables: Awaited<ReturnType<typeof loadTables>>,
  ) {
    this.machine = machine;
    this.#panes = panes;
    const schema = loadSchema();
    const dispatcher = createDispatcher(machine, {
      validateReplies: true,
      onExecuted: this.coverage.record,
    });
    this.offered = dispatcher.commands();
    const { port1, port2 } = new MessageChannel();
    servePort(port2, dispatcher, machine.events);
    this.qmp = new PortQmpClient(port1);
    this.qmp.onEvent(event => {
      this.events.push(event);
      try {
        validateEvent(schema, event.event, event.data as QmpValue);
      } catch (error) {
        this.#invalidEvents.push((error as Error).message);
      }
    });
    this.session = createSession({ tables, handlers, completers, qmp: this.qmp });
    this.ended = new Promise(resolve => {
      machine.onEnd(async ending => {
        await this.#dispose();
        resolve(ending);
      });
    });
  }

  /** What a console prints: `serial0`, or the id of a `-chardev vc`. */
  console(label = 'serial0'): Transcript {
    return this.#panes.get(label)!.transcript;
  }

  type(keys: string, label = 'serial0'): void {
    this.#panes.get(label)!.stream.receive(Buffer.from(keys, 'latin1'));
  }

  /** Waits for the guest's first prompt; resolves to what it printed since the last look. */
  boot(): Promise<string> {
    return this.console().expect('hmp guest ready\r\nguest> ');
  }

  /** Types a command into the guest's shell; resolves to the lines between its echo and the next prompt. */
  async shell(command: string): Promise<string[]> {
    this.type(`${command}\r`);
    await this.console().expect(`${command}\r\n`);
    return (await this.console().expect('guest> ')).split('\r\n').slice(0, -1);
  }

  /** Runs a line of the monitor, whatever comes of it. */
  outcome(line: string): Promise<Outcome> {
    return this.session.run(line);
  }

  /** Runs a line of the monitor that must go well; resolves to what it prints. */
  async hmp(line: string): Promise<string> {
    const outcome = await this.session.run(line);
    if (!outcome.ok) throw new Error(`${line}: ${outcome.text}`, { cause: outcome.error });
    return outcome.text;
  }

  /** Runs a line of the monitor that must fail; resolves to the message. */
  async refusal(line: string): Promise<string> {
    const outcome = await this.session.run(line);
    if (outcome.ok) throw new Error(`${line} was expected to fail, but: ${outcome.text}`);
    return outcome.text;
  }

  execute<C extends CommandName>(command: C, args?: Commands[C]['args']): Promise<Commands[C]['returns']> {
    return this.qmp.execute(command, args);
  }

  /** Resolves to the first event of the name from now on. Call it before what raises the event. */
  event(name: EventName): Promise<QmpEvent> {
    return new Promise(resolve => {
      const stop = this.qmp.onEvent(event => {
        if (event.event !== name) return;
        stop();
        resolve(event);
      });
    });
  }

  /** Names of the events so far, in order. */
  eventNames(): EventName[] {
    return this.events.map(({ event }) => event);
  }

  /** Lets go of everything. @throws Error when an event did not fit its type */
  async close(): Promise<void> {
    await this.#dispose();
    this.qmp.close();
    if (this.#invalidEvents.length > 0) throw new Error(this.#invalidEvents.join('\n'));
  }

  #dispose(): Promise<void> {
    this.#disposed ??= this.machine.dispose();
    return this.#disposed;
  }
}
