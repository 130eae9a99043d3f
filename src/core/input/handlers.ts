import { QmpError } from '../../qapi/errors.ts';
import type { InputEvent, InputEventKind, MouseInfo } from '../../qapi/generated/types.ts';
import type { DisplayConsole } from '../display/console.ts';

/** A device that takes input. */
export interface InputHandler {
  /** As `info mice` shows it. */
  readonly name: string;
  readonly kinds: readonly InputEventKind[];
  event(event: InputEvent): void;
  /** The events since the last call belong together and are complete. */
  sync(): void;
}

/** A handler in the table. */
export interface Registration {
  readonly handler: InputHandler;
  /** Number for mouse_set. */
  readonly index: number;
  /** The display that the device is tied to, if any. */
  readonly console: DisplayConsole | undefined;
}

/** The devices that take input; of several that take the same kind the first one gets it. */
export class InputHandlers {
  #order: Registration[] = [];
  #registered = 0;

  register(handler: InputHandler, console?: DisplayConsole): Registration {
    const registration = { handler, index: ++this.#registered, console };
    this.#order.push(registration);
    return registration;
  }

  unregister(registration: Registration): void {
    this.#order = this.#order.filter(other => other !== registration);
  }

  /** Its driver is there: it comes before all others. */
  activate(registration: Registration): void {
    this.unregister(registration);
    this.#order.unshift(registration);
  }

  /** Its driver is gone: it comes behind all others. */
  deactivate(registration: Registration): void {
    this.unregister(registration);
    this.#order.push(registration);
  }

  /** Who gets events of a kind: devices tied to the display first, else those that are tied to none. */
  find(kind: InputEventKind, console?: DisplayConsole): InputHandler | undefined {
    const takers = this.#order.filter(({ handler }) => handler.kinds.includes(kind));
    const tied = console && takers.find(taker => taker.console === console);
    return (tied ?? takers.find(taker => taker.console === undefined))?.handler;
  }

  /** Devices that move a pointer, in QEMU's order: the current one comes last. */
  mice(): MouseInfo[] {
    const mice = this.#order.filter(({ handler }) => movesPointer(handler));
    return mice
      .map(({ handler, index }, place) => ({
        name: handler.name,
        index: BigInt(index),
        current: place === 0,
        absolute: handler.kinds.includes('abs'),
      }))
      .reverse();
  }

  /** @throws QmpError where there is no such device or it is no mouse */
  selectMouse(index: bigint): void {
    const found = this.#order.find(registration => BigInt(registration.index) === index);
    if (!found) throw new QmpError(`Mouse at index '${index}' not found`);
    if (!movesPointer(found.handler)) {
      throw new QmpError(`Input device '${found.handler.name}' is not a mouse`);
    }
    this.activate(found);
  }
}

function movesPointer({ kinds }: InputHandler): boolean {
  return kinds.includes('rel') || kinds.includes('abs');
}
