import { OP, viewOf } from './command.ts';
import { SENSE, SenseError } from './sense.ts';

/** What mode pages tell. */
export interface ModeState {
  readonly isCd: boolean;
  readonly blockSize: number;
  readonly blocks: number;
  readonly readOnly: boolean;
  readonly forcedAccess: boolean;
  readonly writeCache: boolean;
  readonly locked: boolean;
  readonly geometry: { readonly cylinders: number; readonly heads: number; readonly sectors: number };
}

const ALL_PAGES = 0x3f;
const CHANGEABLE = 1;
const SAVED = 3;
const DESCRIPTOR_SIZE = 8;

/** MODE SENSE, both lengths (SPC-4, 6.13). @throws SenseError */
export function modeSense(state: ModeState, cdb: Uint8Array): Uint8Array {
  const control = cdb[2]! >> 6;
  const wanted = cdb[2]! & ALL_PAGES;
  if (control === SAVED) throw new SenseError(SENSE.savingNotSupported);
  const known = state.isCd ? CD_PAGES : DISK_PAGES;
  if (wanted !== ALL_PAGES && !known.has(wanted)) throw new SenseError(SENSE.invalidField);
  const pages = [...known]
    .filter(([code]) => wanted === ALL_PAGES || code === wanted)
    .flatMap(([code, page]) => {
      const content = page(state, control === CHANGEABLE);
      return [code, content.length, ...content];
    });
  const withDescriptor = (cdb[1]! & 8) === 0 && !state.isCd && state.blocks > 0;
  const descriptor = withDescriptor ? blockDescriptor(state) : [];
  return Uint8Array.from([...header(state, cdb, descriptor.length, pages.length), ...descriptor, ...pages]);
}

function header(state: ModeState, cdb: Uint8Array, descriptor: number, pages: number): number[] {
  const specific = state.isCd ? 0 : (state.forcedAccess ? 0x10 : 0) | (state.readOnly ? 0x80 : 0);
  const short = cdb[0] === OP.modeSense6;
  const length = (short ? 4 : 8) + descriptor + pages;
  if (short) return [length - 1, 0, specific, descriptor];
  return [(length - 2) >> 8, (length - 2) & 0xff, 0, specific, 0, 0, 0, descriptor];
}

function blockDescriptor({ blocks, blockSize }: ModeState): number[] {
  const shown = blocks > 0xff_ffff ? 0 : blocks;
  const bytes = new Uint8Array(DESCRIPTOR_SIZE);
  const view = viewOf(bytes);
  view.setUint32(0, shown);
  view.setUint32(4, blockSize);
  return [...bytes];
}

type Page = (state: ModeState, changeable: boolean) => Uint8Array;

/** A page of which nothing can be changed. */
const fixed =
  (length: number, fill: (bytes: Uint8Array, view: DataView, state: ModeState) => void): Page =>
  (state, changeable) => {
    const bytes = new Uint8Array(length);
    if (!changeable) fill(bytes, viewOf(bytes), state);
    return bytes;
  };

const errorRecovery = fixed(10, (bytes, _, { isCd }) => {
  bytes[0] = 0x80; // bad blocks are replaced at writing
  if (isCd) bytes[1] = 0x20; // retries
});

const geometry = fixed(0x16, (bytes, view, state) => {
  const { cylinders, heads } = state.geometry;
  view.setUint32(0, cylinders << 8);
  bytes[3] = heads;
  view.setUint32(4, cylinders << 8); // no write precompensation
  bytes[7] = heads;
  view.setUint16(18, 5400);
});

const flexibleDisk = fixed(0x1e, (bytes, view, state) => {
  const { cylinders, heads, sectors } = state.geometry;
  view.setUint16(0, 5000); // 5 Mbit/s
  bytes[2] = heads;
  bytes[3] = sectors;
  view.setUint16(4, state.blockSize);
  view.setUint16(6, cylinders);
  view.setUint16(8, cylinders);
  view.setUint16(10, cylinders);
  view.setUint16(26, 5400);
});

/** Whether the write cache is on can be asked, and is what could be changed. */
const caching: Page = ({ writeCache }, changeable) => {
  const bytes = new Uint8Array(0x12);
  if (changeable || writeCache) bytes[0] = 4;
  return bytes;
};

const audioControl = fixed(14, () => {});

const capabilities = fixed(0x14, (bytes, view, { locked }) => {
  bytes[0] = 0x3b; // reads CD-R and CD-RW, DVD-ROM, -R and -RAM
  bytes[2] = 0x7f; // audio, composite, digital output, mode 2, multi session
  bytes[3] = 0xff; // CD-DA, accurate stream, corrected pointers, ISRC, UPC, barcode
  bytes[4] = 0x2d | (locked ? 2 : 0); // can lock, eject, has a tray
  view.setUint16(6, 50 * 176); // fastest, KB/s
  view.setUint16(8, 2); // volume levels
  view.setUint16(10, 2048); // buffer, KB
  view.setUint16(12, 16 * 176); // speed now
  view.setUint16(16, 16 * 176);
  view.setUint16(18, 16 * 176);
});

const DISK_PAGES: ReadonlyMap<number, Page> = new Map([
  [0x01, errorRecovery],
  [0x04, geometry],
  [0x05, flexibleDisk],
  [0x08, caching],
]);
const CD_PAGES: ReadonlyMap<number, Page> = new Map([
  [0x01, errorRecovery],
  [0x08, caching],
  [0x0e, audioControl],
  [0x2a, capabilities],
]);
