import { QmpError } from '../../../qapi/errors.ts';
import type { DisplayConsole, Displays } from '../../display/console.ts';
import type { TypeTable } from '../../qom/types.ts';
import { bit } from './constants.ts';
import { VirtioDevice } from './device.ts';
import type { VirtioEnvironment } from './environment.ts';
import { encodeReply, F_EDID, HEADER_SIZE, LONGEST_COMMAND, MAX_SCANOUTS } from './gpu-format.ts';
import { type Cursor, type GpuCommand, GpuRenderer } from './gpu-renderer.ts';
import { traceAnswer, traceCommand } from './gpu-trace.ts';
import type { Element, Virtqueue } from './queue.ts';
import { gather, scatter } from './segments.ts';

const CONTROL_QUEUE_SIZE = 64;
const CURSOR_QUEUE = 1;
const CURSOR_QUEUE_SIZE = 16;
const CONFIG_SIZE = 16;
const EVENTS_CLEAR_OFFSET = 4;
const NUM_SCANOUTS_OFFSET = 8;
/** Bytes of pixels copied before the event loop gets its turn. */
const TURN_BYTES = 16 << 20;

/** Display device, two-dimensional (virtio 1.2, 5.7). */
export class VirtioGpu extends VirtioDevice {
  readonly virtioName = 'virtio-gpu';
  readonly deviceId = 16;
  readonly #displays: Displays;
  #consoles: DisplayConsole[] = [];
  #renderer: GpuRenderer | undefined;

  constructor(types: TypeTable, env: VirtioEnvironment, displays: Displays) {
    super('virtio-gpu-device', types, env);
    this.#displays = displays;
  }

  protected setUp(): void {
    this.refuse('blob');
    const outputs = Number(this.value('max_outputs'));
    if (outputs > MAX_SCANOUTS) throw new QmpError(`invalid max_outputs > ${MAX_SCANOUTS}`);
    this.config.layout = {
      length: CONFIG_SIZE,
      // The events are never set: displays keep the size that they were made with.
      fill: view => view.setUint32(NUM_SCANOUTS_OFFSET, outputs, true),
      written: view => view.setUint32(EVENTS_CLEAR_OFFSET, 0, true),
    };
    this.addQueue(CONTROL_QUEUE_SIZE);
    this.addQueue(CURSOR_QUEUE_SIZE);
    this.#consoles = Array.from({ length: outputs }, (_, head) => this.#displays.add(this, head));
    const mode = { width: Number(this.value('xres')), height: Number(this.value('yres')) };
    this.#renderer = new GpuRenderer(
      this.memory,
      this.#consoles,
      mode,
      BigInt(this.value('max_hostmem') as bigint | number),
    );
  }

  protected override offer(features: bigint): bigint {
    return this.value('edid') === true ? features | bit(F_EDID) : features;
  }

  override unrealize(): void {
    for (const console of this.#consoles) this.#displays.remove(console);
    super.unrealize();
  }

  /** Where the mouse pointer of a display is, and what it shows. */
  cursor(scanout: number): Cursor | undefined {
    return this.#renderer?.cursor(scanout);
  }

  protected handleQueue(queue: Virtqueue): void {
    const renderer = this.#renderer!;
    const stopAt = renderer.copied + TURN_BYTES;
    this.drain(queue, element => {
      const command = this.#commandIn(element);
      if (queue.index === CURSOR_QUEUE) {
        traceCommand(this.trace, command);
        renderer.moveCursor(command);
        this.complete(queue, element, 0);
        return true;
      }
      this.complete(queue, element, this.#answer(renderer, command, element));
      if (renderer.copied < stopAt) return true;
      this.continueLater(queue);
      return false;
    });
  }

  #commandIn(element: Element): GpuCommand {
    const bytes = gather(this.memory, element.out, 0, LONGEST_COMMAND);
    const view = new DataView(bytes.buffer, 0, bytes.length);
    return {
      type: bytes.length >= HEADER_SIZE ? view.getUint32(0, true) : 0,
      view,
      rest: (offset, length) => gather(this.memory, element.out, offset, length),
    };
  }

  /** Bytes written; none in answer to what is no command at all. */
  #answer(renderer: GpuRenderer, command: GpuCommand, element: Element): number {
    if (command.view.byteLength < HEADER_SIZE) return 0;
    traceCommand(this.trace, command);
    const reply = encodeReply(renderer.execute(command), command.view);
    traceAnswer(this.trace, command.view);
    return scatter(this.memory, element.in, reply);
  }

  protected override resetDevice(): void {
    this.#renderer?.reset();
  }
}
