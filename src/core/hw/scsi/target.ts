import {
  allocationLength,
  OP,
  type ScsiCommand,
  type ScsiResult,
  STATUS_CHECK_CONDITION,
  STATUS_GOOD,
  viewOf,
} from './command.ts';
import type { ScsiDisk } from './disk.ts';
import { SENSE, type Sense, senseData } from './sense.ts';

const NO_UNIT_HERE = 0x7f;

/** What a target answers itself: for units that it does not have, and which it has. */
export function executeOnTarget(units: readonly ScsiDisk[], command: ScsiCommand): ScsiResult {
  const { cdb } = command;
  switch (cdb[0]) {
    case OP.reportLuns:
      return allocationLength12(cdb) < 16 || cdb[2]! > 2
        ? refused(SENSE.invalidField)
        : answer(command, unitList(units, cdb[2]!), allocationLength12(cdb));
    case OP.inquiry:
      return answer(command, absentInquiry(cdb), allocationLength(cdb));
    case OP.requestSense:
      return answer(command, senseData(SENSE.noSuchUnit, (cdb[1]! & 1) !== 0), allocationLength(cdb));
    case OP.testUnitReady:
      return { status: STATUS_GOOD, moved: 0 };
    default:
      return refused(SENSE.noSuchUnit);
  }
}

function allocationLength12(cdb: Uint8Array): number {
  return viewOf(cdb).getUint32(6);
}

function refused(sense: Sense): ScsiResult {
  return { status: STATUS_CHECK_CONDITION, sense, moved: 0 };
}

function answer(command: ScsiCommand, bytes: Uint8Array, most: number): ScsiResult {
  const shown = bytes.subarray(0, Math.min(most, command.inLength));
  command.receive(0, shown);
  return { status: STATUS_GOOD, moved: shown.length };
}

/** Unit 0 is always among them: it stands for the target. @param select 1: well-known ones only, none */
function unitList(units: readonly ScsiDisk[], select: number): Uint8Array {
  const luns = select === 1 ? [] : [...new Set([0, ...units.map(({ lun }) => lun)])].sort((a, b) => a - b);
  const bytes = new Uint8Array(8 + 8 * luns.length);
  viewOf(bytes).setUint32(0, 8 * luns.length);
  for (const [n, lun] of luns.entries()) {
    bytes.set(lun < 256 ? [0, lun] : [0x40 | (lun >> 8), lun & 0xff], 8 + 8 * n);
  }
  return bytes;
}

/** A unit that is not there, and could not be. */
function absentInquiry(cdb: Uint8Array): Uint8Array {
  if ((cdb[1]! & 1) !== 0) return Uint8Array.of(NO_UNIT_HERE, cdb[2]!, 0, 1, 0);
  const bytes = new Uint8Array(36);
  bytes.set([NO_UNIT_HERE, 0, 5, 0x12, 31, 0, 0, 0x12]);
  return bytes;
}
