import type { Host } from '../host/types.ts';
import { type Backends, openBackends } from './backends.ts';
import type { Board } from './board/board.ts';
import { buildBoard, hostMemorySize } from './board/index.ts';
import { VirtualClock } from './clock.ts';
import type { MachineConfig } from './config.ts';
import { createDevice } from './device-factory.ts';
import { EventBus } from './events.ts';
import { HostMemory } from './host-memory.ts';
import { InFlight } from './in-flight.ts';
import { kickingHost } from './kicking-host.ts';
import { type Ending, Lifecycle } from './lifecycle.ts';
import { MachineLogging } from './log/machine-logging.ts';
import { unconnected } from './net/unconnected.ts';
import { namingValues } from './option-errors.ts';
import { Preconfig } from './preconfig.ts';
import type { CommandHandlers } from './qmp/handlers.ts';
import { machineHandlers } from './qmp/index.ts';
import { virtioDevices } from './qmp/virtio.ts';
import type { Device } from './qom/device.ts';
import { openQtestLog, type QtestLog } from './qtest/log.ts';
import { QtestServer } from './qtest/server.ts';
import { RunLoop } from './run-loop.ts';

/** The longest that `stop` waits for requests to drives: a host's file may never answer. */
const DRAIN_MS = 10_000;

/** Under qtest time stands still until its client moves it. */
const STANDING = { now: () => 0 };

/** The host as devices see it: under qtest the date moves with the client's clock too. */
function boardHost({ accelerator }: MachineConfig, host: Host, clock: VirtualClock): Host {
  if (accelerator !== 'qtest') return host;
  const start = host.wallClock();
  return { ...host, wallClock: () => start + clock.now() };
}

/** Whoever waits is greeted, which takes a turn of the event loop: the board is built in one go. */
async function letClientsIn(
  monitors: Backends['monitors'],
  host: Host,
  open: (monitors: Backends['monitors']) => void,
): Promise<void> {
  open(monitors);
  if (monitors.length > 0) await new Promise<void>(resolve => host.defer(resolve));
}

/** The whole machine: board, devices, run loop, and the QMP commands that it answers. */
export class Machine {
  readonly events: EventBus;
  readonly board: Board;
  readonly lifecycle: Lifecycle;
  readonly handlers: CommandHandlers;
  readonly preconfig: Preconfig;
  readonly #config: MachineConfig;
  readonly #host: Host;
  readonly #backends: Backends;
  readonly #inFlight = new InFlight();
  readonly #loop: RunLoop;
  readonly #logging: MachineLogging;
  readonly #qtestLog: QtestLog | null;
  #end: ((ending: Ending) => void) | null = null;

  /**
   * Builds the machine and puts it in its power-on state. `monitorsOpen` is told when clients can come in, before the
   * board is built. @throws ConfigError, QmpError or HostMemoryError
   */
  static async create(
    config: MachineConfig,
    host: Host,
    monitorsOpen: (monitors: Backends['monitors']) => void = () => {},
  ): Promise<Machine> {
    const kick = { loop: () => {} };
    const kicking = kickingHost(host, () => kick.loop());
    const clock = new VirtualClock(config.accelerator === 'qtest' ? STANDING : kicking);
    const events = new EventBus(() => kicking.wallClock());
    const backends = await openBackends(config, kicking, clock, events);
    try {
      await letClientsIn(backends.monitors, host, monitorsOpen);
      const machine = new Machine(config, boardHost(config, kicking, clock), clock, backends, events);
      kick.loop = () => machine.#loop.kick();
      return machine;
    } catch (error) {
      backends.nets.close(); // a port that stays open keeps the thread alive
      backends.chardevs.close();
      throw error;
    }
  }

  private constructor(
    config: MachineConfig,
    host: Host,
    clock: VirtualClock,
    backends: Backends,
    events: EventBus,
  ) {
    this.#config = config;
    this.#host = host;
    this.#backends = backends;
    this.events = events;
    this.lifecycle = new Lifecycle(clock, this.events);
    Object.assign(this.lifecycle.actions, config.actions);
    this.board = this.#buildBoard(host, clock);
    this.#logging = new MachineLogging(host, this.board, this.lifecycle.state);
    const harts = config.accelerator === 'qtest' ? [] : this.board.engine.harts;
    const watched = harts.map(hart => this.#logging.execution.watch(hart));
    this.#loop = new RunLoop(host, clock, watched, () => this.#between());
    this.lifecycle.onRunning(running => this.#runningChanged(running));
    this.preconfig = new Preconfig(config.preconfig ?? false, () => this.#finish());
    if (!this.preconfig.active) this.#addDevices();
    this.board.reset();
    this.#qtestLog = this.#serveQtest(host);
    if (config.log) this.#logging.configure(config.log);
    this.handlers = this.#kicking(
      machineHandlers({
        config,
        host,
        clock,
        backends,
        createDevice: driver => this.#createDevice(driver),
        board: this.board,
        lifecycle: this.lifecycle,
        events: this.events,
        logging: this.#logging,
        preconfig: this.preconfig,
      }),
    );
  }

  #buildBoard(host: Host, clock: VirtualClock): Board {
    const { objects, chardevs, serial, flashes } = this.#backends;
    const board = buildBoard(this.#config, {
      host,
      hostMemory: this.#hostMemory(),
      clock,
      events: this.events,
      lifecycle: {
        requestShutdown: (cause, status) =>
          this.#fromGuest(() => this.lifecycle.requestShutdown(cause, status)),
        requestReset: cause => this.#fromGuest(() => this.lifecycle.requestReset(cause)),
        guestPanicked: () => this.#fromGuest(() => this.lifecycle.guestPanicked()),
        guestCrashLoaded: () => this.events.emit('GUEST_CRASHLOADED', { action: 'run' }),
        guestShutDown: () => this.#fromGuest(() => this.lifecycle.guestShutDown()),
      },
      serial,
      inFlight: this.#inFlight,
      flashes,
      objects,
      chardevs,
      vmRunning: () => this.lifecycle.state.running,
      warn: line => host.notice?.(line),
      stopOnError: () => this.#fromGuest(() => this.lifecycle.stop('io-error')),
    });
    this.#backends.displays.attach(board.consoles);
    return board;
  }

  #hostMemory(): HostMemory {
    const memory = new HostMemory(hostMemorySize(this.#config));
    if (this.#config.preallocate) memory.touch();
    return memory;
  }

  /** What the command line plugs in. @throws ConfigError */
  #addDevices(): void {
    const { cards, disks } = this.#backends;
    const create = (driver: string) => this.#createDevice(driver);
    for (const options of cards) this.board.addDevice(options, create);
    for (const options of this.#config.devices) {
      namingValues('device', options, () => this.board.addDevice(options, create));
    }
    for (const options of disks) this.board.addDevice(options, create);
    if (!this.#config.networkGiven) return;
    for (const line of unconnected(this.#backends.nets)) this.#host.notice?.(`warning: ${line}`);
  }

  /** Lets the test program in that `-qtest` names. @throws ConfigError */
  #serveQtest(host: Host): QtestLog | null {
    const { qtest, accelerator } = this.#config;
    const { qtest: stream } = this.#backends;
    if (!qtest || !stream) return null;
    const log = openQtestLog(host, qtest.log);
    new QtestServer({ board: this.board, stream, log, hasClock: accelerator === 'qtest' });
    return log;
  }

  #createDevice(driver: string): Device {
    return createDevice(driver, this.board, this.#backends);
  }

  /** Where clients of QMP come in, besides whoever made the machine. */
  get monitors(): Backends['monitors'] {
    return this.#backends.monitors;
  }

  /** Told once, when the machine is gone for good. */
  onEnd(listener: (ending: Ending) => void): void {
    this.#end = listener;
  }

  /** Runs the guest, unless the configuration says to wait for `cont`. */
  launch(): void {
    if (!this.#config.startPaused && !this.preconfig.active) this.lifecycle.start();
  }

  /** Makes and does what `-preconfig` held back. */
  #finish(): void {
    this.#addDevices();
    this.board.reset();
    this.launch();
  }

  /** Lets go of files and sockets; what the guest wrote is on the disk afterwards. */
  async dispose(): Promise<void> {
    this.#loop.pause();
    // Output of the last slice waits for this turn of the event loop to end.
    await new Promise<void>(resolve => this.#host.defer(resolve));
    for (const flash of this.#backends.flashes) await flash?.settled();
    await this.#drain();
    await this.#backends.drives.close();
    await this.#backends.fsdevs.close();
    this.#backends.nets.close();
    this.#backends.exports.close();
    this.#backends.chardevs.close();
    this.#logging.log.close();
    this.#qtestLog?.close();
  }

  #runningChanged(running: boolean): void {
    if (running) {
      this.#backends.drives.resetIoStatus();
      this.#loop.resume();
    } else {
      this.#loop.pause();
      this.lifecycle.drained = this.#drain();
    }
    for (const device of virtioDevices(this.board.root)) device.vmStateChanged(running);
  }

  /** Waits for the requests that back ends have, and writes out what they wrote; not without end. */
  async #drain(): Promise<void> {
    const { drives } = this.#backends;
    for (const drive of drives.all()) drive.throttle.suspended = true;
    void this.#inFlight.track(drives.flush());
    let cancel = () => {};
    const patience = new Promise<void>(resolve => {
      cancel = this.#host.sleep(DRAIN_MS, resolve);
    });
    await this.#inFlight.drain(patience);
    cancel();
    for (const drive of drives.all()) drive.throttle.suspended = false;
  }

  /** A guest's request ends its slice, so that nothing runs on behind a power-off. */
  #fromGuest(request: () => void): void {
    request();
    for (const hart of this.board.engine.harts) hart.requestExit();
  }

  #between(): void {
    if (!this.lifecycle.requested) return;
    const ending = this.lifecycle.process(() => {
      this.#logging.beforeReset();
      this.board.reset();
    });
    if (ending === null) return;
    this.#loop.pause();
    const end = this.#end;
    this.#end = null; // a `quit` that comes on the heels of a power-off ends nothing anew
    end?.(ending);
  }

  /** After every command the loop looks again: it may have raised an interrupt or made a request. */
  #kicking(handlers: CommandHandlers): CommandHandlers {
    const kicking = Object.entries(handlers).map(([name, handler]) => {
      const call = handler as (args: never) => unknown;
      const wrapped = (args: never) => {
        this.#loop.kick();
        return call(args);
      };
      return [name, wrapped];
    });
    return Object.fromEntries(kicking) as CommandHandlers;
  }
}
