const LINE = 16;

/** Lines of sixteen bytes with their offsets; the text beside shows letters and digits alone. */
export function hexDump(bytes: Uint8Array, offset: bigint): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE) {
    const line = [...bytes.subarray(at, at + LINE)];
    const where = (offset + BigInt(at)).toString(16).padStart(8, '0');
    const hex = line.map(byte => `${byte.toString(16).padStart(2, '0')} `).join('');
    const letters = line.map(byte => String.fromCharCode(byte).replace(/[^A-Za-z0-9]/, '.')).join('');
    lines.push(`${where}:  ${hex} ${letters}\n`);
  }
  return lines.join('');
}
