/** System description tables: a header, then what the table holds (ACPI 6.5, section 5.2.6). */
import { littleEndian } from './aml.ts';

export const OEM_ID = 'HMP';
const OEM_TABLE_ID = 'HMPVIRT';
const OEM_REVISION = 1;
const CREATOR_REVISION = 1;

export const HEADER_LENGTH = 36;
/** Where the sum over the table that makes it zero stands in the header. */
export const CHECKSUM_OFFSET = 9;

export const text = (value: string, length: number): number[] =>
  Array.from({ length }, (_, index) => value.charCodeAt(index) || 0);

/** A generic address: `space` 0 is memory (5.2.3.2). */
export const genericAddress = (address: number, bits: number, accessSize: number): number[] => [
  ...[0, bits, 0, accessSize],
  ...littleEndian(address, 8),
];

/** The bytes of a table; its checksum is left to whoever loads it, as addresses come in then. */
export function table(signature: string, revision: number, body: readonly number[]): number[] {
  return [
    ...text(signature, 4),
    ...littleEndian(HEADER_LENGTH + body.length, 4),
    ...[revision, 0],
    ...text(OEM_ID, 6),
    ...text(OEM_TABLE_ID, 8),
    ...littleEndian(OEM_REVISION, 4),
    ...text('HMP', 4),
    ...littleEndian(CREATOR_REVISION, 4),
    ...body,
  ];
}
