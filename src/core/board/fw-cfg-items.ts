import { ConfigError, type MachineConfig } from '../config.ts';
import {
  CMDLINE_DATA_KEY,
  CMDLINE_SIZE_KEY,
  type FwCfgStore,
  INITRD_DATA_KEY,
  INITRD_SIZE_KEY,
  KERNEL_DATA_KEY,
  KERNEL_SIZE_KEY,
} from '../hw/firmware/fw-cfg-store.ts';

/** `-fw_cfg`. @throws ConfigError for a name that is there already, or when there are too many */
export function addUserFiles(items: FwCfgStore, files: MachineConfig['fwCfg']): void {
  for (const { name, data } of files) {
    try {
      items.addFile(name, { data });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ConfigError(error.message);
    }
  }
}

/** How long firmware shows its menu and stands at a failure, ms: little-endian numbers, all ones for ever. */
export function addBootWaits(items: FwCfgStore, boot: MachineConfig['boot']): void {
  const { menuWait = null, failWait = null } = boot ?? {};
  if (menuWait !== null) items.addFile('etc/boot-menu-wait', { data: littleEndian(menuWait, 2) });
  items.addFile('etc/boot-fail-wait', { data: littleEndian(failWait ?? -1, 4) });
}

function littleEndian(value: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (value >> (8 * at)) & 0xff);
}

/** A boot loader in flash finds kernel, ramdisk and command line here: nothing puts them into RAM for it. */
export function offerKernel(items: FwCfgStore, { kernel, initrd, append }: MachineConfig): void {
  if (kernel) {
    items.setNumber(KERNEL_SIZE_KEY, kernel.data.length, 4);
    items.set(KERNEL_DATA_KEY, kernel.data);
  }
  if (initrd) {
    items.setNumber(INITRD_SIZE_KEY, initrd.data.length, 4);
    items.set(INITRD_DATA_KEY, initrd.data);
  }
  if (append !== '') {
    const text = new TextEncoder().encode(`${append}\0`);
    items.setNumber(CMDLINE_SIZE_KEY, text.length, 4);
    items.set(CMDLINE_DATA_KEY, text);
  }
}
