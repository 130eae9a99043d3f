import { CELL, litPixels } from './glyphs.ts';
import { BGRX, BYTES_PER_PIXEL, type Surface } from './surface.ts';

const GREY = 0xaa;

/** A black surface with a message in its middle, for a display that has no picture. */
export function placeholder(message: string, width: number, height: number): Surface {
  const stride = width * BYTES_PER_PIXEL;
  const pixels = new Uint8Array(stride * height);
  const left = Math.floor((width - message.length * CELL.width) / 2);
  const top = Math.floor((height - CELL.height) / 2);
  [...message].forEach((letter, n) => {
    for (const { x, y } of litPixels(letter)) {
      const [column, row] = [left + n * CELL.width + x, top + y];
      if (column < 0 || column >= width || row < 0 || row >= height) continue;
      const at = row * stride + column * BYTES_PER_PIXEL;
      pixels.fill(GREY, at, at + 3);
    }
  });
  return { width, height, format: BGRX, stride, pixels };
}
