import type { Host } from '../../host/types.ts';
import type { SocketAddress } from '../../qapi/generated/types.ts';
import type { EventBus } from '../events.ts';
import { formatAddress, formatEndpoint } from '../sockets/address.ts';
import { type LinkSettings, SocketLink } from '../sockets/link.ts';
import { NetClient } from './client.ts';
import { FrameReader, framed } from './frame-stream.ts';

/** Frames to another machine through a stream socket: `-netdev stream`, or `socket` with `listen=` or `connect=`. */
export class StreamClient extends NetClient {
  readonly #link: SocketLink;
  readonly #reader = new FrameReader(frame => this.send(frame));
  readonly #events: EventBus;
  #told = false;
  /** What keeps it from having a peer, as `info network` says it. */
  #state: string;

  constructor(
    kind: 'stream' | 'socket',
    name: string,
    { host, events }: { readonly host: Host; readonly events: EventBus },
    settings: LinkSettings,
  ) {
    super(name, kind);
    this.#events = events;
    this.#state = settings.server ? 'listening' : 'connecting';
    this.#link = new SocketLink(host, settings, {
      opened: () => this.#opened(),
      data: bytes => {
        if (!this.#reader.push(bytes)) this.#link.hangUp();
      },
      closed: () => this.#closed(),
      drained: () => this.flush(),
    });
  }

  /** Listens, or begins to connect: whether somebody answers shows later. @throws QmpError when it cannot listen */
  async open(): Promise<void> {
    if (this.#link.settings.server) {
      await this.#link.open();
      return;
    }
    if (this.#link.settings.address.kind === 'fd') {
      await this.#link.open();
      return;
    }
    this.#link.open().catch((error: Error) => {
      this.#state = `error: ${error.message}`;
    });
  }

  #opened(): void {
    this.#reader.reset();
    if (this.kind !== 'stream') return;
    this.#told = true;
    this.#events.emit('NETDEV_STREAM_CONNECTED', { 'netdev-id': this.name, addr: this.#peerAddress() });
  }

  #peerAddress(): SocketAddress {
    const { address, ends } = this.#link;
    if (address.kind === 'unix') {
      const { path, abstract } = address;
      return { type: 'unix', path, ...(abstract ? { abstract: true, tight: abstract.tight } : {}) };
    }
    if (address.kind === 'fd' && !ends) return { type: 'unix', path: '' };
    const { address: host, port } = ends?.remote ?? { address: formatAddress(address), port: 0 };
    return { type: 'inet', host, port: String(port) };
  }

  #closed(): void {
    if (!this.#told) return;
    this.#told = false;
    this.#events.emit('NETDEV_STREAM_DISCONNECTED', { 'netdev-id': this.name });
  }

  /** Frames wait while the other machine is slow, and are lost while there is none. */
  protected receive(frame: Uint8Array): boolean {
    if (this.#link.congested) return false;
    if (this.#link.connected) this.#link.write(framed(frame));
    return true;
  }

  get info(): string {
    const { address, connected, ends, settings } = this.#link;
    if (!connected) return this.kind === 'stream' ? this.#state : '';
    if (address.kind === 'fd') return this.kind === 'stream' ? 'unix:' : `socket: fd=${address.descriptor}`;
    if (this.kind === 'stream') {
      if (address.kind === 'unix') return `unix:${address.path}`;
      return ends ? `tcp:${ends.remote.address}:${ends.remote.port}` : `tcp:${formatAddress(address)}`;
    }
    const peer = ends ? formatEndpoint(ends.remote) : '';
    return settings.server
      ? `socket: connection from ${peer}`
      : `socket: connect to ${formatAddress(address)}`;
  }

  override close(): void {
    this.#link.close();
    this.#closed();
  }
}
