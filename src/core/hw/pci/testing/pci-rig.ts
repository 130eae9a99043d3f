import { MemoryDisk } from '../../../block/memory-disk.ts';
import { drivesWith } from '../../../block/testing/drives.ts';
import { type TestMachine, testBoard } from '../../../board/testing/test-board.ts';
import { ChardevTable } from '../../../chardev/table.ts';
import { createDevice, type DeviceBackends } from '../../../device-factory.ts';
import { Displays } from '../../../display/console.ts';
import { Input } from '../../../input/input.ts';
import type { AccessSize } from '../../../memory/region.ts';
import { NetClient } from '../../../net/client.ts';
import { NetTable } from '../../../net/table.ts';
import { FsdevTable } from '../../../ninep/fsdev.ts';
import type { Device } from '../../../qom/device.ts';
import { createRngBackend } from '../../virtio/rng-backend.ts';

const ECAM = 0x3000_0000;
const RAM = 0x8000_0000;

/** Gives every frame back. */
class Mirror extends NetClient {
  readonly info = '';
  protected receive(frame: Uint8Array): boolean {
    this.send(frame);
    return true;
  }
}

/** A whole machine whose PCI registers a test drives as a guest would. */
export class PciRig {
  readonly machine: TestMachine = testBoard();
  readonly backends: DeviceBackends;
  readonly removed: string[] = [];
  #next = RAM + 0x10_0000;

  constructor() {
    const { host, board, clock } = this.machine;
    this.backends = {
      drives: drivesWith(host, new MemoryDisk(65536, false)),
      fsdevs: new FsdevTable(),
      nets: new NetTable(),
      chardevs: new ChardevTable(host),
      rngs: new Map([['rng', createRngBackend({ 'qom-type': 'rng-builtin' }, host)]]),
      balloon: { balloon: null },
      ramSize: 128 << 20,
      input: new Input(clock),
      displays: new Displays(),
      loaderFiles: new Map(),
    };
    this.backends.nets.add(new Mirror('n0', 'peer'));
    board.plugger.onRemoved(({ path }) => this.removed.push(path));
  }

  get memory() {
    return this.machine.board.memory;
  }

  /** -device, or device_add if `hotplug`, from `driver,name=value,...` */
  add(text: string, hotplug = false): Device {
    const [driver = '', ...rest] = text.split(',');
    const options = Object.fromEntries(rest.map(part => part.split('=') as [string, string]));
    const { board } = this.machine;
    const create = (name: string) => createDevice(name, board, this.backends);
    const device = board.plugger.add({ driver, ...options }, create, hotplug);
    if (!hotplug) device.reset();
    return device;
  }

  read(address: number, size: AccessSize = 4): number {
    return this.memory.load(address, size) ? this.memory.readLow >>> 0 : Number.NaN;
  }

  write(address: number, value: number, size: AccessSize = 4): void {
    this.memory.store(address, size, value, 0);
  }

  /** Configuration space of a function. */
  config(slot: number, bus = 0, fn = 0) {
    const base = ECAM + (bus << 20) + (slot << 15) + (fn << 12);
    return {
      read: (at: number, size: AccessSize = 4) => this.read(base + at, size),
      write: (at: number, value: number, size: AccessSize = 4) => this.write(base + at, value, size),
    };
  }

  /** Whether the PLIC sees the interrupt pin (0 to 3) of the host bridge. */
  pin(pin: number): boolean {
    const PENDING = 0xc00_1000;
    const source = 0x20 + pin;
    return ((this.read(PENDING + 4 * (source >> 5)) >>> (source & 31)) & 1) === 1;
  }

  /** A piece of guest RAM that nobody uses. */
  alloc(size: number, align = 16): number {
    const at = Math.ceil(this.#next / align) * align;
    this.#next = at + size;
    return at;
  }
}
