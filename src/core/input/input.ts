import type { InputButton, InputEvent, KeyValue, QKeyCode } from '../../qapi/generated/types.ts';
import type { Timer, VirtualClock } from '../clock.ts';
import type { DisplayConsole } from '../display/console.ts';
import { type InputHandler, InputHandlers } from './handlers.ts';
import { keyOf } from './keys.ts';

/** Milliseconds between the steps of keys that are sent without a hold time. */
const DEFAULT_HOLD = 10;
const NS_PER_MS = 1e6;
/** Steps that may wait: what is sent beyond is lost, as with a keyboard's own buffer. */
const QUEUE_LIMIT = 1024;

/** Buttons as the bits of `mouse_button`. */
const BUTTON_BITS: readonly (readonly [button: InputButton, bit: bigint])[] = [
  ['left', 1n],
  ['middle', 4n],
  ['right', 2n],
];

/** A thing that is still to be done with the keyboard: wait, or a key that goes down or up. */
type Step = { readonly delayMs: number } | { readonly key: QKeyCode; readonly down: boolean };

/** Passes input on to the devices that take it. While the machine stands still input is lost. */
export class Input {
  readonly handlers = new InputHandlers();
  readonly #clock: VirtualClock;
  readonly #timer: Timer;
  /** Handlers that have had events since the last sync. */
  readonly #unsynced = new Set<InputHandler>();
  #steps: Step[] = [];
  #buttons = 0n;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.#timer = clock.timer(() => this.#goOn());
  }

  /** The virtual clock runs exactly while the machine does. */
  get running(): boolean {
    return this.#clock.running;
  }

  /** Sends one event; sync() completes it. `console` is the display that it came from. */
  send(event: InputEvent, console?: DisplayConsole): void {
    if (!this.running) return;
    const handler = this.handlers.find(event.type, console);
    if (!handler) return;
    handler.event(event.type === 'key' ? withName(event) : event);
    this.#unsynced.add(handler);
  }

  sync(): void {
    if (!this.running) return;
    for (const handler of this.#unsynced) handler.sync();
    this.#unsynced.clear();
  }

  /** Presses the keys one by one and lets go of them in the opposite order. */
  sendKeys(keys: readonly KeyValue[], holdMs = 0): void {
    const names = keys.map(keyOf);
    const delayMs = holdMs > 0 ? holdMs : DEFAULT_HOLD;
    for (const key of names) this.#sendKey(key, true, delayMs);
    for (const key of names.toReversed()) this.#sendKey(key, false, delayMs);
  }

  #sendKey(key: QKeyCode, down: boolean, delayMs: number): void {
    if (!this.running) return;
    if (this.#steps.length >= QUEUE_LIMIT) return;
    if (this.#steps.length > 0) {
      this.#steps.push({ key, down }, { delayMs });
      return;
    }
    this.#press(key, down);
    this.#steps.push({ delayMs });
    this.#wait(delayMs);
  }

  #press(key: QKeyCode, down: boolean): void {
    this.send({ type: 'key', data: { key: { type: 'qcode', data: key }, down } });
    this.sync();
  }

  #wait(delayMs: number): void {
    this.#timer.arm(this.#clock.now() + delayMs * NS_PER_MS);
  }

  /** The wait at the head is over: takes the steps up to the next one. */
  #goOn(): void {
    this.#steps.shift();
    for (let step = this.#steps[0]; step; step = this.#steps[0]) {
      if ('delayMs' in step) {
        this.#wait(step.delayMs);
        return;
      }
      this.#steps.shift();
      this.#press(step.key, step.down);
    }
  }

  moveMouse(dx: bigint, dy: bigint, dz: bigint): void {
    this.send({ type: 'rel', data: { axis: 'x', value: dx } });
    this.send({ type: 'rel', data: { axis: 'y', value: dy } });
    if (dz !== 0n) {
      const button = dz > 0n ? 'wheel-up' : 'wheel-down';
      this.send({ type: 'btn', data: { button, down: true } });
      this.sync();
      this.send({ type: 'btn', data: { button, down: false } });
    }
    this.sync();
  }

  /** Presses and releases buttons until those of `state` are down. */
  setButtons(state: bigint): void {
    for (const [button, bit] of BUTTON_BITS) {
      const down = (state & bit) !== 0n;
      if (down !== ((this.#buttons & bit) !== 0n)) this.send({ type: 'btn', data: { button, down } });
    }
    this.sync();
    this.#buttons = state;
  }
}

/** Devices see keys by name only. */
function withName(event: Extract<InputEvent, { type: 'key' }>): InputEvent {
  const { key, down } = event.data;
  return { type: 'key', data: { key: { type: 'qcode', data: keyOf(key) }, down } };
}
