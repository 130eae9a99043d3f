import { type Address, keyOf } from './endpoint.ts';
import { advance, buildTcp, distance, FLAG, type Segment } from './tcp-segment.ts';
import type { TestGuest } from './test-support.ts';

const MSS = 1460;
const RESEND_MS = 30;
const NOTHING = new Uint8Array(0);

/** The guest's sockets by their ends. */
export class GuestTcp {
  readonly guest: TestGuest;
  readonly sockets = new Map<string, GuestSocket>();
  /** Ports that take connections, with what becomes of them. */
  readonly listeners = new Map<number, (socket: GuestSocket) => void>();
  #nextPort = 50_000;

  constructor(guest: TestGuest) {
    this.guest = guest;
    guest.onSegment = (segment, { source }) => this.#take(segment, source);
  }

  connect(to: Address, window?: number): GuestSocket {
    const socket = new GuestSocket(this, this.#nextPort++, to, window);
    this.sockets.set(`${socket.port} ${keyOf(to)}`, socket);
    socket.sendSyn();
    return socket;
  }

  #take(segment: Segment, address: number): void {
    const peer = { address, port: segment.sourcePort };
    const key = `${segment.destinationPort} ${keyOf(peer)}`;
    const known = this.sockets.get(key);
    if (known) {
      known.take(segment);
      return;
    }
    const accept = this.listeners.get(segment.destinationPort);
    if ((segment.flags & FLAG.syn) === 0) return;
    const socket = new GuestSocket(this, segment.destinationPort, peer);
    if (!accept) {
      socket.refuse(segment);
      return;
    }
    this.sockets.set(key, socket);
    socket.accept(segment);
    accept(socket);
  }
}

/** A plain TCP end: in-order only, everything again when nothing is acknowledged for a while. */
export class GuestSocket {
  readonly port: number;
  readonly peer: Address;
  readonly received: Uint8Array[] = [];
  receivedBytes = 0;
  established = false;
  ended = false;
  reset = false;
  /** Bytes that it takes at once; 0 closes the window. */
  window: number;
  segments: Segment[] = [];
  /** Largest payload seen, and most bytes that were under way. */
  largest = 0;
  #stack: GuestTcp;
  #out = NOTHING;
  #una = 1000;
  #next = 1000;
  #base = 1001;
  #peerWindow = 0;
  #rcvNext = 0;
  #finWanted = false;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(stack: GuestTcp, port: number, peer: Address, window = 0xffff) {
    this.#stack = stack;
    this.port = port;
    this.peer = peer;
    this.window = window;
  }

  sendSyn(): void {
    this.transmit(this.#next, FLAG.syn, NOTHING, MSS);
    this.#next = this.#base;
  }

  accept(syn: Segment): void {
    this.#rcvNext = advance(syn.sequence, 1);
    this.#peerWindow = syn.window;
    this.transmit(this.#next, FLAG.syn | FLAG.ack, NOTHING, MSS);
    this.#next = this.#base;
    this.established = true;
  }

  refuse(syn: Segment): void {
    this.#rcvNext = advance(syn.sequence, 1);
    this.transmit(0, FLAG.rst | FLAG.ack, NOTHING);
  }

  transmit(sequence: number, flags: number, data: Uint8Array, mss: number | null = null): void {
    const { guest } = this.#stack;
    const segment = {
      ...{ sourcePort: this.port, destinationPort: this.peer.port, sequence, flags, mss, data },
      ...{ acknowledgment: (flags & FLAG.ack) !== 0 ? this.#rcvNext : 0, window: this.window },
    };
    guest.sendIp(buildTcp(guest.address, this.peer.address, segment));
  }

  write(data: Uint8Array): void {
    const joined = new Uint8Array(this.#out.length + data.length);
    joined.set(this.#out);
    joined.set(data, this.#out.length);
    this.#out = joined;
    this.#timer ??= setInterval(() => this.#resend(), RESEND_MS);
    this.#pump();
  }

  end(): void {
    this.#finWanted = true;
    this.#pump();
  }

  abort(): void {
    this.transmit(this.#next, FLAG.rst | FLAG.ack, NOTHING);
    this.stop();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Tells the peer a new window. */
  setWindow(window: number): void {
    this.window = window;
    this.transmit(this.#next, FLAG.ack, NOTHING);
  }

  get sequence(): number {
    return this.#next;
  }

  #resend(): void {
    if (this.#una === this.#next) return;
    this.#next = Math.max(this.#una, this.#base);
    this.#pump();
  }

  #pump(): void {
    if (!this.established) return;
    for (;;) {
      const at = distance(this.#next, this.#base);
      const room = this.#peerWindow - distance(this.#next, this.#una);
      const size = Math.min(MSS, this.#out.length - at, room);
      if (size <= 0) break;
      this.transmit(this.#next, FLAG.ack, this.#out.subarray(at, at + size));
      this.#next = advance(this.#next, size);
    }
    if (this.#finWanted && distance(this.#next, this.#base) === this.#out.length) {
      this.transmit(this.#next, FLAG.ack | FLAG.fin, NOTHING);
      this.#next = advance(this.#next, 1);
    }
  }

  take(segment: Segment): void {
    this.segments.push(segment);
    if (this.segments.length > 100) this.segments.shift();
    const { flags, sequence, acknowledgment, data } = segment;
    if ((flags & FLAG.rst) !== 0) {
      this.reset = true;
      this.stop();
      return;
    }
    if ((flags & FLAG.syn) !== 0) {
      this.#rcvNext = advance(sequence, 1);
      this.established = true;
    } else this.#takeData(sequence, data, (flags & FLAG.fin) !== 0);
    if (distance(acknowledgment, this.#una) > 0) this.#una = acknowledgment;
    if (distance(this.#next, this.#una) < 0) this.#next = this.#una;
    this.#peerWindow = segment.window;
    if (data.length > 0 || (flags & (FLAG.syn | FLAG.fin)) !== 0)
      this.transmit(this.#next, FLAG.ack, NOTHING);
    this.#pump();
  }

  #takeData(sequence: number, data: Uint8Array, fin: boolean): void {
    this.largest = Math.max(this.largest, data.length);
    if (sequence !== this.#rcvNext || data.length > this.window) return;
    if (data.length > 0) this.received.push(data.slice());
    this.receivedBytes += data.length;
    this.#rcvNext = advance(this.#rcvNext, data.length + (fin ? 1 : 0));
    if (fin) this.ended = true;
  }

  until(condition: (socket: GuestSocket) => boolean): Promise<void> {
    return this.#stack.guest.until(() => condition(this));
  }

  get text(): string {
    return Buffer.concat(this.received).toString();
  }
}
