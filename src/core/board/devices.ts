import type { ByteStream, Host } from '../../host/types.ts';
import type { FlashImage } from '../block/flash-image.ts';
import { NullDevice } from '../chardev/ring-buffer.ts';
import type { VirtualClock } from '../clock.ts';
import type { MachineConfig } from '../config.ts';
import type { InterruptLine } from '../cpu/index.ts';
import type { HostMemory } from '../host-memory.ts';
import { Ns16550a } from '../hw/char/ns16550a.ts';
import { FwCfg } from '../hw/firmware/fw-cfg.ts';
import { BOOT_MENU_KEY, NB_CPUS_KEY, NOGRAPHIC_KEY, UUID_KEY } from '../hw/firmware/fw-cfg-store.ts';
import { AclintSwi } from '../hw/intc/aclint-swi.ts';
import { RiscvAplic } from '../hw/intc/riscv-aplic.ts';
import { RiscvImsic } from '../hw/intc/riscv-imsic.ts';
import { SifivePlic } from '../hw/intc/sifive-plic.ts';
import { FLASH_BANK_SIZE, PflashCfi01 } from '../hw/misc/pflash-cfi01.ts';
import { PLATFORM_BUS_IRQS, PlatformBus } from '../hw/misc/platform-bus.ts';
import { type PowerControl, SifiveTest } from '../hw/misc/sifive-test.ts';
import { PINS } from '../hw/pci/bus.ts';
import type { PciEnvironment } from '../hw/pci/environment.ts';
import type { GpexHost } from '../hw/pci/gpex.ts';
import type { AclintMtimer } from '../hw/timer/aclint-mtimer.ts';
import { GoldfishRtc } from '../hw/timer/goldfish-rtc.ts';
import { rtcTime } from '../hw/timer/rtc-time.ts';
import type { VirtioEnvironment } from '../hw/virtio/environment.ts';
import { VirtioMmioTransport } from '../hw/virtio/mmio.ts';
import type { AddressSpace } from '../memory/address-space.ts';
import type { TypeTable } from '../qom/types.ts';
import type { InterruptFiles } from './clockwork.ts';
import { addBootWaits, offerKernel } from './fw-cfg-items.ts';
import { HartArray, type HartModel, type HartWires, MIP } from './hart-array.ts';
import { hasSoftwareInterrupts, type InterruptModel, interruptModel } from './interrupt-model.ts';
import { IRQ, MEMORY_MAP, VIRTIO_TRANSPORTS } from './memory-map.ts';
import { placePci } from './pci.ts';
import type { Skeleton } from './skeleton.ts';

export interface DeviceParts {
  readonly config: MachineConfig;
  readonly types: TypeTable;
  readonly skeleton: Skeleton;
  readonly memory: AddressSpace;
  readonly host: Host;
  readonly hostMemory: HostMemory;
  readonly clock: VirtualClock;
  readonly lifecycle: PowerControl;
  readonly harts: readonly HartWires[];
  readonly mtimer: AclintMtimer;
  readonly files: readonly InterruptFiles[];
  readonly model: HartModel;
  readonly environment: VirtioEnvironment;
  readonly pci: PciEnvironment;
  /** What the serial port is connected to; nothing if absent. */
  readonly serial?: ByteStream | undefined;
  readonly flashes: readonly (FlashImage | null)[];
}

/** Where the wires of devices lead. */
type InterruptController = Pick<SifivePlic | RiscvAplic, 'path' | 'inputs'>;

export interface BoardDevices {
  readonly uart: Ns16550a;
  readonly fwCfg: FwCfg;
  readonly transports: readonly VirtioMmioTransport[];
  readonly pci: GpexHost;
}

/** Puts the board's devices in their places. The order gives their names, resets and listings. */
export function placeDevices(parts: DeviceParts): BoardDevices {
  const interrupts = interruptModel(parts.config.machineProperties);
  placeHarts(parts);
  placeTimers(parts, interrupts);
  const plic = interrupts.aia === 'none' ? placePlic(parts) : placeAplic(parts, interrupts);
  const fwCfg = placeFwCfg(parts);
  placeTest(parts);
  const transports = Array.from({ length: VIRTIO_TRANSPORTS }, (_, index) =>
    placeTransport(parts, plic, index),
  );
  const pci = placeHostBridge(parts, plic);
  placePlatformBus(parts, plic);
  const uart = placeUart(parts, plic);
  placeRtc(parts, plic);
  placeFlash(parts, 0);
  placeFlash(parts, 1);
  return { uart, fwCfg, transports, pci };
}

function hartInput(hart: number, bit: number): string {
  return `/machine/soc0/harts[${hart}]/unnamed-gpio-in[${bit}]`;
}

function plicInput(plic: InterruptController, source: number): string {
  return `${plic.path}/unnamed-gpio-in[${source}]`;
}

function placeHarts({ types, skeleton, harts, model }: DeviceParts): void {
  skeleton.place(new HartArray(types, harts, model, MEMORY_MAP.mrom.base), { name: 'soc0' });
}

/** A CLINT, or the devices of an ACLINT; the timer moves to its beginning when messages take the place of the rest. */
function placeTimers({ types, skeleton, harts, mtimer }: DeviceParts, interrupts: InterruptModel): void {
  const { clint, mtimer: behindSwi, sswi } = MEMORY_MAP;
  const software = (mode: 'machine' | 'supervisor', bit: InterruptLine, base: number) => {
    const lines = harts.map(hart => hart.line(bit));
    const swi = new AclintSwi(types, lines, mode);
    skeleton.place(swi, {
      regions: [{ region: swi.region, base }],
      outputs: harts.map(hart => hartInput(hart.id, bit)),
    });
  };
  const hasSoftware = hasSoftwareInterrupts(interrupts);
  if (hasSoftware) software('machine', MIP.msip, clint.base);
  skeleton.place(mtimer, {
    regions: [{ region: mtimer.region, base: hasSoftware ? behindSwi.base : clint.base }],
    outputs: harts.map(hart => hartInput(hart.id, MIP.mtip)),
  });
  if (hasSoftware && interrupts.aclint) software('supervisor', MIP.ssip, sswi.base);
}

/** Two domains: machine level, where the wires of devices lead, and supervisor level below it. */
function placeAplic(parts: DeviceParts, { aia }: InterruptModel): RiscvAplic {
  const { types, skeleton, harts, memory } = parts;
  if (aia === 'aplic-imsic') placeImsics(parts);
  const domain = (machineMode: boolean, parent?: RiscvAplic) => {
    const bit = machineMode ? MIP.meip : MIP.seip;
    const wired = aia === 'aplic';
    const aplic = new RiscvAplic(types, {
      machineMode,
      lines: wired ? harts.map(hart => hart.line(bit)) : null,
      hasChild: machineMode,
      send: (address, identity) => memory.message(address, identity),
      ...(parent ? { parent } : {}),
    });
    const { base } = machineMode ? MEMORY_MAP.aplicM : MEMORY_MAP.aplicS;
    return skeleton.place(aplic, {
      regions: [{ region: aplic.region, base }],
      outputs: wired ? harts.map(hart => hartInput(hart.id, bit)) : [],
    });
  };
  const root = domain(true);
  domain(false, root);
  return root;
}

function placeImsics({ types, skeleton, harts, files }: DeviceParts): void {
  for (const mode of ['machine', 'supervisor'] as const) {
    const bit = mode === 'machine' ? MIP.meip : MIP.seip;
    const { base, size } = mode === 'machine' ? MEMORY_MAP.imsicM : MEMORY_MAP.imsicS;
    for (const hart of harts) {
      const file = files[hart.id]![mode];
      const imsic = new RiscvImsic(types, hart.id, mode === 'machine', file, hart.line(bit));
      skeleton.place(imsic, {
        regions: [{ region: imsic.region, base: base + hart.id * size }],
        outputs: [hartInput(hart.id, bit)],
      });
    }
  }
}

function placePlic({ types, skeleton, harts }: DeviceParts): SifivePlic {
  const bits = [MIP.meip, MIP.seip] as const;
  const plic = new SifivePlic(
    types,
    harts.flatMap(hart => bits.map(bit => hart.line(bit))),
  );
  return skeleton.place(plic, {
    regions: [{ region: plic.region, base: MEMORY_MAP.plic.base }],
    // As links the outputs are numbered by mode first, as in QEMU.
    outputs: bits.toReversed().flatMap(bit => harts.map(hart => hartInput(hart.id, bit))),
  });
}

function placeFwCfg({ config, types, skeleton, memory, flashes }: DeviceParts): FwCfg {
  const device = new FwCfg(types, memory);
  const { base } = MEMORY_MAP.fwCfg;
  device.items.set(UUID_KEY, uuidBytes(config.uuid));
  device.items.setNumber(NOGRAPHIC_KEY, skeleton.machine.getProperty('graphics') ? 0 : 1, 2);
  device.items.setNumber(NB_CPUS_KEY, config.harts, 2);
  device.items.setNumber(BOOT_MENU_KEY, config.boot?.menu ? 1 : 0, 2);
  device.items.addFile('bootorder', { data: new Uint8Array(0) });
  addBootWaits(device.items, config.boot);
  if (flashes[0]) offerKernel(device.items, config);
  return skeleton.place(device, {
    name: 'fw_cfg',
    regions: [
      { region: device.ctl, base: base + 8 },
      { region: device.data, base },
      { region: device.dma, base: base + 16 },
    ],
  });
}

function uuidBytes(uuid: string | null): Uint8Array {
  const digits = (uuid ?? '').replaceAll('-', '').padEnd(32, '0');
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

function placeTest({ types, skeleton, lifecycle }: DeviceParts): void {
  const device = new SifiveTest(types, lifecycle);
  skeleton.place(device, { regions: [{ region: device.region, base: MEMORY_MAP.test.base }] });
}

function placeTransport(
  { types, skeleton, environment }: DeviceParts,
  plic: InterruptController,
  index: number,
): VirtioMmioTransport {
  const source = IRQ.virtio + index;
  const transport = new VirtioMmioTransport(types, environment, plic.inputs[source]!, index);
  const { base, size } = MEMORY_MAP.virtio;
  return skeleton.place(transport, {
    regions: [{ region: transport.region, base: base + index * size }],
    outputs: [plicInput(plic, source)],
  });
}

function placeHostBridge({ types, skeleton, pci, config }: DeviceParts, plic: InterruptController): GpexHost {
  const sources = Array.from({ length: PINS }, (_, pin) => IRQ.pcie + pin);
  const lines = sources.map(source => plic.inputs[source]!);
  const outputs = sources.map(source => plicInput(plic, source));
  return placePci(types, skeleton, pci, lines, outputs, config.ramSize);
}

function placePlatformBus({ types, skeleton }: DeviceParts, plic: InterruptController): void {
  const device = new PlatformBus(types);
  skeleton.place(device, {
    regions: [{ region: device.region, base: MEMORY_MAP.platformBus.base, direct: true }],
    outputs: Array.from({ length: PLATFORM_BUS_IRQS }, (_, index) =>
      plicInput(plic, IRQ.platformBus + index),
    ),
  });
}

function placeUart(
  { types, skeleton, serial, host, clock }: DeviceParts,
  plic: InterruptController,
): Ns16550a {
  const stream = serial ?? new NullDevice();
  const defer = (callback: () => void) => host.defer(callback);
  const uart = new Ns16550a(types, clock, plic.inputs[IRQ.uart]!, stream, defer);
  return skeleton.place(uart, {
    regions: [{ region: uart.region, base: MEMORY_MAP.uart.base, direct: true }],
    outputs: [plicInput(plic, IRQ.uart)],
  });
}

function placeRtc({ config, types, skeleton, host, clock }: DeviceParts, plic: InterruptController): void {
  const device = new GoldfishRtc(types, rtcTime(config.rtc, host, clock), clock, plic.inputs[IRQ.rtc]!);
  skeleton.place(device, {
    regions: [{ region: device.region, base: MEMORY_MAP.rtc.base }],
    outputs: [plicInput(plic, IRQ.rtc)],
  });
}

function placeFlash({ types, skeleton, hostMemory, memory, flashes }: DeviceParts, index: number): void {
  const name = `virt.flash${index}`;
  const contents = hostMemory.allocate(name, FLASH_BANK_SIZE);
  const device = new PflashCfi01(
    types,
    name,
    hostMemory,
    contents,
    {
      onContent: (offset, length) => memory.contentsChanged(offset, length),
      onMode: () => memory.refresh(),
    },
    flashes[index] ?? null,
  );
  const base = MEMORY_MAP.flash.base + index * FLASH_BANK_SIZE;
  skeleton.place(device, { name, regions: [{ region: device.region, base, direct: true }] });
}
