import type { ByteStream, Host, LogSink } from '../../../host/types.ts';
import type { ShutdownCause } from '../../../qapi/generated/types.ts';
import { FakeStream } from '../../chardev/testing/fake-stream.ts';
import { ManualTime, VirtualClock } from '../../clock.ts';
import type { MachineConfig } from '../../config.ts';
import { EventBus, type MachineEvent } from '../../events.ts';
import { HostMemory } from '../../host-memory.ts';
import { InFlight } from '../../in-flight.ts';
import { NO_NETWORK } from '../../net/user/testing/no-network.ts';
import { hostMemorySize } from '../index.ts';
import { buildVirtBoard, type VirtBoard } from '../virt.ts';

const MIB = 1024 * 1024;
/** Wall clock at the start of a test, ns since 1970. */
export const TEST_EPOCH = 1_000_000_000n * 1_000_000_000n;

export function testConfig(changes: Partial<MachineConfig> = {}): MachineConfig {
  return {
    ramSize: 128 * MIB,
    harts: 1,
    cpu: { model: 'rv64', properties: {} },
    machineProperties: {},
    firmware: null,
    kernel: null,
    initrd: null,
    append: '',
    dtb: null,
    fwCfg: [],
    devices: [],
    fsdevs: [],
    drives: [],
    defaultDrives: false,
    netdevs: [],
    nics: [],
    nets: [],
    defaultNetwork: false,
    chardevs: [],
    objects: [],
    globals: [],
    parallels: [],
    serials: ['vc'],
    name: null,
    uuid: null,
    startPaused: false,
    ...changes,
  };
}

async function gather(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes: number[] = [];
  for await (const chunk of chunks) bytes.push(...chunk);
  return Uint8Array.from(bytes);
}

/** A host without the world: time stands until told, entropy is counted, callbacks wait for flush(). */
export class TestHost implements Host {
  readonly processId = 1234;
  readonly time = new ManualTime();
  readonly stream = new FakeStream();
  readonly network = NO_NETWORK;
  readonly logged: string[] = [];
  /** What was saved, by path. */
  readonly saved = new Map<string, Uint8Array>();
  #deferred: (() => void)[] = [];
  #byte = 0;

  now(): number {
    return this.time.now();
  }

  wallClock(): number {
    return Number(TEST_EPOCH) + this.time.now();
  }

  entropy(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#byte++ & 0xff);
  }

  openBlockFile(): never {
    throw new Error('no block files here');
  }

  openTemporaryFile(): never {
    throw new Error('no temporary files here');
  }

  openFolder(): never {
    throw new Error('no folders here');
  }

  createFile(): Promise<void> {
    return Promise.reject(new Error('no files here'));
  }

  async saveFile(path: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
    this.saved.set(path, await gather(chunks));
  }

  openLog(path: string | null): LogSink {
    return { write: text => void this.logged.push(`${path ?? 'stderr'}: ${text}`), close: () => {} };
  }

  deflate(): never {
    throw new Error('nothing is compressed here');
  }

  openStream(): ByteStream {
    return this.stream;
  }

  openFileStream(): ByteStream {
    return this.stream;
  }

  openDeviceStream(): ByteStream {
    return this.stream;
  }

  defer(callback: () => void): void {
    this.#deferred.push(callback);
  }

  sleep(): () => void {
    return () => {};
  }

  flush(): void {
    for (const callback of this.#deferred.splice(0)) callback();
  }
}

export interface TestMachine {
  readonly board: VirtBoard;
  readonly host: TestHost;
  readonly clock: VirtualClock;
  readonly events: readonly MachineEvent[];
  readonly bus: EventBus;
  /** Requests that the guest made through the test device. */
  readonly requests: readonly string[];
  /** Lets virtual time pass and fires what is due. */
  advance(ns: number): void;
  /** Runs all harts until they wait or have executed about `instructions`. */
  run(instructions: number): void;
}

/** A board on a test host, reset and with its clock running. */
export function testBoard(changes: Partial<MachineConfig> = {}): TestMachine {
  const config = testConfig(changes);
  const host = new TestHost();
  const clock = new VirtualClock(host);
  const bus = new EventBus(() => host.wallClock());
  const events: MachineEvent[] = [];
  const requests: string[] = [];
  bus.on(event => void events.push(event));
  const board = buildVirtBoard(config, {
    host,
    hostMemory: new HostMemory(hostMemorySize(config)),
    clock,
    events: bus,
    lifecycle: {
      requestShutdown: (cause: ShutdownCause, status = 0) => void requests.push(`${cause} ${status}`),
      requestReset: (cause: ShutdownCause) => void requests.push(cause),
      guestPanicked: () => void requests.push('panic'),
      guestCrashLoaded: () => void requests.push('crash loaded'),
      guestShutDown: () => void requests.push('pvpanic shutdown'),
    },
    serial: host.stream,
    vmRunning: () => clock.running,
    inFlight: new InFlight(),
  });
  board.reset();
  clock.start();
  const advance = (ns: number) => {
    host.time.advance(ns);
    clock.runTimers();
  };
  const run = (instructions: number) => {
    for (let left = instructions; left > 0; left -= 10_000) {
      for (const hart of board.engine.harts) hart.run(10_000);
      advance(10_000); // as if every instruction took a nanosecond
      host.flush();
    }
  };
  return { board, host, clock, events, bus, requests, advance, run };
}
