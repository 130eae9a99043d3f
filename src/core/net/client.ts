import type { RxFilterInfo } from '../../qapi/generated/types.ts';

/** Frames that wait for a receiver that is not ready; more are dropped. */
const MOST_QUEUED = 10_000;

export type NetClientKind = 'nic' | 'hubport' | 'user' | 'stream' | 'dgram' | 'socket' | 'peer';

/** One end of a virtual cable: a network card or the back end that it is plugged into. */
export abstract class NetClient {
  readonly name: string;
  readonly kind: NetClientKind;
  peer: NetClient | null = null;
  linkDown = false;
  #queued: Uint8Array[] = [];

  constructor(name: string, kind: NetClientKind) {
    this.name = name;
    this.kind = kind;
  }

  /** Takes a frame; false means not now: it is offered again by flush(). */
  protected abstract receive(frame: Uint8Array): boolean;

  /** What `info network` says behind the type. */
  abstract get info(): string;

  /** Lets go of what the host has for it. */
  close(): void {}

  /** The link of this end or its peer went up or down. */
  linkChanged(): void {}

  /** Sends a frame (Ethernet, without checksum) to the other end. */
  send(frame: Uint8Array): void {
    if (this.peer && !this.linkDown) this.peer.#accept(frame);
  }

  #accept(frame: Uint8Array): void {
    if (this.linkDown) return;
    if (this.#queued.length === 0 && this.receive(frame)) return;
    if (this.#queued.length < MOST_QUEUED) this.#queued.push(frame);
  }

  /** Offers what had to wait, in order. */
  flush(): void {
    let taken = 0;
    while (taken < this.#queued.length && this.receive(this.#queued[taken]!)) taken++;
    this.#queued.splice(0, taken);
  }

  /** Drops what waits. */
  purge(): void {
    this.#queued = [];
  }
}

/** A network card's end. */
export abstract class NicClient extends NetClient {
  /** Type of the device. */
  readonly model: string;

  constructor(name: string, model: string) {
    super(name, 'nic');
    this.model = model;
  }

  /** What it receives. From now on a change is told anew. */
  abstract queryReceiveFilter(): RxFilterInfo;

  /** Lets the guest, or the card in its place, tell the network where it is. */
  abstract announce(): void;
}

/** Joins two ends. */
export function connect(a: NetClient, b: NetClient): void {
  a.peer = b;
  b.peer = a;
}

export function formatMac(mac: Uint8Array): string {
  return [...mac].map(byte => byte.toString(16).padStart(2, '0')).join(':');
}

/** Six bytes of a text such as 52:54:00:12:34:56, which has been checked. */
export function parseMac(text: string): Uint8Array {
  return Uint8Array.from(text.split(':'), digits => Number.parseInt(digits, 16));
}
