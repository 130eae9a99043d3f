/** Where the colours of a pixel of four bytes are, in memory order. */
export interface PixelFormat {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

export const BYTES_PER_PIXEL = 4;

/** Bytes b, g, r, x. */
export const BGRX: PixelFormat = { red: 2, green: 1, blue: 0 };

/** A picture in memory: what a display shows. */
export interface Surface {
  /** Pixels, at least 1. */
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Begins with the first pixel; may go on behind the last one. */
  readonly pixels: Uint8Array;
}

/** A picture that does not change any more: three bytes a pixel (red, green, blue), rows without gaps. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Copies what a surface shows now. */
export function capture({ width, height, format, stride, pixels }: Surface): Picture {
  const rgb = new Uint8Array(width * height * 3);
  const { red, green, blue } = format;
  let to = 0;
  for (let y = 0; y < height; y++) {
    let from = y * stride;
    for (let x = 0; x < width; x++, from += BYTES_PER_PIXEL) {
      rgb[to++] = pixels[from + red]!;
      rgb[to++] = pixels[from + green]!;
      rgb[to++] = pixels[from + blue]!;
    }
  }
  return { width, height, rgb };
}
