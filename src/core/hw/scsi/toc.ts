import { viewOf } from './command.ts';
import { SENSE, SenseError } from './sense.ts';

const LEAD_OUT = 0xaa;
const DATA_TRACK = 0x14;
const LEAD_OUT_CONTROL = 0x16;
const FRAMES = 75;
const GAP = 150;

/** READ TOC (MMC-6, 6.26) of a medium with one data track. @throws SenseError */
export function readToc(cdb: Uint8Array, blocks: number): Uint8Array {
  const inTime = (cdb[1]! & 2) !== 0;
  const start = cdb[6]!;
  switch (cdb[2]! & 0xf || cdb[9]! >> 6) {
    case 0:
      return tracks(start, blocks, inTime);
    case 1:
      return Uint8Array.of(0, 0x0a, 1, 1, 0, DATA_TRACK, 1, 0, 0, 0, 0, 0);
    default:
      throw new SenseError(SENSE.invalidField);
  }
}

function tracks(start: number, blocks: number, inTime: boolean): Uint8Array {
  if (start > 1 && start !== LEAD_OUT) throw new SenseError(SENSE.invalidField);
  const entries = [
    ...(start <= 1 ? [track(1, DATA_TRACK, 0, inTime)] : []),
    track(LEAD_OUT, LEAD_OUT_CONTROL, blocks, inTime),
  ];
  const bytes = new Uint8Array(4 + 8 * entries.length);
  bytes.set([0, bytes.length - 2, 1, 1]);
  for (const [n, entry] of entries.entries()) bytes.set(entry, 4 + 8 * n);
  return bytes;
}

function track(number: number, control: number, block: number, inTime: boolean): Uint8Array {
  const entry = Uint8Array.of(0, control, number, 0, 0, 0, 0, 0);
  if (inTime) {
    const frames = block + GAP;
    entry.set(
      [0, Math.floor(frames / FRAMES / 60) & 0xff, Math.floor(frames / FRAMES) % 60, frames % FRAMES],
      4,
    );
  } else viewOf(entry).setUint32(4, block);
  return entry;
}
