import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { BlockNode } from '../block/node.ts';
import type { EventBus } from '../events.ts';
import type { Address } from '../sockets/address.ts';
import { type ExportSettings, NbdExport } from './export.ts';
import { LONGEST_NAME } from './protocol.ts';
import { NbdServer } from './server.ts';

/** The images that others can use, and the server that they come to. */
export class ExportTable {
  readonly #host: Pick<Host, 'network'>;
  readonly #events: EventBus;
  #server: NbdServer | null = null;
  #exports: NbdExport[] = [];

  constructor(host: Pick<Host, 'network'>, events: EventBus) {
    this.#host = host;
    this.#events = events;
  }

  /** Newest first. */
  all(): NbdExport[] {
    return this.#exports.toReversed();
  }

  /** @param mostClients at once; 0: as many as come. @throws QmpError */
  async start(address: Address, mostClients: number): Promise<void> {
    if (this.#server) throw new QmpError('NBD server already running');
    const server = new NbdServer(() => this.all(), mostClients);
    this.#server = server;
    try {
      await server.listen(this.#host.network, address);
    } catch (error) {
      this.#server = null;
      throw error;
    }
  }

  /** @throws QmpError */
  requireId(id: string): void {
    if (this.#exports.some(({ settings }) => settings.id === id)) {
      throw new QmpError(`Block export id '${id}' is already in use`);
    }
  }

  /** @throws QmpError */
  add(settings: ExportSettings): void {
    const { name, node, bitmaps } = settings;
    if (!this.#server) throw new QmpError('NBD server not running');
    if (new TextEncoder().encode(name).length > LONGEST_NAME) {
      throw new QmpError(`export name '${name}' too long`);
    }
    if (this.#exports.some(other => other.settings.name === name)) {
      throw new QmpError(`NBD server already has export named '${name}'`);
    }
    node.users++;
    for (const bitmap of bitmaps) bitmap.busy = true;
    this.#exports.push(new NbdExport(settings));
  }

  /** @param hard clients are sent away. @throws QmpError where there is none, or a client has it */
  remove(id: string, hard: boolean): void {
    const found = this.#exports.find(({ settings }) => settings.id === id);
    if (!found) throw new QmpError(`Export '${id}' is not found`);
    if (found.clients.size > 0 && !hard) throw new QmpError(`export '${id}' still in use`);
    this.#drop(found);
  }

  /** @throws QmpError */
  stop(): void {
    if (!this.#server) throw new QmpError('NBD server not running');
    for (const each of this.all()) this.#drop(each);
    this.#server.close();
    this.#server = null;
  }

  /** Whether a node is on offer. */
  has(node: BlockNode): boolean {
    return this.#exports.some(({ settings }) => settings.node === node);
  }

  /** The medium leaves its drive: nobody has it any more. */
  dropNode(node: BlockNode): void {
    for (const each of this.all()) if (each.settings.node === node) this.#drop(each);
  }

  /** Nobody is told: the machine ends. */
  close(): void {
    this.#server?.close();
    this.#server = null;
  }

  #drop(leaving: NbdExport): void {
    const { id, node, bitmaps } = leaving.settings;
    this.#exports = this.#exports.filter(each => each !== leaving);
    for (const client of leaving.clients) client.close();
    node.users--;
    for (const bitmap of bitmaps) bitmap.busy = false;
    this.#events.emit('BLOCK_EXPORT_DELETED', { id });
  }
}
