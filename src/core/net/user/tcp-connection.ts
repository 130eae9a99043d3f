import type { TcpEvents, TcpSocket } from '../../../host/types.ts';
import type { Address } from './endpoint.ts';
import { advance, distance, FLAG, type Segment } from './tcp-segment.ts';
import { type Emit, OWN_MSS, TcpSender } from './tcp-sender.ts';
import type { Timed } from './timers.ts';

/** Most bytes from the guest that wait for the host to take them. */
const RECEIVE_BUFFER = 0xffff;
/** Bytes for the guest above which the host's connection is not read, and below which it is again. */
const HIGH_WATER = 256 * 1024;
const LOW_WATER = 128 * 1024;
/** Small enough not to slow anyone down, long enough for one answer to the frames of a burst. */
const ACK_DELAY_NS = 50_000;
const TIME_WAIT_NS = 10e9;
const NOTHING = new Uint8Array(0);

/** What a connection needs of the table that it is in. */
export interface TcpOwner {
  now(): number;
  random32(): number;
  /** Sends a segment to the guest. */
  transmit(connection: TcpConnection, segment: Omit<Segment, 'sourcePort' | 'destinationPort'>): void;
  /** The host cannot reach the peer; `code` is its reason. */
  refused(connection: TcpConnection, code: string): void;
  forget(connection: TcpConnection): void;
  /** Have expire() called at the connection's deadline. */
  schedule(connection: TcpConnection): void;
}

/**
 * A TCP connection between the guest and a peer that the host reaches: the stack's end of it (RFC 9293),
 * tied to a connection of the host. Bytes of the guest are acknowledged when they are handed to the host; the
 * window is the buffer less what the host has not sent on.
 */
export class TcpConnection implements Timed, TcpEvents {
  readonly guest: Address;
  /** The other end as the guest sees it. */
  readonly peer: Address;
  /** For a connection that was forwarded to the guest: where the host took it. */
  readonly incoming: Address | null;
  readonly #owner: TcpOwner;
  readonly #sender: TcpSender;
  #host: TcpSocket | null = null;
  #hostReady: boolean;
  #synReceived = false;
  #finReceived = false;
  #guestFinishedFirst = false;
  #paused = false;
  #rcvNext = 0;
  /** End of the window that the guest knows of. */
  #edge = 0;
  #unacknowledged = 0;
  #ackDeadline = Number.POSITIVE_INFINITY;
  #endDeadline = Number.POSITIVE_INFINITY;
  #gone = false;

  /** @param incoming null for a connection that the guest opens */
  constructor(owner: TcpOwner, guest: Address, peer: Address, incoming: Address | null) {
    this.#owner = owner;
    this.guest = guest;
    this.peer = peer;
    this.incoming = incoming;
    this.#hostReady = incoming !== null;
    const emit: Emit = (...segment) => this.#emit(...segment);
    const synFlags = incoming === null ? FLAG.syn | FLAG.ack : FLAG.syn;
    this.#sender = new TcpSender(owner.random32(), synFlags, emit);
  }

  /** Ties it to the host's connection; one to the guest starts with this. */
  attach(host: TcpSocket): void {
    this.#host = host;
    if (!this.#hostReady) return;
    this.#sender.start(this.#owner.now());
    this.#owner.schedule(this);
  }

  /** Takes the SYN that opens it from the guest. */
  opened(syn: Segment): void {
    this.#acceptSyn(syn);
  }

  /** Name of the state in RFC 9293, with underscores. */
  get state(): string {
    const { open, finishing, finAcknowledged } = this.#sender;
    if (!open) return this.incoming !== null && !this.#synReceived ? 'SYN_SENT' : 'SYN_RCVD';
    if (!finishing) return this.#finReceived ? 'CLOSE_WAIT' : 'ESTABLISHED';
    if (!this.#finReceived) return finAcknowledged ? 'FIN_WAIT_2' : 'FIN_WAIT_1';
    if (finAcknowledged) return this.#guestFinishedFirst ? 'CLOSED' : 'TIME_WAIT';
    return this.#guestFinishedFirst ? 'LAST_ACK' : 'CLOSING';
  }

  get descriptor(): number {
    return this.#host?.descriptor ?? -1;
  }

  /** Bytes from the host that the guest has not acknowledged. */
  get toGuest(): number {
    return this.#sender.queued;
  }

  /** Bytes from the guest that the host has not sent on. */
  get toHost(): number {
    return this.#host?.pending ?? 0;
  }

  get deadline(): number {
    if (this.#gone) return Number.POSITIVE_INFINITY;
    return Math.min(this.#sender.deadline, this.#ackDeadline, this.#endDeadline);
  }

  expire(now: number): void {
    if (this.#endDeadline <= now) {
      this.#remove();
      return;
    }
    if (this.#ackDeadline <= now) this.#ack();
    if (this.#sender.deadline <= now && !this.#sender.expire(now)) this.abort();
  }

  /** A segment from the guest. */
  handle(segment: Segment): void {
    if (this.#synReceived) this.#handleSynchronized(segment);
    else this.#handleSynSent(segment);
    this.#settle();
  }

  #handleSynSent(segment: Segment): void {
    const acknowledges = (segment.flags & FLAG.ack) !== 0 && segment.acknowledgment === this.#sender.next;
    if ((segment.flags & FLAG.rst) !== 0) {
      if (acknowledges) this.#drop();
    } else if ((segment.flags & FLAG.ack) !== 0 && !acknowledges) {
      // What the guest remembers of an earlier connection: the reset lets it forget, the SYN is sent again.
      this.#emit(segment.acknowledgment, FLAG.rst, NOTHING, null);
    } else if ((segment.flags & FLAG.syn) !== 0 && acknowledges) {
      this.#acceptSyn(segment);
      this.#sender.acknowledge(segment.acknowledgment, segment.window, false, this.#owner.now());
      this.#ack();
    }
  }

  #acceptSyn(syn: Segment): void {
    this.#synReceived = true;
    this.#rcvNext = advance(syn.sequence, 1);
    this.#edge = this.#rcvNext;
    this.#sender.setMss(syn.mss);
  }

  #handleSynchronized(segment: Segment): void {
    const { flags, sequence } = segment;
    const window = this.#window();
    const start = distance(sequence, this.#rcvNext);
    const length = segment.data.length + ((flags & FLAG.fin) !== 0 ? 1 : 0);
    const stale = start + length < 0 || (start < 0 && start + length === 0) || start > window;
    if ((flags & FLAG.rst) !== 0) {
      if (start >= 0 && start <= window) this.#drop();
    } else if (!this.#hostReady) {
      return; // the SYN again: it is answered when the host has connected
    } else if (stale || (flags & FLAG.syn) !== 0) {
      this.#ack();
    } else if ((flags & FLAG.ack) !== 0) {
      this.#handleAcknowledged(segment, start, window);
    }
  }

  #handleAcknowledged(segment: Segment, start: number, window: number): void {
    const { acknowledgment, data, flags } = segment;
    const fin = (flags & FLAG.fin) !== 0;
    if (!this.#sender.isSound(acknowledgment)) {
      this.#ack();
      return;
    }
    const bare = data.length === 0 && !fin;
    this.#sender.acknowledge(acknowledgment, segment.window, bare, this.#owner.now());
    if (!this.#sender.open || bare) return;
    if (start > 0) {
      this.#ack(); // something before it is missing: the guest sends it all again
      return;
    }
    const fits = data.subarray(-start, window - start);
    if (fits.length > 0) this.#deliver(fits);
    if (fin && -start + fits.length === data.length) this.#receiveFin();
    else if (fits.length === 0) this.#ack();
  }

  #deliver(data: Uint8Array): void {
    if (this.#finReceived) return;
    this.#rcvNext = advance(this.#rcvNext, data.length);
    this.#host?.write(data.slice());
    this.#unacknowledged += data.length;
    if (this.#unacknowledged >= 2 * OWN_MSS) this.#ack();
    else this.#ackDeadline = Math.min(this.#ackDeadline, this.#owner.now() + ACK_DELAY_NS);
  }

  #receiveFin(): void {
    if (!this.#finReceived) {
      this.#finReceived = true;
      this.#guestFinishedFirst = !this.#sender.finishing;
      this.#rcvNext = advance(this.#rcvNext, 1);
      this.#host?.end();
    }
    this.#ack();
  }

  /** Sends what can be sent now, resumes the host, and ends what is over. */
  #settle(): void {
    if (this.#gone) return;
    const now = this.#owner.now();
    this.#sender.output(now);
    if (this.#paused && this.#sender.queued < LOW_WATER) {
      this.#paused = false;
      this.#host?.resume();
    }
    const { state } = this;
    if (state === 'CLOSED') this.#remove();
    else if (state === 'TIME_WAIT') this.#endDeadline = now + TIME_WAIT_NS;
    this.#owner.schedule(this);
  }

  #window(): number {
    return Math.max(RECEIVE_BUFFER - this.toHost, 0);
  }

  #ack(): void {
    this.#emit(this.#sender.next, FLAG.ack, NOTHING, null);
  }

  #emit(sequence: number, flags: number, data: Uint8Array, mss: number | null): void {
    const window = this.#window();
    this.#edge = advance(this.#rcvNext, window);
    this.#unacknowledged = 0;
    this.#ackDeadline = Number.POSITIVE_INFINITY;
    const acknowledgment = (flags & FLAG.ack) !== 0 ? this.#rcvNext : 0;
    this.#owner.transmit(this, { sequence, acknowledgment, flags, window, mss, data });
  }

  connected(): void {
    if (this.#gone) return;
    this.#hostReady = true;
    this.#sender.start(this.#owner.now());
    this.#owner.schedule(this);
  }

  data(bytes: Uint8Array): void {
    if (this.#gone) return;
    this.#sender.push(bytes);
    if (!this.#paused && this.#sender.queued > HIGH_WATER) {
      this.#paused = true;
      this.#host?.pause();
    }
    this.#settle();
  }

  flushed(): void {
    if (this.#gone || !this.#sender.open || this.#finReceived) return;
    const opened = distance(advance(this.#rcvNext, this.#window()), this.#edge);
    if (opened >= 2 * OWN_MSS) this.#ack();
  }

  ended(): void {
    this.#sender.finish();
    this.#settle();
  }

  closed(code: string | null): void {
    // Without an error both ends have finished, but the guest may still have bytes to take.
    if (this.#gone || code === null) return;
    if (this.#hostReady) {
      this.#reset();
    } else {
      this.#owner.refused(this, code);
    }
    this.#host = null;
    this.#remove();
  }

  /** Breaks both sides. */
  abort(): void {
    this.#reset();
    this.#drop();
  }

  #reset(): void {
    this.#emit(this.#sender.next, this.#synReceived ? FLAG.rst | FLAG.ack : FLAG.rst, NOTHING, null);
  }

  /** The guest broke it: so does the host. */
  #drop(): void {
    this.#host?.destroy();
    this.#remove();
  }

  #remove(): void {
    this.#gone = true;
    this.#owner.forget(this);
  }
}
