import type { InputEvent } from '../../../qapi/generated/types.ts';
import type { Displays } from '../../display/console.ts';
import type { Registration } from '../../input/handlers.ts';
import type { Input } from '../../input/input.ts';
import type { TypeTable } from '../../qom/types.ts';
import { STATUS_DRIVER_OK } from './constants.ts';
import { VirtioDevice } from './device.ts';
import type { VirtioEnvironment } from './environment.ts';
import { EV, EVENT_SIZE, encodeEvent, SYN_REPORT, type WireEvent, wireEvents } from './input-events.ts';
import { type InputConfigEntry, type InputModel, serialEntry } from './input-models.ts';
import type { Element, Virtqueue } from './queue.ts';
import { gather, scatter } from './segments.ts';

const QUEUE_SIZE = 64;
const STATUS_QUEUE = 1;
/** Bytes of the configuration space before the answer. */
const CONFIG_HEADER = 8;

/** What the monitor's side of input devices has: where input comes from, and the displays they may be tied to. */
export interface InputBackends {
  readonly input: Input;
  readonly displays: Displays;
}

/** Keyboard, mouse, tablet or touch screen (virtio 1.2, 5.8). */
export class VirtioInput extends VirtioDevice {
  readonly virtioName = 'virtio-input';
  readonly deviceId = 18;
  readonly #model: InputModel;
  readonly #backends: InputBackends;
  #registration: Registration | undefined;
  #entries: readonly InputConfigEntry[] = [];
  #select = 0;
  #subsel = 0;
  /** The driver runs: it gets events. */
  #active = false;
  /** Events that no sync has completed yet. */
  #pending: WireEvent[] = [];
  /** LEDs that the driver has lit, a bit each. */
  leds = 0;

  constructor(model: InputModel, types: TypeTable, env: VirtioEnvironment, backends: InputBackends) {
    super(model.typeName, types, env);
    this.#model = model;
    this.#backends = backends;
  }

  protected setUp(): void {
    this.#entries = this.#model.config;
    const serial = String(this.value('serial'));
    if (serial !== '') this.#entries = [...this.#entries, serialEntry(serial)];
    this.config.layout = {
      length: CONFIG_HEADER + Math.max(...this.#entries.map(({ data }) => data.length)),
      keepsWrites: true,
      fill: view => this.#answer(view),
      written: view => {
        this.#select = view.getUint8(0);
        this.#subsel = view.getUint8(1);
        this.configChanged();
      },
    };
    this.addQueue(QUEUE_SIZE);
    this.addQueue(QUEUE_SIZE);
    this.#register();
  }

  #register(): void {
    const { input, displays } = this.#backends;
    const { name, kinds } = this.#model;
    const handler = {
      name,
      kinds,
      event: (event: InputEvent) => this.#take(event),
      sync: () => this.#deliver(),
    };
    const display = displays.find(String(this.value('display')), Number(this.value('head')));
    this.#registration = input.handlers.register(handler, display);
  }

  override unrealize(): void {
    if (this.#registration) this.#backends.input.handlers.unregister(this.#registration);
    super.unrealize();
  }

  /** The question that was asked, the length of the answer, and the answer; zeros where there is none. */
  #answer(view: DataView): void {
    const bytes = new Uint8Array(view.buffer);
    bytes.fill(0);
    const entry = this.#entries.find(
      ({ select, subsel }) => select === this.#select && subsel === this.#subsel,
    );
    if (!entry) return;
    bytes.set([entry.select, entry.subsel, entry.data.length]);
    bytes.set(entry.data, CONFIG_HEADER);
  }

  #take(event: InputEvent): void {
    if (!this.#active) return;
    this.#pending.push(...wireEvents(event, this.value('wheel-axis') === true));
  }

  /** Gives the driver all that is pending, or nothing if it has not left room for all of it. */
  #deliver(): void {
    if (!this.#active) return;
    const events = [...this.#pending.splice(0), { type: EV.syn, code: SYN_REPORT, value: 0n }];
    this.run(() => {
      const queue = this.queues[0]!;
      const elements = this.#room(queue, events.length);
      if (!elements) return;
      const done = elements.map((element, n) => ({
        element,
        length: scatter(this.memory, element.in, encodeEvent(events[n]!)),
      }));
      queue.pushAll(done);
      this.notify(queue);
    });
  }

  /** Takes so many chains, or none. */
  #room(queue: Virtqueue, count: number): Element[] | null {
    const elements: Element[] = [];
    while (elements.length < count) {
      const element = this.take(queue);
      if (!element) {
        for (const taken of elements.reverse()) queue.unpop(taken);
        return null;
      }
      elements.push(element);
    }
    return elements;
  }

  protected handleQueue(queue: Virtqueue): void {
    if (queue.index !== STATUS_QUEUE) return; // room for events: they are written when they arise
    this.drain(queue, element => {
      const bytes = gather(this.memory, element.out, 0, EVENT_SIZE);
      if (bytes.length === EVENT_SIZE) this.#setStatus(new DataView(bytes.buffer));
      this.complete(queue, element, bytes.length);
      return true;
    });
  }

  #setStatus(event: DataView): void {
    if (event.getUint16(0, true) !== EV.led) return;
    const bit = 1 << (event.getUint16(2, true) & 0x1f);
    this.leds = event.getUint32(4, true) !== 0 ? this.leds | bit : this.leds & ~bit;
  }

  protected override statusChanging(status: number): void {
    if ((status & STATUS_DRIVER_OK) === 0 || this.#active) return;
    this.#active = true;
    if (this.#registration) this.#backends.input.handlers.activate(this.#registration);
  }

  protected override resetDevice(): void {
    this.#pending = [];
    this.leds = 0;
    if (!this.#active) return;
    this.#active = false;
    if (this.#registration) this.#backends.input.handlers.deactivate(this.#registration);
  }
}
