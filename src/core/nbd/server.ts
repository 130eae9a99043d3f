import type { Closable, HostNetwork, TcpSocket } from '../../host/types.ts';
import type { Address } from '../sockets/address.ts';
import { listenAt } from '../sockets/listen.ts';
import { ClientStream, Gone } from './client-stream.ts';
import { type Exports, Negotiation } from './negotiation.ts';
import { Transmission } from './transmission.ts';

export const DEFAULT_CLIENTS = 100;

/** Lets clients of NBD come to what is exported. */
export class NbdServer {
  readonly #exports: Exports;
  readonly #mostClients: number;
  readonly #clients = new Set<ClientStream>();
  #listener: Closable | null = null;

  /** @param mostClients at once; 0: as many as come */
  constructor(exports: Exports, mostClients: number) {
    this.#exports = exports;
    this.#mostClients = mostClients;
  }

  /** @throws QmpError when it cannot listen there */
  async listen(network: HostNetwork, address: Address): Promise<void> {
    const { listener } = await listenAt(network, address, socket => this.#accept(socket));
    this.#listener = listener;
  }

  /** Clients leave, and none comes any more. */
  close(): void {
    this.#listener?.close();
    for (const client of this.#clients) client.close();
  }

  #accept(socket: TcpSocket): ClientStream | null {
    if (this.#mostClients > 0 && this.#clients.size >= this.#mostClients) return null;
    const stream = new ClientStream(socket, () => this.#clients.delete(stream));
    this.#clients.add(stream);
    void this.#serve(stream);
    return stream;
  }

  async #serve(stream: ClientStream): Promise<void> {
    try {
      const agreement = await new Negotiation(stream, this.#exports).run();
      if (agreement === null) return;
      const { clients } = agreement.export;
      clients.add(stream);
      try {
        await new Transmission(stream, agreement).run();
      } finally {
        clients.delete(stream);
      }
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
    } finally {
      stream.finish();
    }
  }
}
