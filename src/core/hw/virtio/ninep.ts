import { QmpError } from '../../../qapi/errors.ts';
import type { FsdevTable } from '../../ninep/fsdev.ts';
import { HEADER_SIZE } from '../../ninep/protocol.ts';
import { declaredLength, type NinepServer } from '../../ninep/server.ts';
import type { TypeTable } from '../../qom/types.ts';
import { bit } from './constants.ts';
import { RingError } from './descriptors.ts';
import { VirtioDevice } from './device.ts';
import type { VirtioEnvironment } from './environment.ts';
import type { Element, Virtqueue } from './queue.ts';
import { gather, scatter, totalLength } from './segments.ts';

const QUEUE_SIZE = 128;
const F_MOUNT_TAG = 0;
const MOST_TAG = 31;

/** 9P transport: a folder of the host for the guest (virtio 1.2, 5.16). */
export class Virtio9p extends VirtioDevice {
  readonly virtioName = 'virtio-9p';
  readonly deviceId = 9;
  readonly #fsdevs: FsdevTable;
  #server: NinepServer | undefined;

  constructor(types: TypeTable, env: VirtioEnvironment, fsdevs: FsdevTable) {
    super('virtio-9p-device', types, env);
    this.#fsdevs = fsdevs;
  }

  protected setUp(): void {
    const id = String(this.value('fsdev'));
    this.#server = this.#fsdevs.serve(id, () => this.env.host.wallClock());
    const tag = new TextEncoder().encode(this.#tag(id));
    this.addQueue(QUEUE_SIZE);
    this.config.layout = {
      length: 2 + tag.length,
      fill: view => {
        view.setUint16(0, tag.length, true);
        for (const [n, byte] of tag.entries()) view.setUint8(2 + n, byte);
      },
    };
  }

  #tag(fsdev: string): string {
    const tag = String(this.value('mount_tag'));
    if (tag === '') throw new QmpError(`fsdev with id ${fsdev} needs mount_tag arguments`);
    const { length } = new TextEncoder().encode(tag);
    if (length <= MOST_TAG) return tag;
    throw new QmpError(`mount tag '${tag}' (${length} bytes) is longer than maximum (${MOST_TAG} bytes)`);
  }

  protected override offer(features: bigint): bigint {
    return features | bit(F_MOUNT_TAG);
  }

  protected override resetDevice(): void {
    this.#server?.reset();
  }

  override unrealize(): void {
    super.unrealize();
    this.#server?.reset();
  }

  protected handleQueue(queue: Virtqueue): void {
    this.drain(queue, element => {
      const message = this.#message(element);
      const room = totalLength(element.in);
      const done = this.#server!.handle(message, room).then(reply =>
        this.whenRunning(() => this.#reply(queue, element, reply)),
      );
      void this.env.inFlight.track(done);
      return true;
    });
  }

  /** @throws RingError where there is no request, or no room to answer it */
  #message(element: Element): Uint8Array {
    const header = gather(this.memory, element.out, 0, HEADER_SIZE);
    const length = declaredLength(header);
    if (header.length < HEADER_SIZE || length < HEADER_SIZE) {
      throw new RingError('The guest sent a VirtFS request without headers');
    }
    if (totalLength(element.in) < HEADER_SIZE + 4) {
      throw new RingError('VirtFS reply: the buffer has no room for an error');
    }
    // What is longer than agreed upon is cut: its fields are then found missing.
    return gather(this.memory, element.out, 0, Math.min(length, this.#server!.msize));
  }

  #reply(queue: Virtqueue, element: Element, reply: Uint8Array): void {
    if (!queue.alive(element)) return;
    if (reply.length > totalLength(element.in)) {
      throw new RingError(
        `VirtFS reply type ${reply[4]} needs ${reply.length} bytes, buffer has ${totalLength(element.in)}`,
      );
    }
    this.complete(queue, element, scatter(this.memory, element.in, reply));
  }
}
