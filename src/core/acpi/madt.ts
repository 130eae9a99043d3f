import { littleEndian } from './aml.ts';
import { table } from './table.ts';

const RINTC = 0x18;
const IMSIC = 0x19;
const APLIC = 0x1a;
const PLIC = 0x1b;
/** Where the numbers of groups would be in the address of an interrupt file. */
const GROUP_SHIFT = 24;
const ENABLED = 1;

interface Place {
  readonly base: number;
  readonly size: number;
}

/** What the wires of devices lead to. */
type Platform =
  | (Place & { readonly kind: 'plic'; readonly sources: number; readonly priorities: number })
  | (Place & { readonly kind: 'aplic'; readonly sources: number; readonly messages: Messages | null });

/** The interrupt files of S-mode, one behind the other. */
interface Messages extends Place {
  readonly identities: number;
}

export interface InterruptControllers {
  readonly harts: number;
  readonly platform: Platform;
}

/** MADT: the interrupt controller of each hart, and what feeds them (ACPI 6.5, section 5.2.12). */
export function madt({ harts, platform }: InterruptControllers): number[] {
  const perHart = Array.from({ length: harts }, (_, hart) => localController(hart, platform)).flat();
  const others = platform.kind === 'plic' ? plic(platform) : aplic(platform, harts);
  return table('APIC', 7, [...littleEndian(0, 4), ...littleEndian(0, 4), ...perHart, ...others]);
}

/** Which of the platform's outputs leads to the supervisor; the platform has the number 0. */
function outputOf(hart: number, platform: Platform): number {
  if (platform.kind === 'plic') return 2 * hart + 1;
  return platform.messages ? 0 : hart;
}

function localController(hart: number, platform: Platform): number[] {
  const files = platform.kind === 'aplic' ? platform.messages : null;
  return [
    ...[RINTC, 36, 1, 0],
    ...littleEndian(ENABLED, 4),
    ...littleEndian(hart, 8), // hart id
    ...littleEndian(hart, 4), // processor's UID
    ...littleEndian(outputOf(hart, platform), 4),
    ...littleEndian(files ? files.base + hart * files.size : 0, 8),
    ...littleEndian(files ? files.size : 0, 4),
  ];
}

function aplic({ base, size, sources, messages }: Platform & { kind: 'aplic' }, harts: number): number[] {
  const domain = [
    ...[APLIC, 36, 1, 0],
    ...littleEndian(0, 4),
    ...littleEndian(0, 8), // hardware id
    ...littleEndian(messages ? 0 : harts, 2), // wires to harts
    ...littleEndian(sources, 2),
    ...littleEndian(0, 4), // its first source is the system's first
    ...littleEndian(base, 8),
    ...littleEndian(size, 4),
  ];
  return messages ? [...imsic(messages, harts), ...domain] : domain;
}

function imsic({ identities }: Messages, harts: number): number[] {
  const [guestBits, groupBits] = [0, 0];
  return [
    ...[IMSIC, 16, 1, 0],
    ...littleEndian(0, 4),
    ...littleEndian(identities, 2),
    ...littleEndian(identities, 2), // of guests
    ...[guestBits, Math.ceil(Math.log2(harts)), groupBits, GROUP_SHIFT],
  ];
}

function plic(plic: Platform & { kind: 'plic' }): number[] {
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
