export interface FwCfgItem {
  readonly data: Uint8Array;
  /** Present on items that the guest may write; called after a write by DMA. */
  readonly onWrite?: (offset: number, length: number) => void;
  /** Called when the guest selects the item. */
  readonly onSelect?: () => void;
}

// Well-known keys of the firmware configuration interface.
export const SIGNATURE_KEY = 0x00;
export const ID_KEY = 0x01;
export const UUID_KEY = 0x02;
export const NOGRAPHIC_KEY = 0x04;
export const NB_CPUS_KEY = 0x05;
export const KERNEL_SIZE_KEY = 0x08;
export const INITRD_SIZE_KEY = 0x0b;
export const BOOT_MENU_KEY = 0x0e;
export const KERNEL_DATA_KEY = 0x11;
export const INITRD_DATA_KEY = 0x12;
export const CMDLINE_SIZE_KEY = 0x14;
export const CMDLINE_DATA_KEY = 0x15;
export const FILE_DIR_KEY = 0x19;
const FILE_FIRST_KEY = 0x20;

const ID_TRADITIONAL = 1;
const ID_DMA = 2;
const FILE_SLOTS = 32;
const NAME_LENGTH = 56;
const ENTRY_LENGTH = 4 + 2 + 2 + NAME_LENGTH;

/** The items by key and, for files, by name. Files have consecutive keys in the order of their names. */
export class FwCfgStore {
  readonly #items = new Map<number, FwCfgItem>();
  readonly #files = new Map<string, FwCfgItem>();

  constructor() {
    this.set(SIGNATURE_KEY, new TextEncoder().encode('QEMU'));
    this.set(ID_KEY, littleEndian(ID_TRADITIONAL | ID_DMA, 4));
    this.#rebuild();
  }

  get(key: number): FwCfgItem | undefined {
    return this.#items.get(key);
  }

  set(key: number, data: Uint8Array): void {
    this.#items.set(key, { data });
  }

  setNumber(key: number, value: number, size: 2 | 4): void {
    this.set(key, littleEndian(value, size));
  }

  /** @throws RangeError when the name is too long, known already or no slot is left */
  addFile(name: string, item: FwCfgItem): void {
    if (name.length >= NAME_LENGTH) throw new RangeError(`fw_cfg file name '${name}' is too long`);
    if (this.#files.has(name)) throw new RangeError(`duplicate fw_cfg file name: ${name}`);
    if (this.#files.size === FILE_SLOTS) throw new RangeError(`no fw_cfg slot left for '${name}'`);
    this.#files.set(name, item);
    this.#rebuild();
  }

  /** Gives a file that is there other contents. */
  replaceFile(name: string, data: Uint8Array): void {
    this.#files.set(name, { ...this.#files.get(name), data });
    this.#rebuild();
  }

  file(name: string): FwCfgItem | undefined {
    return this.#files.get(name);
  }

  #rebuild(): void {
    const names = [...this.#files.keys()].sort();
    const directory = new Uint8Array(4 + names.length * ENTRY_LENGTH);
    const view = new DataView(directory.buffer);
    view.setUint32(0, names.length);
    names.forEach((name, index) => {
      const item = this.#files.get(name)!;
      const at = 4 + index * ENTRY_LENGTH;
      view.setUint32(at, item.data.length);
      view.setUint16(at + 4, FILE_FIRST_KEY + index);
      directory.set(new TextEncoder().encode(name), at + 8);
      this.#items.set(FILE_FIRST_KEY + index, item);
    });
    this.set(FILE_DIR_KEY, directory);
  }
}

function littleEndian(value: number, size: 2 | 4): Uint8Array {
  const data = new Uint8Array(size);
  const view = new DataView(data.buffer);
  if (size === 2) view.setUint16(0, value, true);
  else view.setUint32(0, value, true);
  return data;
}
