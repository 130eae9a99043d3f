import { type Aml, buffer, littleEndian } from './aml.ts';

/** Resource descriptors (ACPI 6.5, section 6.4). */
export type Resource = readonly number[];

const WRITABLE = 1;
/** Both ends are fixed. */
const FIXED = 0x0c;
const MEMORY = 0;
const IO = 1;
const BUS = 2;

/** A range of memory below 4 GiB. */
export const memory32 = (base: number, size: number): Resource => [
  ...[0x86, 9, 0, WRITABLE],
  ...littleEndian(base, 4),
  ...littleEndian(size, 4),
];

/** A level-triggered wire, active high, that nobody shares. */
export const wire = (source: number): Resource => [0x89, 6, 0, 0x01, 1, ...littleEndian(source, 4)];

/** A range that a bridge passes on; `translation` is added to what the other side uses. */
interface Window {
  readonly base: number;
  readonly size: number;
  readonly translation?: number;
}

function addressSpace(
  [opcode, width]: readonly [number, number],
  kind: number,
  flags: number,
  { base, size, translation = 0 }: Window,
): Resource {
  const numbers = [0, base, base + size - 1, translation, size];
  return [
    opcode,
    ...littleEndian(3 + 5 * width, 2),
    kind,
    FIXED,
    flags,
    ...numbers.flatMap(n => littleEndian(n, width)),
  ];
}

export const busWindow = (window: Window): Resource => addressSpace([0x88, 2], BUS, 0, window);
export const memoryWindow = (window: Window): Resource => addressSpace([0x87, 4], MEMORY, WRITABLE, window);
export const memoryWindow64 = (window: Window): Resource => addressSpace([0x8a, 8], MEMORY, WRITABLE, window);
/** All of the range, ISA's ports too. */
export const ioWindow = (window: Window): Resource => addressSpace([0x87, 4], IO, 3, window);

/** The resources with their end. */
export const resources = (...items: readonly Resource[]): Aml => buffer([...items.flat(), 0x79, 0]);
