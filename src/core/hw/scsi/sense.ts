/** Why a command was refused (SPC-4, 4.5): key, additional code and its qualifier. */
export interface Sense {
  readonly key: number;
  readonly asc: number;
  readonly ascq: number;
}

const sense = (key: number, asc: number, ascq: number): Sense => ({ key, asc, ascq });

export const UNIT_ATTENTION_KEY = 6;

export const SENSE = {
  none: sense(0, 0, 0),
  notReady: sense(2, 0x04, 0x03),
  noMedium: sense(2, 0x3a, 0),
  notReadyRemovalPrevented: sense(2, 0x53, 0x02),
  targetFailure: sense(4, 0x44, 0),
  invalidLength: sense(5, 0x1a, 0),
  invalidOpcode: sense(5, 0x20, 0),
  outOfRange: sense(5, 0x21, 0),
  invalidField: sense(5, 0x24, 0),
  noSuchUnit: sense(5, 0x25, 0),
  savingNotSupported: sense(5, 0x39, 0),
  removalPrevented: sense(5, 0x53, 0x02),
  mediumChanged: sense(6, 0x28, 0),
  reset: sense(6, 0x29, 0),
  capacityChanged: sense(6, 0x2a, 0x09),
  mediumGone: sense(6, 0x3a, 0),
  writeProtected: sense(7, 0x27, 0),
  noSpace: sense(7, 0x27, 0x07),
  ioError: sense(0xb, 0, 0x06),
} as const;

const FIXED_SIZE = 18;
const DESCRIPTOR_SIZE = 8;

/** Sense data in fixed format, or in descriptor format. */
export function senseData({ key, asc, ascq }: Sense, descriptor = false): Uint8Array {
  if (descriptor) return Uint8Array.of(0x72, key, asc, ascq, 0, 0, 0, 0).subarray(0, DESCRIPTOR_SIZE);
  const bytes = new Uint8Array(FIXED_SIZE);
  bytes[0] = 0x70;
  bytes[2] = key;
  bytes[7] = FIXED_SIZE - 8;
  bytes[12] = asc;
  bytes[13] = ascq;
  return bytes;
}

/** A command is refused with CHECK CONDITION. */
export class SenseError extends Error {
  override readonly name = 'SenseError';
  readonly sense: Sense;
  constructor(reason: Sense) {
    super(`sense ${reason.key}/${reason.asc}/${reason.ascq}`);
    this.sense = reason;
  }
}
