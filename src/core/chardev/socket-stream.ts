import type { ByteStream, Host, StreamEvent } from '../../host/types.ts';
import { type Address, formatAddress, formatEndpoint } from '../sockets/address.ts';
import { type LinkSettings, SocketLink } from '../sockets/link.ts';
import { TELNET_GREETING, TelnetFilter } from './telnet.ts';

export interface SocketStreamSettings extends LinkSettings {
  readonly telnet: boolean;
}

/** A character device behind a stream socket. Output is lost while nobody is connected. */
export class SocketStream implements ByteStream {
  readonly #settings: SocketStreamSettings;
  readonly #link: SocketLink;
  #telnet: TelnetFilter | null = null;
  #listener: ((bytes: Uint8Array) => void) | null = null;
  #kept: Uint8Array[] = [];
  #tell: (event: StreamEvent) => void = () => {};

  /** Listens or connects; with `wait`, until somebody is there. @throws QmpError */
  static async open(host: Host, settings: SocketStreamSettings, wait: boolean): Promise<SocketStream> {
    const stream = new SocketStream(host, settings);
    await stream.#link.open();
    if (wait && !stream.connected) {
      host.notice?.(`waiting for connection on: ${stream.filename}`);
      await stream.#link.arrival();
    }
    return stream;
  }

  private constructor(host: Host, settings: SocketStreamSettings) {
    this.#settings = settings;
    this.#link = new SocketLink(host, settings, {
      opened: () => this.#opened(),
      data: bytes => this.#receive(bytes),
      closed: () => this.#tell('closed'),
      drained: () => this.#tell('drained'),
    });
    this.#link.setFlowing(false); // until somebody listens
  }

  get filename(): string {
    const { server, telnet } = this.#settings;
    const role = server ? ',server=on' : '';
    const { address, connected, ends } = this.#link;
    if (!connected) return `disconnected:${protocolOf(address, telnet)}:${formatAddress(address)}${role}`;
    if (address.kind === 'fd' && ends === null) return `unix:${role}`;
    if (address.kind === 'unix' || ends === null) return `unix:${formatAddress(address)}${role}`;
    const protocol = protocolOf(address, telnet);
    return `${protocol}:${formatEndpoint(ends.local)}${role} <-> ${formatEndpoint(ends.remote)}`;
  }

  get connected(): boolean {
    return this.#link.connected;
  }

  get congested(): boolean {
    return this.#link.congested;
  }

  #opened(): void {
    if (this.#settings.telnet) {
      this.#telnet = new TelnetFilter(() => this.#tell('break'));
      this.#link.write(TELNET_GREETING);
    }
    this.#tell('opened');
  }

  #receive(raw: Uint8Array): void {
    const bytes = this.#telnet?.filter(raw) ?? raw;
    if (this.#listener) this.#listener(bytes);
    else this.#kept.push(bytes);
  }

  write(bytes: Uint8Array): void {
    this.#link.write(bytes);
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    for (const bytes of this.#kept.splice(0)) listener(bytes);
    this.#link.setFlowing(true);
  }

  onEvent(listener: (event: StreamEvent) => void): void {
    this.#tell = listener;
  }

  setFlowing(flowing: boolean): void {
    this.#link.setFlowing(flowing);
  }

  /** Ends the connection, not the listening. */
  hangUp(): void {
    this.#link.hangUp();
  }

  close(): void {
    this.#link.close();
  }
}

function protocolOf(address: Address, telnet: boolean): string {
  if (address.kind !== 'inet') return address.kind;
  return telnet ? 'telnet' : 'tcp';
}
