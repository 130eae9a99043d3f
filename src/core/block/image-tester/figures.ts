const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const NANOSECOND = 1e-9;

/** A number with so many digits behind the point; what is halfway goes to the even one, as in C. */
function fixed(value: number, digits: number): string {
  const isHalfway = Math.abs(value * 2 ** (digits + 1)) % 2 === 1; // only such fractions end in ...5 exactly
  if (!isHalfway) return value.toFixed(digits);
  const below = Math.floor(value * 10 ** digits);
  return ((below + (below % 2)) / 10 ** digits).toFixed(digits);
}

/** Bytes for people: `1.500 MiB`, `512 bytes`; fewer than a KiB may come in fractions. */
export function sizeText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  for (; value >= 1024 && unit < UNITS.length - 1; unit++) value /= 1024;
  const digits = fixed(value, unit === 0 ? 6 : 3);
  return `${digits.replace(/\.000.*/, '')} ${UNITS[unit]}`;
}

/** Seconds as a clock shows them, `0:01:03.31`. */
function clockText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const rest = fixed(seconds % 60, 2).padStart(5, '0');
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** What was done, and how quickly. `what`: a word such as `read`; `seconds`: how long it took. */
export interface Report {
  readonly what: string;
  readonly offset: bigint;
  readonly length: bigint;
  readonly seconds: number;
}

/** For people. */
export function reportText({ what, offset, length, seconds }: Report): string {
  const total = Number(length);
  const time = Math.max(seconds, NANOSECOND);
  const took = seconds < 60 ? `${fixed(seconds, 2).padStart(5, '0')} sec` : clockText(seconds);
  const rates = `${sizeText(total / time)}/sec and ${fixed(1 / time, 4)} ops/sec`;
  return (
    `${what} ${length}/${length} bytes at offset ${offset}\n` +
    `${sizeText(total)}, 1 ops; ${took} (${rates})\n`
  );
}

/** For programs: bytes, requests, time, bytes and requests in a second. */
export function machineReport({ length, seconds }: Report): string {
  const time = Math.max(seconds, NANOSECOND);
  const rates = `${fixed(Number(length) / time, 3)},${fixed(1 / time, 3)}`;
  return `${length},1,${clockText(seconds)},${rates}\n`;
}
