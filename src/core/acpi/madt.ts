import { littleEndian } from './aml.ts';
import { table } from './table.ts';

const RINTC = 0x18;
const PLIC = 0x1b;
const ENABLED = 1;

export interface InterruptControllers {
  readonly harts: number;
  readonly plic: {
    readonly base: number;
    readonly size: number;
    readonly sources: number;
    readonly priorities: number;
  };
}

/** MADT: the interrupt controller of each hart, and the PLIC that feeds them (ACPI 6.5, section 5.2.12). */
export function madt({ harts, plic }: InterruptControllers): number[] {
  const perHart = Array.from({ length: harts }, (_, hart) => localController(hart)).flat();
  return table('APIC', 7, [...littleEndian(0, 4), ...littleEndian(0, 4), ...perHart, ...platform(plic)]);
}

function localController(hart: number): number[] {
  const supervisorContext = 2 * hart + 1;
  return [
    ...[RINTC, 36, 1, 0],
    ...littleEndian(ENABLED, 4),
    ...littleEndian(hart, 8), // hart id
    ...littleEndian(hart, 4), // processor's UID
    ...littleEndian(supervisorContext, 4), // of the PLIC number 0
    ...littleEndian(0, 8), // no IMSIC
    ...littleEndian(0, 4),
  ];
}

function platform(plic: InterruptControllers['plic']): number[] {
  return [
    ...[PLIC, 36, 1, 0],
    ...littleEndian(0, 8), // hardware id
    ...littleEndian(plic.sources, 2),
    ...littleEndian(plic.priorities, 2),
    ...littleEndian(0, 4),
    ...littleEndian(plic.size, 4),
    ...littleEndian(plic.base, 8),
    ...littleEndian(0, 4), // its first source is the system's first
  ];
}
