/** Linux's names of input (input-event-codes.h), and QMP's in their terms. */
import type { InputAxis, InputButton, InputEvent } from '../../../qapi/generated/types.ts';
import { linuxCode } from '../../input/keys.ts';

export const EV = { syn: 0, key: 1, rel: 2, abs: 3, led: 0x11, rep: 0x14 } as const;
export const SYN_REPORT = 0;
export const REL = { x: 0, y: 1, wheel: 8 } as const;
export const ABS = { x: 0, y: 1, slot: 0x2f, touchX: 0x35, touchY: 0x36, trackingId: 0x39 } as const;
export const LED = { numLock: 0, capsLock: 1, scrollLock: 2 } as const;
/** Property of a device whose places are places on the screen. */
export const PROP_DIRECT = 1;

const BUTTONS: Readonly<Partial<Record<InputButton, number>>> = {
  left: 0x110,
  right: 0x111,
  middle: 0x112,
  'wheel-up': 0x151,
  'wheel-down': 0x150,
  side: 0x113,
  extra: 0x114,
  touch: 0x14a,
};
export const BUTTON_CODES: readonly number[] = Object.values(BUTTONS);

const TOUCH_AXES: Readonly<Record<InputAxis, number>> = { x: ABS.touchX, y: ABS.touchY };

/** An event as it lies in a buffer (virtio 1.2, 5.8.6). */
export interface WireEvent {
  readonly type: number;
  readonly code: number;
  /** 32 bits; more are cut off. */
  readonly value: bigint;
}

export const EVENT_SIZE = 8;

export function encodeEvent({ type, code, value }: WireEvent): Uint8Array {
  const view = new DataView(new ArrayBuffer(EVENT_SIZE));
  view.setUint16(0, type, true);
  view.setUint16(2, code, true);
  view.setUint32(4, Number(BigInt.asUintN(32, value)), true);
  return new Uint8Array(view.buffer);
}

/**
 * What the driver is told of an event; nothing of keys and buttons that it does not know.
 * @param wheelAxis steps of the wheel are movements of their own, instead of a button
 */
export function wireEvents(event: InputEvent, wheelAxis: boolean): WireEvent[] {
  switch (event.type) {
    case 'key':
      return pressed(
        event.data.key.type === 'qcode' ? linuxCode(event.data.key.data) : undefined,
        event.data.down,
      );
    case 'btn':
      return button(event.data.button, event.data.down, wheelAxis);
    case 'rel':
      return [{ type: EV.rel, code: REL[event.data.axis], value: event.data.value }];
    case 'abs':
      return [{ type: EV.abs, code: ABS[event.data.axis], value: event.data.value }];
    case 'mtt':
      return touch(event.data);
  }
}

function pressed(code: number | undefined, down: boolean): WireEvent[] {
  return code === undefined ? [] : [{ type: EV.key, code, value: down ? 1n : 0n }];
}

function button(name: InputButton, down: boolean, wheelAxis: boolean): WireEvent[] {
  const wheel = name === 'wheel-up' ? 1n : name === 'wheel-down' ? -1n : 0n;
  if (wheelAxis && wheel !== 0n && down) return [{ type: EV.rel, code: REL.wheel, value: wheel }];
  return pressed(BUTTONS[name], down);
}

function touch(data: Extract<InputEvent, { type: 'mtt' }>['data']): WireEvent[] {
  if (data.type === 'data') return [{ type: EV.abs, code: TOUCH_AXES[data.axis], value: data.value }];
  return [
    { type: EV.abs, code: ABS.slot, value: data.slot },
    { type: EV.abs, code: ABS.trackingId, value: data['tracking-id'] },
  ];
}
