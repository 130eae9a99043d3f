/** A hexadecimal number of at least `digits` digits, negative values as their 64-bit pattern; no prefix. */
export function hex(value: bigint | number, digits = 0): string {
  return BigInt.asUintN(64, BigInt(value)).toString(16).padStart(digits, '0');
}

const BINARY_PREFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** A size for people with three significant digits: `16 MiB`, `1.5 GiB`, `0 B`. 1000 KiB is 0.977 MiB. */
export function humanSize(bytes: bigint | number): string {
  let value = Number(bytes);
  let power = 0;
  while (value >= 1000 && power < BINARY_PREFIXES.length - 1) {
    value /= 1024;
    power++;
  }
  return `${Number(value.toPrecision(3))} ${BINARY_PREFIXES[power]}B`;
}

export interface ColumnOptions {
  /** a letter a column: l left (default), r right */
  align?: string;
  /** between columns; default one blank */
  gap?: string;
}

/** Lines of cells padded to common widths; the last column of a line has no blanks behind it. */
export function columns(rows: readonly (readonly string[])[], options: ColumnOptions = {}): string {
  const { align = '', gap = ' ' } = options;
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  }
  const pad = (cell: string, at: number) =>
    align[at] === 'r' ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
  return rows.map(row => `${row.map(pad).join(gap).trimEnd()}\n`).join('');
}

/** `on` or `off`, as the monitor prints switches. */
export function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}
