import { littleEndian } from './aml.ts';
import { genericAddress, HEADER_LENGTH, OEM_ID, table, text } from './table.ts';

/** No legacy hardware: power and sleep go through what the tables name. */
const HW_REDUCED_ACPI = 1 << 20;
const FADT_LENGTH = 276;
/** Where the FADT holds the 64-bit address of the DSDT. */
export const X_DSDT_OFFSET = 140;

/** FADT of a hardware-reduced machine (ACPI 6.5, section 5.2.9); the address of the DSDT is left to the loader. */
export function fadt(): number[] {
  const bytes = table('FACP', 6, new Array<number>(FADT_LENGTH - HEADER_LENGTH).fill(0));
  bytes.splice(112, 4, ...littleEndian(HW_REDUCED_ACPI, 4));
  bytes[131] = 5; // minor revision
  bytes.splice(268, 8, ...text(OEM_ID, 8)); // hypervisor vendor identity
  return bytes;
}

const SPCR_16550_COMPATIBLE = 0x12;
const INTERRUPT_PLIC = 1 << 4;
const BAUD_115200 = 7;
const NO_PCI_DEVICE = 0xffff;

/** SPCR: which serial port is the console (revision 2). */
export function spcr(uart: { readonly base: number; readonly source: number }): number[] {
  return table('SPCR', 2, [
    ...[SPCR_16550_COMPATIBLE, 0, 0, 0],
    ...genericAddress(uart.base, 32, 1),
    ...[INTERRUPT_PLIC, 0],
    ...littleEndian(uart.source, 4),
    ...[BAUD_115200, 0, 1, 0, 3, 0], // no parity, one stop bit, no flow control, ANSI terminal
    ...littleEndian(NO_PCI_DEVICE, 2),
    ...littleEndian(NO_PCI_DEVICE, 2),
    ...new Array<number>(12).fill(0),
  ]);
}

/** MCFG: where PCI Express configuration space is (PCI Firmware Specification 3.0, section 4.1.2). */
export function mcfg(ecam: { readonly base: number; readonly size: number }): number[] {
  const lastBus = ecam.size / 0x10_0000 - 1;
  return table('MCFG', 1, [
    ...new Array<number>(8).fill(0),
    ...littleEndian(ecam.base, 8),
    ...littleEndian(0, 2),
    ...[0, lastBus, 0, 0, 0, 0],
  ]);
}

/** XSDT with the offsets of the tables that it names; the loader makes addresses of them. */
export function xsdt(offsets: readonly number[]): number[] {
  return table(
    'XSDT',
    1,
    offsets.flatMap(offset => littleEndian(offset, 8)),
  );
}

const RSDP_LENGTH = 36;
export const RSDP = {
  xsdtOffset: 24,
  checksum: { offset: 8, length: 20 },
  extendedChecksum: { offset: 32, length: RSDP_LENGTH },
} as const;

/** The root pointer, with the offset of the XSDT (5.2.5). */
export function rsdp(xsdtOffset: number): number[] {
  return [
    ...text('RSD PTR ', 8),
    0,
    ...text(OEM_ID, 6),
    2, // revision
    ...littleEndian(0, 4),
    ...littleEndian(RSDP_LENGTH, 4),
    ...littleEndian(xsdtOffset, 8),
    ...[0, 0, 0, 0],
  ];
}
