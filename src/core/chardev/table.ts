import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { ChardevBackend } from '../../qapi/generated/types.ts';
import { ConfigError } from '../config.ts';
import { Container, QomObject } from '../qom/object.ts';
import { Chardev } from './chardev.ts';
import { Mux } from './mux.ts';
import { openBackend } from './open.ts';
import type { ChardevRequest } from './options.ts';
import { RingBuffer } from './ring-buffer.ts';

/** All character devices by label, in the order of their creation. */
export class ChardevTable {
  /** `/chardevs` of the composition tree. */
  readonly container = new Container();
  readonly #host: Host;
  readonly #chardevs = new Map<string, Chardev>();
  /** Users of a mux, each with an end of its own, by the mux. */
  readonly #users = new Map<string, Chardev[]>();
  /** Labels of devices that are being opened. */
  readonly #opening = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Opens the host side. @throws QmpError that says why it cannot be had */
  async open(label: string, backend: ChardevBackend): Promise<Chardev> {
    if (this.#chardevs.has(label) || this.#opening.has(label)) {
      throw new QmpError(`attempt to add duplicate property '${label}' to object (type 'container')`);
    }
    this.#opening.add(label);
    try {
      const { backend: stream, log } = await openBackend(this.#context, label, backend);
      return this.add(new Chardev(label, backend.type, stream, log));
    } finally {
      this.#opening.delete(label);
    }
  }

  add(chardev: Chardev): Chardev {
    this.#chardevs.set(chardev.label, chardev);
    this.#show(chardev);
    return chardev;
  }

  /**
   * What `-chardev` and `chardev-add` ask for, with the mux before it if several share it.
   * @returns the device that leads to the host
   * @throws QmpError
   */
  async openRequest({ id, backend, mux }: ChardevRequest): Promise<Chardev> {
    if (!mux) return this.open(id, backend);
    const base = `${id}-base`;
    const opened = await this.open(base, backend);
    try {
      await this.open(id, { type: 'mux', data: { chardev: base } });
    } catch (error) {
      this.remove(base);
      throw error;
    }
    return opened;
  }

  #show({ label, kind }: Chardev): void {
    this.container.add(label, new QomObject(`chardev-${kind}`));
  }

  get #context() {
    return { host: this.#host, find: (id: string) => this.#chardevs.get(id) };
  }

  get(label: string): Chardev | undefined {
    return this.#chardevs.get(label);
  }

  /** The device for one more user; a mux has an end for each of several. Undefined when there is none. */
  forUser(label: string): Chardev | undefined {
    const chardev = this.#chardevs.get(label);
    if (!(chardev?.backend instanceof Mux)) return chardev;
    const user = new Chardev(label, 'mux', chardev.backend.join());
    this.#users.set(label, [...(this.#users.get(label) ?? []), user]);
    return user;
  }

  /** For a device that nobody shares it with. @throws ConfigError, with the option that asks for it if one is given */
  take(label: string, option?: string): Chardev {
    const prefix = option === undefined ? '' : `${option}: `;
    const chardev = this.forUser(label);
    if (!chardev) throw new ConfigError(`${prefix}chardev "${label}" not found`);
    if (chardev.inUse) throw new ConfigError(`${prefix}chardev "${label}" is already in use`);
    return chardev;
  }

  /** The ring buffer of the name. @throws QmpError */
  ringBuffer(label: string): RingBuffer {
    const chardev = this.#chardevs.get(label);
    if (!chardev) throw new QmpError(`Device '${label}' not found`);
    if (chardev.backend instanceof RingBuffer) return chardev.backend;
    throw new QmpError(`${label} is not a ringbuf device`);
  }

  /** Leads a device elsewhere. What it led to stays if the new one cannot be had. @throws QmpError */
  async change(label: string, backend: ChardevBackend): Promise<Chardev> {
    const chardev = this.#chardevs.get(label);
    if (!chardev) throw new QmpError(`Chardev '${label}' does not exist`);
    if (chardev.kind === 'mux') throw new QmpError('Mux device hotswap not supported yet');
    if (!chardev.exchangeable) throw new QmpError('Chardev user does not support chardev hotswap');
    const { backend: stream, log } = await openBackend(this.#context, label, backend);
    chardev.exchange(backend.type, stream, log);
    this.container.removeChild(label);
    this.#show(chardev);
    return chardev;
  }

  /** @throws QmpError while somebody uses it */
  remove(label: string): void {
    const chardev = this.require(label);
    if (chardev.inUse || this.#users.get(label)?.some(user => user.inUse)) {
      throw new QmpError(`Chardev '${label}' is busy`);
    }
    this.#chardevs.delete(label);
    this.#users.delete(label);
    this.container.removeChild(label);
    chardev.close();
  }

  /** @throws QmpError */
  require(label: string): Chardev {
    const chardev = this.#chardevs.get(label);
    if (!chardev) throw new QmpError(`Chardev '${label}' not found`);
    return chardev;
  }

  /** Whether a device in the machine has it open. */
  isOpen(chardev: Chardev): boolean {
    return chardev.frontendOpen || (this.#users.get(chardev.label)?.some(user => user.frontendOpen) ?? false);
  }

  all(): Chardev[] {
    return [...this.#chardevs.values()];
  }

  /** Lets go of everything. */
  close(): void {
    for (const chardev of this.#chardevs.values()) chardev.close();
    this.#chardevs.clear();
  }
}
