import type { BootImage, MachineConfig } from '../core/config.ts';
import { readFwCfg, readImage, readKernel } from './boot-images.ts';
import type { MachinePlan } from './invocation.ts';

/** The built-in images, found beside the program. */
export interface BundledImages {
  readonly firmware: string;
  readonly guest: string;
}

/**
 * Reads the images that the plan names. Without -bios our firmware is used (`-bios none`: none); without -kernel, -bios
 * and a flash to boot from the bundled guest is booted. Neither is on an empty machine, nor for a test program. @throws UsageError for a file that cannot be read
 */
export function loadMachineConfig(plan: MachinePlan, bundled: BundledImages): MachineConfig {
  const { bios, kernel, initrd, dtb, fwCfg, ...rest } = plan;
  return {
    ...rest,
    firmware: bios === null && !bootsByDefault(plan) ? null : firmwareImage(bios, bundled),
    kernel: kernelImage(plan, bundled),
    initrd: initrd === null ? null : readImage(initrd, `could not load ramdisk '${initrd}'`),
    dtb: dtb === null ? null : readImage(dtb, `Unable to get size of device tree file '${dtb}'`),
    fwCfg: fwCfg.map(readFwCfg),
  };
}

function kernelImage(plan: MachinePlan, { guest }: BundledImages): BootImage | null {
  if (plan.kernel !== null) return readKernel(plan.kernel);
  if (plan.bios !== null || !bootsByDefault(plan) || bootsFlash(plan)) return null;
  return readImage(guest, `could not load kernel '${guest}'`, 'guest.elf');
}

/** Nobody would execute what a test program does not ask for, and there is nothing to execute it on without a board. */
function bootsByDefault({ accelerator, machine }: MachinePlan): boolean {
  return accelerator !== 'qtest' && machine !== 'none';
}

function bootsFlash({ drives, machineProperties }: MachinePlan): boolean {
  return machineProperties['pflash0'] !== undefined || drives.some(drive => drive['if'] === 'pflash');
}

function firmwareImage(bios: string | null, { firmware }: BundledImages): BootImage | null {
  if (bios === 'none') return null;
  if (bios === null || bios === 'default') {
    return { ...readImage(firmware, `Unable to find the RISC-V BIOS "${firmware}"`), listedAsOne: true };
  }
  return readImage(bios, `Unable to find the RISC-V BIOS "${bios}"`);
}
