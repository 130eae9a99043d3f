import { BYTES_PER_PIXEL, type PixelFormat, type Surface } from '../../display/surface.ts';
import type { Backing } from './gpu-backing.ts';
import { FORMATS, RESP, type Rectangle } from './gpu-format.ts';

/** Resources that a driver may have, whatever their size: each costs the host something. */
const MOST_RESOURCES = 16384;
/** Pieces of guest memory that all resources together may have. */
const MOST_PIECES = 1 << 20;

/** A picture that the driver made: its pixels are the host's, its backing is guest memory. */
export class Resource {
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  readonly pixels: Uint8Array;
  backing: Backing | null = null;

  constructor(width: number, height: number, format: PixelFormat) {
    this.width = width;
    this.height = height;
    this.format = format;
    this.pixels = new Uint8Array(this.stride * height);
  }

  get stride(): number {
    return this.width * BYTES_PER_PIXEL;
  }

  /** Copies a part from the backing, where its first row begins at `offset`; returns the bytes copied. */
  transfer({ x, y, width, height }: Rectangle, offset: number): number {
    const length = width * BYTES_PER_PIXEL;
    if (!this.backing || length === 0) return 0;
    for (let row = 0; row < height; row++) {
      const to = (y + row) * this.stride + x * BYTES_PER_PIXEL;
      this.backing.read(offset + row * this.stride, this.pixels.subarray(to, to + length));
    }
    return length * height;
  }

  /** A part of it, to be shown; follows what is transferred later. */
  surface({ x, y, width, height }: Rectangle): Surface {
    const { stride, format } = this;
    return { width, height, format, stride, pixels: this.pixels.subarray(y * stride + x * BYTES_PER_PIXEL) };
  }
}

/** The resources of a device, within its limits. */
export class Resources {
  readonly #byId = new Map<number, Resource>();
  /** Bytes that all pixels together must stay below. */
  readonly #limit: bigint;
  #used = 0;
  #pieces = 0;

  constructor(limit: bigint) {
    this.#limit = limit;
  }

  get(id: number): Resource | undefined {
    return this.#byId.get(id);
  }

  /** Makes one; returns the type of the answer. */
  create(id: number, formatNumber: number, width: number, height: number): number {
    if (id === 0 || this.#byId.has(id)) return RESP.invalidResource;
    const format = FORMATS.get(formatNumber);
    if (!format) return RESP.invalidParameter;
    const size = width * height * BYTES_PER_PIXEL;
    if (this.#byId.size >= MOST_RESOURCES || BigInt(this.#used + size) >= this.#limit)
      return RESP.outOfMemory;
    try {
      this.#byId.set(id, new Resource(width, height, format));
    } catch (error) {
      if (error instanceof RangeError) return RESP.outOfMemory; // the host has not that much in one piece
      throw error;
    }
    this.#used += size;
    return RESP.okNoData;
  }

  delete(id: number): void {
    const resource = this.#byId.get(id);
    if (!resource) return;
    this.detach(resource);
    this.#used -= resource.pixels.length;
    this.#byId.delete(id);
  }

  /** False when all resources together would have too many pieces. */
  attach(resource: Resource, backing: Backing): boolean {
    if (this.#pieces + backing.pieces > MOST_PIECES) return false;
    this.#pieces += backing.pieces;
    resource.backing = backing;
    return true;
  }

  detach(resource: Resource): void {
    this.#pieces -= resource.backing?.pieces ?? 0;
    resource.backing = null;
  }

  clear(): void {
    this.#byId.clear();
    this.#used = this.#pieces = 0;
  }
}
