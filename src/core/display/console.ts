import { QmpError } from '../../qapi/errors.ts';
import type { Device } from '../qom/device.ts';
import { QomObject } from '../qom/object.ts';
import { placeholder } from './placeholder.ts';
import type { Surface } from './surface.ts';

const NOT_YET = 'Guest has not initialized the display (yet).';
const NOT_ACTIVE = 'Display output is not active.';

/** One display of a display device: what a monitor that is plugged in there would show. */
export class DisplayConsole extends QomObject {
  readonly device: Device;
  /** Which of the device's displays. */
  readonly head: number;
  #surface: Surface | null = null;
  /** What is said in place of a picture, and how large. */
  #message = { text: NOT_YET, width: 640, height: 480 };

  constructor(device: Device, head: number) {
    super('qemu-graphic-console');
    this.device = device;
    this.head = head;
    this.define('device', { type: 'link<device>', get: () => device.path });
    this.define('head', { type: 'uint32', get: () => head });
  }

  get surface(): Surface {
    const { text, width, height } = this.#message;
    return this.#surface ?? placeholder(text, width, height);
  }

  show(surface: Surface): void {
    this.#surface = surface;
  }

  /** The device drives the display no more; a message of the same size takes the picture's place. */
  blank(): void {
    const { width, height } = this.#surface ?? this.#message;
    this.#message = { text: NOT_ACTIVE, width, height };
    this.#surface = null;
  }
}

/** All displays of the machine, in the order in which they were made. */
export class Displays {
  #consoles: DisplayConsole[] = [];
  #home: QomObject | undefined;

  /** Where the displays stand in the composition tree. */
  attach(home: QomObject): void {
    this.#home = home;
    for (const console of this.#consoles) home.add('console[*]', console);
  }

  add(device: Device, head: number): DisplayConsole {
    const console = new DisplayConsole(device, head);
    this.#consoles.push(console);
    this.#home?.add('console[*]', console);
    return console;
  }

  remove(console: DisplayConsole): void {
    this.#consoles = this.#consoles.filter(other => other !== console);
    this.#home?.removeChild(console.name);
  }

  get first(): DisplayConsole | undefined {
    return this.#consoles[0];
  }

  /** By the device's identifier. */
  find(id: string, head: number): DisplayConsole | undefined {
    return this.#consoles.find(console => console.device.id === id && console.head === head);
  }

  /** As find(). @throws QmpError when the device, which exists, has no such display */
  require(id: string, head: number): DisplayConsole {
    const console = this.find(id, head);
    if (!console) throw new QmpError(`Device ${id} (head ${head}) is not bound to a QemuConsole`);
    return console;
  }
}
