/** Geometry of a flash bank: 16-bit chips side by side, as many as make up the bank's width. */
export interface FlashGeometry {
  /** Bytes the bank answers at once. */
  readonly width: number;
  /** Bytes one chip answers at once. */
  readonly deviceWidth: number;
  readonly blocks: number;
  /** Bytes of an erase block over the whole bank. */
  readonly sectorLength: number;
}

const WRITE_BUFFER_LOG2 = 11; // bytes a chip's write buffer holds

/** Bytes that one buffered program may hold, over all chips. */
export function writeBufferLength(geometry: FlashGeometry): number {
  return (1 << WRITE_BUFFER_LOG2) * (geometry.width / geometry.deviceWidth);
}

/** The query table of one chip (JEDEC CFI publication 100, Intel extended command set). */
export function cfiTable(geometry: FlashGeometry): Uint8Array {
  const chips = geometry.width / geometry.deviceWidth;
  const sector = geometry.sectorLength / chips;
  const sizeLog2 = Math.log2(sector * geometry.blocks);
  const table = new Uint8Array(0x52);
  table.set(ascii('QRY'), 0x10);
  table.set([0x01, 0x00, 0x31, 0x00], 0x13); // Intel command set; extended table at 0x31
  table.set([0x45, 0x55, 0x00, 0x00], 0x1b); // Vcc 4.5 to 5.5 V, no Vpp
  table.set([0x07, 0x07, 0x0a, 0x00, 0x04, 0x04, 0x04, 0x00], 0x1f); // timeouts, log2
  table[0x27] = sizeLog2;
  table.set([0x02, 0x00, WRITE_BUFFER_LOG2, 0x00], 0x28); // x8 and x16
  table[0x2c] = 1; // one erase region
  table.set([(geometry.blocks - 1) & 0xff, (geometry.blocks - 1) >> 8], 0x2d);
  table.set([(sector >> 8) & 0xff, sector >> 16], 0x2f);
  table.set(ascii('PRI10'), 0x31);
  table[0x3f] = 1; // protection register fields
  return table;
}

function ascii(text: string): number[] {
  return [...text].map(character => character.charCodeAt(0));
}
