import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BootImage, MachineConfig } from '../core/config.ts';
import { readFwCfg, readImage, readKernel } from './boot-images.ts';
import { UsageError } from './errors.ts';
import type { MachinePlan } from './invocation.ts';

/** The built-in images, found beside the program. */
export interface BundledImages {
  readonly firmware: string;
  readonly guest: string;
}

/**
 * Reads the images that the plan names. Without -bios our firmware is used (`-bios none`: none), but not on an empty
 * machine, nor for a test program. @throws UsageError for a file that cannot be read
 */
export function loadMachineConfig(plan: MachinePlan, bundled: BundledImages): MachineConfig {
  const { bios, dataFolders, bundledGuest: _, kernel: _kernel, initrd, dtb, fwCfg, ...rest } = plan;
  return {
    ...rest,
    firmware: bios === null && !bootsByDefault(plan) ? null : firmwareImage(bios, dataFolders, bundled),
    kernel: kernelImage(plan, bundled),
    initrd: initrd === null ? null : readImage(initrd, `could not load ramdisk '${initrd}'`),
    dtb: dtb === null ? null : readImage(dtb, `Unable to get size of device tree file '${dtb}'`),
    fwCfg: fwCfg.map(readFwCfg),
  };
}

function kernelImage({ kernel, bundledGuest }: MachinePlan, { guest }: BundledImages): BootImage | null {
  if (kernel !== null) return readKernel(kernel);
  return bundledGuest ? readImage(guest, `could not load kernel '${guest}'`, 'guest.elf') : null;
}

/** Nobody would execute what a test program does not ask for, and there is nothing to execute it on without a board. */
function bootsByDefault({ accelerator, machine }: MachinePlan): boolean {
  return accelerator !== 'qtest' && machine !== 'none';
}

function firmwareImage(
  bios: string | null,
  folders: readonly string[],
  { firmware }: BundledImages,
): BootImage | null {
  if (bios === 'none') return null;
  if (bios === null || bios === 'default') {
    return {
      ...readImage(firmware, `Unable to find the RISC-V BIOS "${firmware}"`),
      listedAsOne: true,
      builtIn: true,
    };
  }
  const path = [bios, ...folders.map(folder => join(folder, bios))].find(existsSync);
  if (path === undefined) throw new UsageError(`Unable to load the RISC-V firmware "${bios}"`);
  return readImage(path, `Unable to load the RISC-V firmware "${bios}"`);
}
