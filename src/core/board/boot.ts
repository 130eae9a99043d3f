import { ConfigError, type MachineConfig } from '../config.ts';
import { type IsaDescription, virtDeviceTree } from './device-tree.ts';
import { writeFdt } from './fdt.ts';
import { type PlacedImage, placeImage, type RamRange, rejectCompressed } from './images.ts';
import { interruptModel } from './interrupt-model.ts';
import { MEMORY_MAP } from './memory-map.ts';
import { firmwareInfo, resetVector } from './reset-vector.ts';
import { fixedRom, type Rom, RomList } from './roms.ts';
import { type BootFacts, userDeviceTree } from './user-device-tree.ts';

const MIB = 1024 * 1024;
const KERNEL_ALIGN = 2 * MIB;
const FDT_ALIGN = 2 * MIB;
/** An initial ramdisk starts at half of RAM behind the kernel, this far at most: room to unpack a kernel. */
const INITRD_DISTANCE_MAX = 512 * MIB;
const RNG_SEED_LENGTH = 32;

/**
 * Lays out firmware, kernel, initial ramdisk and device tree. With `bootsFlash` the first bank of flash holds what is
 * started: by the firmware, or at reset if there is none; a kernel is left to it. @throws ConfigError for bad images
 */
export function planBoot(
  config: MachineConfig,
  isa: IsaDescription,
  entropy: (length: number) => Uint8Array,
  bootsFlash = false,
): RomList {
  rejectWithoutKernel(config);
  const ram: RamRange = { base: MEMORY_MAP.ram.base, size: config.ramSize };
  const firmware = config.firmware && placeImage('firmware', config.firmware, ram.base, ram);
  const kernel = bootsFlash ? null : placeKernel(config, firmware?.end ?? ram.base, ram);
  const initrd = kernel && placeInitrd(config, kernel, ram);
  const facts = {
    bootargs: kernel ? config.append : '',
    initrd: initrd && { start: initrd.start, end: initrd.end },
  };
  const tree = config.dtb
    ? userDeviceTree(config.dtb, facts, entropy)
    : () => ownDeviceTree(config, isa, facts, entropy);
  const fdt = placeFdt(tree, initrd?.end ?? kernel?.end ?? firmware?.end ?? ram.base, ram);
  const next = bootsFlash ? MEMORY_MAP.flash.base : (kernel?.entry ?? 0);
  const start = firmware?.entry ?? (next === 0 ? ram.base : next);
  return new RomList([
    ...resetRoms(start, fdt.address, next),
    ...(firmware?.roms ?? []),
    ...(kernel?.roms ?? []),
    ...(initrd?.roms ?? []),
    fdt,
  ]);
}

/** @throws ConfigError for what makes sense with a kernel only */
export function rejectWithoutKernel({ kernel, initrd, append }: MachineConfig): void {
  if (kernel) return;
  if (initrd) throw new ConfigError('-initrd only allowed with -kernel option');
  if (append !== '') throw new ConfigError('-append only allowed with -kernel option');
}

function ownDeviceTree(
  { ramSize, harts, machineProperties }: MachineConfig,
  isa: IsaDescription,
  facts: BootFacts,
  entropy: (length: number) => Uint8Array,
): Uint8Array {
  const interrupts = interruptModel(machineProperties);
  const rngSeed = entropy(RNG_SEED_LENGTH);
  return writeFdt(virtDeviceTree({ ramSize, harts, interrupts, isa, ...facts, rngSeed }));
}

function resetRoms(start: number, fdt: number, next: number): Rom[] {
  const vector = resetVector(start, fdt);
  const { base } = MEMORY_MAP.mrom;
  return [
    fixedRom('mrom.reset', base, vector, 'rom'),
    fixedRom('mrom.finfo', base + vector.length, firmwareInfo(next), 'rom'),
  ];
}

function placeKernel(config: MachineConfig, firmwareEnd: number, ram: RamRange): PlacedImage | null {
  if (!config.kernel) return null;
  rejectCompressed('kernel', config.kernel);
  const address = Math.ceil(firmwareEnd / KERNEL_ALIGN) * KERNEL_ALIGN;
  return placeImage('kernel', config.kernel, address, ram);
}

function placeInitrd(config: MachineConfig, kernel: PlacedImage, ram: RamRange): PlacedImage | null {
  if (!config.initrd) return null;
  const { name, data } = config.initrd;
  const start = kernel.start + Math.min(ram.size / 2, INITRD_DISTANCE_MAX);
  const end = start + data.length;
  if (end > ram.base + ram.size || start < kernel.end) {
    throw new ConfigError(`could not load ramdisk '${name}': ${config.ramSize / MIB} MiB of RAM are too few`);
  }
  return { roms: [fixedRom(name, start, data)], entry: start, start, end };
}

/** The device tree lies at the end of RAM; its size does not change, its seed does at every reset. */
function placeFdt(tree: () => Uint8Array, lowest: number, ram: RamRange): Rom {
  const { length } = tree();
  const address = Math.floor((ram.base + ram.size - length) / FDT_ALIGN) * FDT_ALIGN;
  if (address < lowest)
    throw new ConfigError(
      'not enough memory to place the device tree behind the firmware, kernel and ramdisk',
    );
  return { name: 'fdt', address, size: length, memory: 'ram', contents: tree };
}
