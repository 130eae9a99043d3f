import { QmpError } from '../../../qapi/errors.ts';
import type { Timer } from '../../clock.ts';
import type { TypeTable } from '../../qom/types.ts';
import { VirtioDevice } from './device.ts';
import type { VirtioEnvironment } from './environment.ts';
import type { Virtqueue } from './queue.ts';
import { RngBackend } from './rng-backend.ts';
import { scatter, totalLength } from './segments.ts';
import { RNG_TRACE } from './trace.ts';

const QUEUE_SIZE = 8;
/** Bytes that one buffer gets at most: a driver must cope with fewer than it asked for (5.4.6.1). */
const LARGEST_FILL = 65536;
const NS_PER_MS = 1e6;

/** Sources of entropy by their ids. */
export interface NamedRngs {
  get(id: string): RngBackend | undefined;
}

/** Entropy device (virtio 1.2, 5.4), optionally limited to `max-bytes` each `period` milliseconds. */
export class VirtioRng extends VirtioDevice {
  readonly virtioName = 'virtio-rng';
  readonly deviceId = 4;
  readonly #named: NamedRngs;
  #backend: RngBackend | undefined;
  #quota = 0n;
  #timer: Timer | undefined;

  /** @param named back ends made by -object, by id */
  constructor(types: TypeTable, env: VirtioEnvironment, named: NamedRngs) {
    super('virtio-rng-device', types, env);
    this.#named = named;
  }

  protected setUp(): void {
    if (Number(this.value('period')) <= 0) {
      throw new QmpError("'period' parameter expects a positive integer");
    }
    if (this.#maxBytes > 2n ** 63n - 1n) {
      throw new QmpError("'max-bytes' parameter must be non-negative, and less than 2^63");
    }
    this.#backend = this.#chooseBackend();
    this.settle('rng', this.#backend.path);
    this.addQueue(QUEUE_SIZE);
    this.#quota = this.#maxBytes;
    this.#timer = this.env.clock.timer(() => this.#refill());
  }

  get #maxBytes(): bigint {
    return BigInt(this.value('max-bytes') as bigint | number);
  }

  #chooseBackend(): RngBackend {
    const name = String(this.value('rng'));
    if (name === '') return this.add('default-backend', new RngBackend('rng-builtin', this.env.host));
    const backend = this.#named.get(name);
    if (!backend) throw new QmpError(`Device '${name}' not found`, 'DeviceNotFound');
    return backend;
  }

  protected handleQueue(queue: Virtqueue): void {
    if (!this.driverOk) {
      this.trace.emit(RNG_TRACE.notReady, this);
      return;
    }
    if (this.#quota <= 0n) return;
    this.drain(queue, element => {
      const wanted = Math.min(totalLength(element.in), LARGEST_FILL);
      const length = this.#quota < BigInt(wanted) ? Number(this.#quota) : wanted;
      if (length === 0 && wanted > 0) {
        queue.unpop(element);
        return false;
      }
      this.trace.emit(RNG_TRACE.request, this, length, this.#quota);
      this.#spend(length);
      this.trace.emit(RNG_TRACE.popped, this);
      const given = scatter(this.memory, element.in, this.#backend!.read(length));
      this.trace.emit(RNG_TRACE.pushed, this, given);
      this.complete(queue, element, given);
      return true;
    });
  }

  #spend(length: number): void {
    this.#quota -= BigInt(length);
    if (this.#timer?.armed === false) {
      this.#timer.arm(this.env.clock.now() + Number(this.value('period')) * NS_PER_MS);
    }
  }

  #refill(): void {
    this.#quota = this.#maxBytes;
    this.whenRunning(() => this.handleQueue(this.queues[0]!));
  }

  protected override statusChanging(status: number): void {
    this.status = status;
    if (this.queues[0] && this.env.vmRunning()) this.handleQueue(this.queues[0]);
  }

  protected override resetDevice(): void {
    this.#timer?.cancel();
    this.#quota = this.#maxBytes;
  }
}
