/** What a kind of device puts into its configuration space (virtio 1.2, 2.5). */
export interface ConfigLayout {
  /** Bytes. */
  readonly length: number;
  /** The driver's writes add up, one byte after the other, until it reads: a write brings nothing up to date. */
  readonly keepsWrites?: boolean;
  /** Writes the current values of all fields, little-endian. */
  fill(view: DataView): void;
  /** The driver wrote; `view` holds all fields with the new bytes in place. */
  written?(view: DataView): void;
}

/** Configuration space as a transport accesses it: 1, 2 or 4 bytes at any offset. */
export class ConfigSpace {
  #layout: ConfigLayout = { length: 0, fill() {} };
  #view = new DataView(new ArrayBuffer(0));

  set layout(layout: ConfigLayout) {
    this.#layout = layout;
    this.#view = new DataView(new ArrayBuffer(layout.length));
  }

  get length(): number {
    return this.#layout.length;
  }

  /** All ones beyond the end. */
  read(offset: number, size: number): number {
    if (offset + size > this.#layout.length) return size === 1 ? 0xff : size === 2 ? 0xffff : 0xffff_ffff;
    this.#layout.fill(this.#view);
    if (size === 1) return this.#view.getUint8(offset);
    return size === 2 ? this.#view.getUint16(offset, true) : this.#view.getUint32(offset, true);
  }

  /** Dropped beyond the end. */
  write(offset: number, value: number, size: number): void {
    if (offset + size > this.#layout.length) return;
    if (!this.#layout.keepsWrites) this.#layout.fill(this.#view);
    if (size === 1) this.#view.setUint8(offset, value);
    else if (size === 2) this.#view.setUint16(offset, value, true);
    else this.#view.setUint32(offset, value, true);
    this.#layout.written?.(this.#view);
  }
}
