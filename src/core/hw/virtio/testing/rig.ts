import type { BlockFile, ByteStream, Host, HostFolder, LogSink } from '../../../../host/types.ts';
import { ByteDisk } from '../../../block/testing/byte-disk.ts';
import { boardTypes } from '../../../board/board-types.ts';
import { FakeStream } from '../../../chardev/testing/fake-stream.ts';
import { ManualTime, VirtualClock } from '../../../clock.ts';
import type { OptionValues } from '../../../config.ts';
import { EventBus, type MachineEvent } from '../../../events.ts';
import { HostMemory } from '../../../host-memory.ts';
import { InFlight } from '../../../in-flight.ts';
import { irqLine } from '../../../irq.ts';
import { AddressSpace } from '../../../memory/address-space.ts';
import { MemoryRegion } from '../../../memory/region.ts';
import { NO_NETWORK } from '../../../net/user/testing/no-network.ts';
import { Container } from '../../../qom/object.ts';
import { TypeTable } from '../../../qom/types.ts';
import { Tracer } from '../../../trace.ts';
import { scsiTypes } from '../../scsi/types.ts';
import type { VirtioDevice } from '../device.ts';
import type { VirtioEnvironment } from '../environment.ts';
import { VirtioMmioTransport } from '../mmio.ts';
import { virtioTypes } from '../types.ts';

export const RAM = 0x8000_0000;
export const RAM_SIZE = 1 << 20;
export const MMIO = 0x1000_1000;

/** A host whose turns of the event loop are taken by settle(). */
export class FakeHost implements Host {
  readonly processId = 1234;
  readonly time = new ManualTime();
  readonly streams = new Map<string, FakeStream>();
  readonly network = NO_NETWORK;
  file: BlockFile | undefined;
  folder: HostFolder | undefined;
  #turns: (() => void)[] = [];
  #sleeping: { callback: () => void; at: number }[] = [];

  now(): number {
    return this.time.now();
  }
  wallClock(): number {
    return 1_700_000_000e9 + this.time.now();
  }
  entropy(length: number): Uint8Array {
    return new Uint8Array(length).fill(0xa5);
  }
  async openBlockFile(path: string): Promise<BlockFile> {
    if (!this.file) throw new Error(`Could not open '${path}': No such file or directory`);
    return this.file;
  }
  async openFolder(): Promise<HostFolder> {
    if (!this.folder) throw new Error('No such file or directory');
    return this.folder;
  }
  async openTemporaryFile(): Promise<BlockFile> {
    return new ByteDisk();
  }
  createFile(): Promise<void> {
    return Promise.reject(new Error('no files here'));
  }

  async saveFile(path: string): Promise<void> {
    throw new Error(`Could not open '${path}': Permission denied`);
  }
  openLog(): LogSink {
    return { write() {}, close() {} };
  }

  async deflate(bytes: Uint8Array): Promise<Uint8Array> {
    return bytes;
  }
  openStream(label: string, spec: string): ByteStream {
    const stream = new FakeStream(spec);
    this.streams.set(label, stream);
    return stream;
  }
  openFileStream(path: string): ByteStream {
    return this.openStream(path, 'file');
  }
  openDeviceStream(path: string, kind: 'pipe' | 'serial' | 'parallel'): ByteStream {
    return this.openStream(path, kind);
  }
  defer(callback: () => void): void {
    this.#turns.push(callback);
  }
  sleep(ms: number, callback: () => void): () => void {
    const entry = { callback, at: this.time.now() + ms * 1e6 };
    this.#sleeping.push(entry);
    return () => {
      this.#sleeping = this.#sleeping.filter(other => other !== entry);
    };
  }
  /** Moves time on and wakes who slept. */
  pass(ms: number): void {
    this.time.advance(ms * 1e6);
    const due = this.#sleeping.filter(entry => entry.at <= this.time.now());
    this.#sleeping = this.#sleeping.filter(entry => entry.at > this.time.now());
    for (const entry of due) entry.callback();
  }
  /** Lets promises and deferred turns run out. */
  async settle(): Promise<void> {
    for (let n = 0; n < 20; n++) {
      await new Promise(resolve => setImmediate(resolve));
      for (const turn of this.#turns.splice(0)) turn();
    }
  }
}

/** A machine of RAM, one transport and an interrupt wire. */
export class Rig {
  readonly host = new FakeHost();
  readonly clock = new VirtualClock(this.host.time);
  readonly seen: MachineEvent[] = [];
  readonly warnings: string[] = [];
  readonly memory: AddressSpace;
  readonly types: TypeTable;
  readonly env: VirtioEnvironment;
  readonly transport: VirtioMmioTransport;
  readonly root = new Container();
  readonly inFlight = new InFlight();
  readonly trace = new Tracer();
  running = true;
  irq = false;

  constructor(options: { modern?: boolean } = {}) {
    const hostMemory = new HostMemory(RAM_SIZE + 65536);
    const system = new MemoryRegion('system', 'container', 1n << 64n);
    const ram = new MemoryRegion('ram', 'ram', BigInt(RAM_SIZE), {
      hostOffset: hostMemory.allocate('ram', RAM_SIZE),
    });
    system.add(BigInt(RAM), ram);
    this.memory = new AddressSpace('memory', system, hostMemory);
    const events = new EventBus(() => this.host.wallClock());
    events.on(event => this.seen.push(event));
    this.clock.start();
    this.types = new TypeTable([...boardTypes, ...virtioTypes, ...scsiTypes]);
    this.env = {
      memory: this.memory,
      events,
      clock: this.clock,
      host: this.host,
      vmRunning: () => this.running,
      inFlight: this.inFlight,
      trace: this.trace,
      stopOnError: () => this.stop(),
      warn: message => this.warnings.push(message),
    };
    const wire = irqLine(level => {
      this.irq = level;
    });
    this.transport = this.root.add('virtio', new VirtioMmioTransport(this.types, this.env, wire, 0));
    if (options.modern) this.transport.setValue('force-legacy', false);
    system.add(BigInt(MMIO), this.transport.region);
    this.memory.refresh();
  }

  /** Configures, plugs and realizes a device. */
  plug<T extends VirtioDevice>(device: T, options: OptionValues = {}): T {
    device.id = options['id'] ?? 'dev0';
    this.root.add(device.id, device);
    for (const [name, value] of Object.entries(options)) if (name !== 'id') device.setValue(name, value);
    this.transport.bus.plug(device);
    device.realize();
    return device;
  }

  read(offset: number, size: 1 | 2 | 4 = 4): number {
    this.memory.load(MMIO + offset, size);
    return this.memory.readLow >>> 0;
  }

  write(offset: number, value: number, size: 1 | 2 | 4 = 4): void {
    this.memory.store(MMIO + offset, size, value, 0);
  }

  #next = RAM + 0x1000;

  /** A piece of guest RAM that nobody uses. */
  alloc(size: number, align = 16): number {
    const at = Math.ceil(this.#next / align) * align;
    this.#next = at + size;
    return at;
  }

  stop(): void {
    this.running = false;
    this.clock.stop();
  }

  cont(): void {
    this.running = true;
    this.clock.start();
    this.transport.vmStateChanged(true);
  }

  /** Lets virtual and host time pass. */
  pass(ms: number): void {
    this.host.pass(ms);
    this.clock.runTimers();
  }
}
