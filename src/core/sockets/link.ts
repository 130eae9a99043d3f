import type { Closable, Endpoint, Host, TcpEvents, TcpSocket } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import { type Address, formatAddress, noDescriptor, unixName } from './address.ts';
import { listenAt, unknownHost } from './listen.ts';

/** Bytes that may wait for a slow peer before a link counts as congested. */
const MOST_WAITING = 1 << 20;
/** Callers that wait for their turn; more are turned away. */
const MOST_CALLERS = 8;

export interface LinkSettings {
  readonly address: Address;
  readonly server: boolean;
  /** Milliseconds after which a connection that was lost or not had is tried again; 0: never. */
  readonly reconnectMs: number;
}

/** Who uses the link. */
export interface LinkOwner {
  opened(): void;
  data(bytes: Uint8Array): void;
  /** The peer is gone; with the host's error code if the connection broke or was not had. */
  closed(code: string | null): void;
  /** The link is no longer congested. */
  drained(): void;
}

/** A caller or callee: its socket, and what is known of both ends. */
class Peer {
  readonly socket: TcpSocket;
  /** Whether bytes flow: a caller who waits is not listened to. */
  current = false;
  gone = false;

  constructor(socket: TcpSocket) {
    this.socket = socket;
  }
}

/** A stream socket with one peer at a time: it listens, or connects and does so again. */
export class SocketLink {
  readonly settings: LinkSettings;
  /** Where it listens, the port that the host chose included. */
  address: Address;
  readonly #host: Host;
  readonly #owner: LinkOwner;
  #listener: Closable | null = null;
  #peer: Peer | null = null;
  #callers: Peer[] = [];
  #closed = false;
  #flowing = true;
  #congested = false;
  #stopWaiting = () => {};
  #arrival: (() => void) | null = null;

  constructor(host: Host, settings: LinkSettings, owner: LinkOwner) {
    this.#host = host;
    this.settings = settings;
    this.address = settings.address;
    this.#owner = owner;
  }

  get connected(): boolean {
    return this.#peer !== null;
  }

  get congested(): boolean {
    return this.#peer !== null && this.#peer.socket.pending > MOST_WAITING;
  }

  /** Both ends of the connection, null without one. */
  get ends(): { local: Endpoint; remote: Endpoint } | null {
    return this.#peer?.socket.ends ?? null;
  }

  /** Listens or connects. With a time to reconnect, a callee who does not answer is no error. @throws QmpError */
  async open(): Promise<void> {
    if (this.settings.server) await this.#listen();
    else await this.#connect();
  }

  /** Resolves when the first peer is there. */
  async arrival(): Promise<void> {
    if (this.#peer !== null) return;
    await new Promise<void>(resolve => {
      this.#arrival = resolve;
    });
  }

  async #listen(): Promise<void> {
    const accept = (socket: TcpSocket) => this.#called(socket);
    const { listener, address } = await listenAt(this.#host.network, this.settings.address, accept);
    this.#listener = listener;
    this.address = address;
    if (this.#closed) listener.close();
  }

  /** Somebody calls: the first is served, a few more wait for their turn. */
  #called(socket: TcpSocket): TcpEvents | null {
    if (this.#closed || this.#callers.length >= MOST_CALLERS) return null;
    const peer = new Peer(socket);
    if (this.#peer === null) this.#serve(peer);
    else {
      socket.pause();
      this.#callers.push(peer);
    }
    return this.#events(peer);
  }

  #serve(peer: Peer): void {
    this.#peer = peer;
    peer.current = true;
    if (this.#flowing) peer.socket.resume();
    else peer.socket.pause();
    this.#owner.opened();
    this.#arrival?.();
    this.#arrival = null;
  }

  #events(peer: Peer): TcpEvents {
    return {
      connected: () => {},
      data: bytes => {
        if (peer.current) this.#owner.data(bytes);
      },
      flushed: () => this.#flushed(peer),
      ended: () => this.#lost(peer, null),
      closed: code => this.#lost(peer, code),
    };
  }

  #flushed(peer: Peer): void {
    if (!peer.current || !this.#congested || this.congested) return;
    this.#congested = false;
    this.#owner.drained();
  }

  /** A peer that ends its half is gone: nobody would read on. */
  #lost(peer: Peer, code: string | null): void {
    if (peer.gone) return;
    peer.gone = true;
    peer.socket.end();
    this.#callers = this.#callers.filter(caller => caller !== peer);
    if (!peer.current) return;
    peer.current = false;
    this.#peer = null;
    this.#owner.closed(code);
    if (this.#congested) {
      this.#congested = false;
      this.#owner.drained();
    }
    const next = this.#callers.shift();
    if (this.#closed) return;
    if (next) this.#serve(next);
    else if (!this.settings.server) this.#tryLater();
  }

  #tryLater(): void {
    const { reconnectMs } = this.settings;
    if (reconnectMs <= 0 || this.#closed) return;
    this.#stopWaiting = this.#host.sleep(reconnectMs, () => void this.#connect());
  }

  #connect(): Promise<void> {
    const { address, reconnectMs } = this.settings;
    return new Promise((resolve, reject) => {
      const failed = (code: string | null) => {
        if (reconnectMs > 0) {
          this.#owner.closed(code);
          this.#tryLater();
          resolve();
        } else reject(new QmpError(this.#refusal(code)));
      };
      const events = this.#calling(resolve, failed);
      const socket = this.#call(address, events);
      if (!socket) {
        reject(noDescriptor(address.kind === 'fd' ? address.descriptor : -1));
        return;
      }
      events.peer = new Peer(socket);
      this.#stopWaiting = () => socket.destroy();
    });
  }

  #call(address: Address, events: TcpEvents): TcpSocket | undefined {
    const { network } = this.#host;
    switch (address.kind) {
      case 'unix':
        return network.connectUnix(unixName(address), events);
      case 'inet':
        return network.connectTcp({ address: address.host, port: address.port }, events);
      case 'fd':
        return network.adoptStream(address.descriptor, events);
    }
  }

  #refusal(code: string | null): string {
    if (code === 'ENOTFOUND') return unknownHost(this.#host.network, this.settings.address);
    const reason = this.#host.network.errorText(code ?? 'ECONNRESET');
    return `Failed to connect to '${formatAddress(this.settings.address)}': ${reason}`;
  }

  /** What becomes of a call until the peer answers, and from then on. */
  #calling(done: () => void, failed: (code: string | null) => void): TcpEvents & { peer: Peer | null } {
    let events: TcpEvents | null = null;
    const call: TcpEvents & { peer: Peer | null } = {
      peer: null,
      connected: () => {
        const peer = call.peer;
        if (peer === null || this.#closed) return;
        events = this.#events(peer);
        this.#serve(peer);
        done();
      },
      data: bytes => events?.data(bytes),
      flushed: () => events?.flushed(),
      ended: () => events?.ended(),
      closed: code => {
        if (events) events.closed(code);
        else if (!this.#closed) failed(code);
      },
    };
    return call;
  }

  /** Nobody hears what is written while there is no peer. */
  write(bytes: Uint8Array): void {
    this.#peer?.socket.write(bytes);
    if (this.congested) this.#congested = true;
  }

  /** Ends the connection, as if the peer had. */
  hangUp(): void {
    const peer = this.#peer;
    if (!peer) return;
    this.#lost(peer, null);
    peer.socket.destroy();
  }

  setFlowing(flowing: boolean): void {
    this.#flowing = flowing;
    if (flowing) this.#peer?.socket.resume();
    else this.#peer?.socket.pause();
  }

  /** Lets go of everything; the owner hears no more. What was written still leaves. */
  close(): void {
    this.#closed = true;
    this.#listener?.close();
    this.#stopWaiting();
    for (const caller of this.#callers.splice(0)) caller.socket.destroy();
    const peer = this.#peer;
    this.#peer = null;
    if (!peer) return;
    peer.current = false;
    peer.gone = true;
    if (peer.socket.pending > 0) peer.socket.end();
    else peer.socket.destroy();
  }
}
