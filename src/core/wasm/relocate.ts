import type { Relocation } from './code.ts';

const LAST_BYTE = 4;

/** A copy of a module's bytes with its areas at these addresses. */
export function relocate(
  bytes: Uint8Array,
  relocations: readonly Relocation[],
  areas: readonly number[],
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes);
  for (const { position, area, addend, signed } of relocations) {
    let rest = (areas[area]! + addend) | 0;
    for (let byte = 0; byte < LAST_BYTE; byte++) {
      out[position + byte] = (rest & 0x7f) | 0x80;
      // the sign of an i32 fills its last byte, which an offset leaves clear
      rest = signed ? rest >> 7 : rest >>> 7;
    }
    out[position + LAST_BYTE] = rest & 0x7f;
  }
  return out;
}
