import type { InputEventKind } from '../../../qapi/generated/types.ts';
import { ALL_LINUX_CODES } from '../../input/keys.ts';
import { ABS, BUTTON_CODES, EV, LED, PROP_DIRECT, REL } from './input-events.ts';

/** What the driver can ask for (virtio 1.2, 5.8.5). */
const ID_NAME = 1;
const ID_SERIAL = 2;
const ID_DEVIDS = 3;
const PROP_BITS = 0x10;
const EV_BITS = 0x11;
const ABS_INFO = 0x12;

const BUS_VIRTUAL = 6;
const VENDOR = 0x0627;
const MOST_BYTES = 128;
/** Places go from 0 to this on both axes. */
const ABS_MAX = 0x7fff;
const LAST_FINGER = 10;

/** An answer of the configuration space: the question (`select`, `subsel`) and the data. */
export interface InputConfigEntry {
  readonly select: number;
  readonly subsel: number;
  readonly data: Uint8Array;
}

/** A kind of input device: what it is, and what it says of itself. */
export interface InputModel {
  readonly typeName: string;
  /** Name that the guest and `info mice` see. */
  readonly name: string;
  readonly kinds: readonly InputEventKind[];
  readonly config: readonly InputConfigEntry[];
}

function bitmap(select: number, subsel: number, bits: readonly number[]): InputConfigEntry {
  const data = new Uint8Array(Math.max(...bits.map(bit => bit >> 3)) + 1);
  for (const bit of bits) data[bit >> 3]! |= 1 << (bit & 7);
  return { select, subsel, data };
}

const evBits = (type: number, bits: readonly number[]) => bitmap(EV_BITS, type, bits);

/** Least and greatest value of an axis; fuzz, flat and resolution are 0. */
function absInfo(axis: number, max: number): InputConfigEntry {
  const view = new DataView(new ArrayBuffer(20));
  view.setUint32(4, max, true);
  return { select: ABS_INFO, subsel: axis, data: new Uint8Array(view.buffer) };
}

function ids(product: number, version: number): InputConfigEntry {
  const view = new DataView(new ArrayBuffer(8));
  for (const [n, id] of [BUS_VIRTUAL, VENDOR, product, version].entries()) view.setUint16(2 * n, id, true);
  return { select: ID_DEVIDS, subsel: 0, data: new Uint8Array(view.buffer) };
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

export function serialEntry(serial: string): InputConfigEntry {
  return { select: ID_SERIAL, subsel: 0, data: bytesOf(serial).subarray(0, MOST_BYTES - 1) };
}

function model(
  kind: string,
  name: string,
  kinds: readonly InputEventKind[],
  config: readonly InputConfigEntry[],
): InputModel {
  const title = { select: ID_NAME, subsel: 0, data: bytesOf(`${name}\0`) };
  return { typeName: `virtio-${kind}-device`, name, kinds, config: [title, ...config] };
}

const NO_BITS = new Uint8Array(1);

export const INPUT_MODELS: readonly InputModel[] = [
  model(
    'keyboard',
    'QEMU Virtio Keyboard',
    ['key'],
    [
      ids(1, 1),
      { select: EV_BITS, subsel: EV.rep, data: NO_BITS }, // keys repeat; how fast is the driver's business
      evBits(EV.led, Object.values(LED)),
      evBits(EV.key, ALL_LINUX_CODES),
    ],
  ),
  model(
    'mouse',
    'QEMU Virtio Mouse',
    ['btn', 'rel'],
    [ids(2, 2), evBits(EV.rel, [REL.x, REL.y, REL.wheel]), evBits(EV.key, BUTTON_CODES)],
  ),
  model(
    'tablet',
    'QEMU Virtio Tablet',
    ['btn', 'abs'],
    [
      ids(3, 2),
      evBits(EV.abs, [ABS.x, ABS.y]),
      evBits(EV.rel, [REL.wheel]),
      absInfo(ABS.x, ABS_MAX),
      absInfo(ABS.y, ABS_MAX),
      evBits(EV.key, BUTTON_CODES),
    ],
  ),
  model(
    'multitouch',
    'QEMU Virtio MultiTouch',
    ['btn', 'mtt'],
    [
      ids(3, 1),
      absInfo(ABS.slot, LAST_FINGER),
      absInfo(ABS.trackingId, LAST_FINGER),
      absInfo(ABS.touchX, ABS_MAX),
      absInfo(ABS.touchY, ABS_MAX),
      evBits(EV.key, BUTTON_CODES),
      bitmap(PROP_BITS, 0, [PROP_DIRECT]),
      evBits(EV.abs, [ABS.slot, ABS.trackingId, ABS.touchX, ABS.touchY]),
    ],
  ),
];
