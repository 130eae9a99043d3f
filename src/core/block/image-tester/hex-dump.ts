const LINE = 16;
const BYTES = Array.from({ length: 256 }, (_, byte) => byte);
const HEX = BYTES.map(byte => `${byte.toString(16).padStart(2, '0')} `);
const LETTERS = BYTES.map(byte => String.fromCharCode(byte).replace(/[^A-Za-z0-9]/, '.'));

/** Lines of sixteen bytes with their offsets; the text beside shows letters and digits alone. */
export function hexDump(bytes: Uint8Array, offset: bigint): string {
  const start = Number(offset); // of an image, so that it is exact
  let text = '';
  for (let at = 0; at < bytes.length; at += LINE) {
    let [hex, letters] = ['', ''];
    for (let n = at; n < Math.min(at + LINE, bytes.length); n++) {
      hex += HEX[bytes[n]!];
      letters += LETTERS[bytes[n]!];
    }
    text += `${(start + at).toString(16).padStart(8, '0')}:  ${hex} ${letters}\n`;
  }
  return text;
}
