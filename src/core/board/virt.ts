import type { MachineConfig } from '../config.ts';
import type { Ns16550a } from '../hw/char/ns16550a.ts';
import type { FwCfg } from '../hw/firmware/fw-cfg.ts';
import { FLASH_BANK_SIZE } from '../hw/misc/pflash-cfi01.ts';
import type { GpexHost } from '../hw/pci/gpex.ts';
import type { VirtioMmioTransport } from '../hw/virtio/mmio.ts';
import { ACPI_MEMORY, installAcpi, wantsAcpi } from './acpi.ts';
import { Board, type BoardFrame } from './board.ts';
import { planBoot } from './boot.ts';
import { type BoardDevices, placeDevices } from './devices.ts';
import { type BoardParts, layFoundation } from './foundation.ts';
import { addUserFiles } from './fw-cfg-items.ts';
import { MEMORY_MAP } from './memory-map.ts';
import { createRegions } from './regions.ts';

/** The riscv64 `virt` machine. */
export class VirtBoard extends Board {
  override readonly pci: GpexHost;
  readonly transports: readonly VirtioMmioTransport[];
  readonly uart: Ns16550a;
  readonly fwCfg: FwCfg;

  /** Whether firmware shall boot from nothing but what it is told of. */
  readonly #strictBoot: boolean;

  constructor(frame: BoardFrame, devices: BoardDevices, strictBoot: boolean) {
    super(frame);
    this.#strictBoot = strictBoot;
    this.pci = devices.pci;
    this.transports = devices.transports;
    this.uart = devices.uart;
    this.fwCfg = devices.fwCfg;
  }

  override reset(): void {
    this.fwCfg.items.replaceFile('bootorder', this.plugger.bootOrder.file(this.#strictBoot));
    super.reset();
  }
}

/** Builds the machine. @throws ConfigError or QmpError when the configuration asks for what there is not */
export function buildVirtBoard(config: MachineConfig, parts: BoardParts): VirtBoard {
  const { cpu, ...foundation } = layFoundation(config, parts, ram => createRegions(parts.hostMemory, ram));
  const { skeleton, memory, clockwork } = foundation;
  const harts = clockwork.wires;
  const flashes = parts.flashes ?? [];
  const roms = planBoot(config, cpu.isa, length => parts.host.entropy(length), flashes[0] != null);
  const devices = placeDevices({
    ...parts,
    ...foundation,
    serial: parts.serial,
    flashes,
    config,
    harts,
    model: cpu,
    mtimer: clockwork.mtimer,
    files: clockwork.files,
    pci: foundation.pciEnvironment,
  });
  if (wantsAcpi(config)) {
    installAcpi(config, cpu.isa, { ...parts, owners: skeleton.owners, roms, fwCfg: devices.fwCfg });
  }
  addUserFiles(devices.fwCfg.items, config.fwCfg);
  memory.refresh();
  const hartPaths = harts.map(({ id }) => `/machine/soc0/harts[${id}]`);
  return new VirtBoard({ ...foundation, roms, hartPaths }, devices, config.boot?.strict ?? false);
}

/** Bytes of host memory that the board takes beside its RAM. */
export function virtOwnMemory(config: MachineConfig): number {
  return MEMORY_MAP.mrom.size + 2 * FLASH_BANK_SIZE + (wantsAcpi(config) ? ACPI_MEMORY : 0);
}
