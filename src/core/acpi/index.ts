import { type BoardDescription, dsdt } from './dsdt.ts';
import { fadt, mcfg, RSDP, rsdp, spcr, X_DSDT_OFFSET, xsdt } from './fixed-tables.ts';
import { LinkerScript } from './linker.ts';
import { type InterruptControllers, madt } from './madt.ts';
import { type HartCapabilities, rhct } from './rhct.ts';
import { CHECKSUM_OFFSET, HEADER_LENGTH } from './table.ts';

export interface AcpiParts {
  readonly board: BoardDescription;
  readonly interrupts: InterruptControllers;
  readonly harts: HartCapabilities;
}

/** Files of fw_cfg by which the firmware gets the tables. */
export const ACPI_FILES = {
  tables: 'etc/acpi/tables',
  rsdp: 'etc/acpi/rsdp',
  loader: 'etc/table-loader',
} as const;

/** The contents of those files; addresses and checksums are put in by the firmware as the loader's script says. */
export function buildAcpi(parts: AcpiParts): Record<keyof typeof ACPI_FILES, Uint8Array> {
  const script = new LinkerScript();
  script.allocate(ACPI_FILES.tables, 64, 'high');
  script.allocate(ACPI_FILES.rsdp, 16, 'fseg');
  const { bytes, xsdtOffset } = layOut(parts, script);
  script.addPointer(ACPI_FILES.rsdp, RSDP.xsdtOffset, 8, ACPI_FILES.tables);
  for (const { offset, length } of [RSDP.checksum, RSDP.extendedChecksum]) {
    script.addChecksum(ACPI_FILES.rsdp, offset, 0, length);
  }
  return {
    tables: Uint8Array.from(bytes),
    rsdp: Uint8Array.from(rsdp(xsdtOffset)),
    loader: script.bytes,
  };
}

/** All tables behind one another, with the pointers between them. */
function layOut(parts: AcpiParts, script: LinkerScript): { bytes: number[]; xsdtOffset: number } {
  const bytes: number[] = [];
  const add = (contents: readonly number[], pointers: readonly number[] = []) => {
    const offset = bytes.length;
    for (const byte of contents) bytes.push(byte);
    for (const at of pointers) script.addPointer(ACPI_FILES.tables, offset + at, 8, ACPI_FILES.tables);
    script.addChecksum(ACPI_FILES.tables, offset + CHECKSUM_OFFSET, offset, contents.length);
    return offset;
  };
  const { board, interrupts, harts } = parts;
  add(dsdt(board)); // at 0: what the FADT points to before the base is added
  const listed = [
    add(fadt(), [X_DSDT_OFFSET]),
    add(madt(interrupts)),
    add(rhct(harts)),
    add(spcr(board.uart)),
    add(mcfg(board.pci.ecam)),
  ];
  const xsdtOffset = add(
    xsdt(listed),
    listed.map((_, index) => HEADER_LENGTH + 8 * index),
  );
  return { bytes, xsdtOffset };
}
