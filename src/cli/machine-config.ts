import { readFileSync } from 'node:fs';
import type { BootImage, MachineConfig } from '../core/config.ts';
import { systemErrorText } from '../host/system-error.ts';
import { UsageError } from './errors.ts';
import type { MachinePlan } from './invocation.ts';

/** The built-in images, found beside the program. */
export interface BundledImages {
  readonly firmware: string;
  readonly guest: string;
}

/**
 * Reads the images that the plan names. Without -bios our firmware is used (`-bios none`: none);
 * without -kernel and -bios the bundled guest is booted. @throws UsageError for a file that cannot be read
 */
export function loadMachineConfig(plan: MachinePlan, bundled: BundledImages): MachineConfig {
  const { bios, kernel, initrd, ...rest } = plan;
  const wantsGuest = kernel === null && bios === null;
  return {
    ...rest,
    firmware: firmwareImage(bios, bundled),
    kernel: wantsGuest ? image('guest.elf', bundled.guest) : kernel === null ? null : image(kernel),
    initrd: initrd === null ? null : image(initrd),
  };
}

function firmwareImage(bios: string | null, bundled: BundledImages): BootImage | null {
  if (bios === 'none') return null;
  if (bios === null || bios === 'default') return image('firmware.elf', bundled.firmware);
  return image(bios);
}

function image(name: string, path = name): BootImage {
  try {
    return { name, data: new Uint8Array(readFileSync(path)) };
  } catch (error) {
    throw new UsageError(`could not load image '${path}': ${systemErrorText(error)}`);
  }
}
