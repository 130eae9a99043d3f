import { ACPI_FILES, type AcpiParts, buildAcpi } from '../acpi/index.ts';
import type { MachineConfig } from '../config.ts';
import type { HostMemory } from '../host-memory.ts';
import type { FwCfg } from '../hw/firmware/fw-cfg.ts';
import { IMSIC_IDENTITIES } from '../hw/intc/imsic-file.ts';
import { APLIC_SOURCES } from '../hw/intc/riscv-aplic.ts';
import { PLIC_PRIORITIES, PLIC_SOURCES } from '../hw/intc/sifive-plic.ts';
import { TIMEBASE_HZ } from '../hw/timer/timebase.ts';
import { MemoryRegion } from '../memory/region.ts';
import type { RegionOwners } from '../memory/region-object.ts';
import { type IsaDescription, isaString } from './device-tree.ts';
import { type InterruptModel, interruptModel } from './interrupt-model.ts';
import { highMmio, IRQ, MEMORY_MAP, VIRTIO_TRANSPORTS } from './memory-map.ts';
import type { RomList } from './roms.ts';

/**
 * Each file, the room for it, and its length; in the order of their memory. Tables of 512 harts, the most there are,
 * take less than half of theirs.
 */
const FILES = [
  { part: 'tables', room: 0x20_0000, length: 0x2_0000 },
  { part: 'loader', room: 0x1_0000, length: 0x1000 },
  { part: 'rsdp', room: 0x1000, length: 36 },
] as const;

const PAGE = 4096;

/** Bytes of host memory that the tables take. */
export const ACPI_MEMORY = FILES.reduce((sum, { room }) => sum + room, 0);

export interface AcpiTargets {
  readonly hostMemory: HostMemory;
  readonly fwCfg: FwCfg;
  readonly roms: RomList;
  readonly owners: RegionOwners;
}

export function wantsAcpi(config: MachineConfig): boolean {
  return config.machineProperties['acpi'] !== 'off';
}

/** Puts the machine's ACPI tables where the firmware looks for them. They are made when it selects the first of them. */
export function installAcpi(config: MachineConfig, isa: IsaDescription, targets: AcpiTargets): void {
  const places = new Map<keyof typeof ACPI_FILES, Uint8Array>();
  const fill = () => {
    const files = places.size > 0 ? buildAcpi(describe(config, isa)) : null;
    for (const [part, place] of places) place.set(files![part]);
    places.clear();
  };
  for (const { part, room, length } of FILES) {
    const file = ACPI_FILES[part];
    const name = `/rom@${file}`;
    const offset = targets.hostMemory.allocate(name, room);
    const block = { hostOffset: offset, used: Math.ceil(length / PAGE) * PAGE };
    targets.owners.attach(targets.fwCfg, new MemoryRegion(name, 'rom', BigInt(room), block));
    const data = targets.hostMemory.bytes.subarray(offset, offset + length);
    places.set(part, data);
    targets.fwCfg.items.addFile(file, { data, onSelect: fill });
    targets.roms.addFirmwareFile(file, room);
  }
}

function describe(config: MachineConfig, isa: IsaDescription): AcpiParts {
  const { uart, virtio, fwCfg, pcieEcam, pcieMmio, pcieIo } = MEMORY_MAP;
  const { harts } = config;
  const platform = platformOf(interruptModel(config.machineProperties));
  return {
    board: {
      harts,
      fwCfg,
      wires: platform,
      uart: { ...uart, source: IRQ.uart },
      virtio: { ...virtio, source: IRQ.virtio, count: VIRTIO_TRANSPORTS },
      pci: {
        ecam: pcieEcam,
        mmio: pcieMmio,
        pio: pcieIo,
        high: highMmio(config.ramSize),
        source: IRQ.pcie,
      },
    },
    interrupts: { harts, platform },
    harts: {
      harts,
      timebase: TIMEBASE_HZ,
      isa: isaString(isa),
      mmu: isa.mmuType.replace('riscv,', ''),
      cacheBlocks: cacheBlocks(isa),
    },
  };
}

function platformOf({ aia }: InterruptModel): AcpiParts['interrupts']['platform'] {
  const { plic, aplicS, imsicS } = MEMORY_MAP;
  if (aia === 'none') {
    return { kind: 'plic', ...plic, sources: PLIC_SOURCES - 1, priorities: PLIC_PRIORITIES };
  }
  const messages = aia === 'aplic' ? null : { ...imsicS, identities: IMSIC_IDENTITIES - 1 };
  return { kind: 'aplic', ...aplicS, sources: APLIC_SOURCES - 1, messages };
}

/** Sizes as powers of two, where there are operations on blocks at all. */
function cacheBlocks({ extensions, blockSizes }: IsaDescription) {
  if (!extensions.includes('zicbom') && !extensions.includes('zicboz')) return null;
  const size = (name: keyof IsaDescription['blockSizes']) =>
    extensions.includes(`zi${name}`) ? Math.log2(blockSizes[name]) : 0;
  return { cbom: size('cbom'), cbop: size('cbop'), cboz: size('cboz') };
}
