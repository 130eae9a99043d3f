import { MemoryRegion } from '../../memory/region.ts';
import type { HotplugHandler } from '../../qom/device.ts';
import { PciBus } from './bus.ts';
import type { ConfigSpace } from './config-space.ts';
import { PciDevice } from './device.ts';
import {
  BRIDGE,
  BRIDGE_BUS_RESET,
  COMMAND_IO,
  COMMAND_MEMORY,
  HEADER_BRIDGE,
  HEADER_MULTIFUNCTION,
  PCI,
} from './registers.ts';

/** A range that a bridge forwards; empty if the limit is below the base. */
interface BridgeWindow {
  readonly base: bigint;
  readonly limit: bigint;
}

const IO_SPACE = 2n ** 32n;
const ADDRESS_BITS = 0xfff0; // of base and limit of memory windows: the upper bits of a MiB number
const PREFETCH_64 = 1;
const CONTROL_WRITABLE = 0x5f;

/** The windows as the registers say (PCI-to-PCI Bridge 1.2, 3.2.5). */
export function windowsOf(config: ConfigSpace): Record<'io' | 'memory' | 'prefetch', BridgeWindow> {
  const memory = (at: number) => BigInt(config.u16(at) & ADDRESS_BITS) << 16n;
  const high = (at: number) => BigInt(config.u32(at)) << 32n;
  const io = (at: number) => BigInt(config.u8(at) & 0xf0) << 8n;
  return {
    io: { base: io(BRIDGE.ioBase), limit: io(BRIDGE.ioLimit) | 0xfffn },
    memory: { base: memory(BRIDGE.memoryBase), limit: memory(BRIDGE.memoryLimit) | 0xf_ffffn },
    prefetch: {
      base: high(BRIDGE.prefetchBaseHigh) | memory(BRIDGE.prefetchBase),
      limit: high(BRIDGE.prefetchLimitHigh) | memory(BRIDGE.prefetchLimit) | 0xf_ffffn,
    },
  };
}

/** The bus behind a bridge. */
class SecondaryBus extends PciBus {
  readonly #bridge: PciDevice;

  constructor(bridge: PciDevice, memory: MemoryRegion, io: MemoryRegion, handler?: HotplugHandler) {
    super(memory, io, handler);
    this.#bridge = bridge;
  }

  override get number(): number {
    return this.#bridge.config.u8(BRIDGE.secondaryBus);
  }

  override get isRoot(): boolean {
    return false;
  }

  protected override changePin(pin: number, delta: 1 | -1): void {
    this.#bridge.pciBus.changeInterrupt(this.#bridge.devfn, pin, delta);
  }
}

/** A PCI-to-PCI bridge: forwards what lies in its windows to the bus behind it. */
export abstract class PciBridge extends PciDevice {
  readonly #memory = new MemoryRegion('pci_bridge_pci', 'container', 2n ** 64n);
  readonly #io = new MemoryRegion('pci_bridge_io', 'container', IO_SPACE);
  readonly #aliases = {
    io: alias('pci_bridge_io', this.#io),
    memory: alias('pci_bridge_mem', this.#memory),
    prefetch: alias('pci_bridge_pref_mem', this.#memory),
  };
  #secondary: PciBus | undefined;

  override get secondary(): PciBus | undefined {
    return this.#secondary;
  }

  /** Who answers for the slot behind the bridge. */
  protected abstract get hotplugHandler(): HotplugHandler | undefined;

  protected override setUp(): void {
    const { config, pciBus } = this;
    const multifunction = this.value('multifunction') === true ? HEADER_MULTIFUNCTION : 0;
    config.set8(PCI.headerType, HEADER_BRIDGE | multifunction);
    config.set32(BRIDGE.primaryBus, 0, 0xffff_ffff);
    config.set16(BRIDGE.ioBase, 0, 0xf0f0);
    config.set32(BRIDGE.memoryBase, 0, 0xfff0_fff0);
    config.set32(BRIDGE.prefetchBase, PREFETCH_64 | (PREFETCH_64 << 16), 0xfff0_fff0);
    config.set32(BRIDGE.prefetchBaseHigh, 0, 0xffff_ffff);
    config.set32(BRIDGE.prefetchLimitHigh, 0, 0xffff_ffff);
    config.set16(BRIDGE.control, 0, CONTROL_WRITABLE);
    for (const region of [this.#memory, this.#io]) this.env.attach(this, region);
    const { io, memory, prefetch } = this.#aliases;
    pciBus.io.add(0n, io);
    pciBus.memory.add(0n, memory).add(0n, prefetch);
    for (const region of [io, memory, prefetch]) this.env.attach(this, region);
    const name = this.id === '' ? `${this.pciBus.busName}.${this.devfn >> 3}` : this.id;
    this.#secondary = this.addBus(name, new SecondaryBus(this, this.#memory, this.#io, this.hotplugHandler));
  }

  override unrealize(): void {
    const { io, memory, prefetch } = this.#aliases;
    this.pciBus.io.remove(io);
    for (const region of [memory, prefetch]) this.pciBus.memory.remove(region);
    super.unrealize();
  }

  override reset(): void {
    const { config } = this;
    config.set32(BRIDGE.primaryBus, 0);
    config.set16(BRIDGE.ioBase, 0x00f0);
    config.set32(BRIDGE.memoryBase, 0x0000_fff0);
    config.set32(BRIDGE.prefetchBase, 0x0000_fff0 | PREFETCH_64 | (PREFETCH_64 << 16));
    config.set32(BRIDGE.prefetchBaseHigh, 0);
    config.set32(BRIDGE.prefetchLimitHigh, 0);
    config.set16(BRIDGE.control, 0);
    super.reset();
    this.#showWindows();
    this.#resetBus();
  }

  #resetBus(): void {
    for (const device of this.#secondary?.devices ?? []) device.reset();
  }

  override writeConfig(at: number, value: number, size: number): void {
    const before = this.config.u16(BRIDGE.control);
    super.writeConfig(at, value, size);
    if (at < BRIDGE.control) this.#showWindows();
    const risen = this.config.u16(BRIDGE.control) & ~before;
    if ((risen & BRIDGE_BUS_RESET) !== 0) this.#resetBus();
  }

  #showWindows(): void {
    const windows = windowsOf(this.config);
    const command = this.config.u16(PCI.command);
    const shown = [
      show(this.#aliases.io, windows.io, (command & COMMAND_IO) !== 0),
      show(this.#aliases.memory, windows.memory, (command & COMMAND_MEMORY) !== 0),
      show(this.#aliases.prefetch, windows.prefetch, (command & COMMAND_MEMORY) !== 0),
    ];
    if (shown.includes(true)) this.env.memory.refresh();
  }
}

function alias(name: string, target: MemoryRegion): MemoryRegion {
  return new MemoryRegion(name, 'alias', 0n, { target, priority: 1 });
}

/** Returns whether anything changed. */
function show(region: MemoryRegion, { base, limit }: BridgeWindow, enabled: boolean): boolean {
  const size = enabled && limit >= base ? limit - base + 1n : 0n;
  if (region.size === size && region.targetOffset === base) return false;
  region.retarget(base, size);
  return true;
}
