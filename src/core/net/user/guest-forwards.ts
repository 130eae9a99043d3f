import type { TcpEvents, TcpSocket } from '../../../host/types.ts';
import { QmpError } from '../../../qapi/errors.ts';
import type { Chardev } from '../../chardev/chardev.ts';
import { parseAddress, sameNetwork } from './address.ts';
import type { Address } from './endpoint.ts';
import { parsePort, Reader } from './forward-rule.ts';
import type { UserNetConfig } from './options.ts';

/** Last byte of the server's address where the rule names none. */
const DEFAULT_SERVER = 0x0204;
/** What a stream that takes nothing more seems to hold: it closes the window. */
const FULL = 0xffff;

/** `[tcp]:[server]:port-device`: what the guest connects to, and the character device that answers. */
export interface GuestForwardRule extends Address {
  /** `chardev:ID`, or what to open. */
  readonly device: string;
}

/** @throws QmpError in QEMU's words */
export function parseGuestForward(text: string, { network, mask }: UserNetConfig): GuestForwardRule {
  const invalid = () => new QmpError(`Invalid guest forwarding rule '${text}'`);
  const reader = new Reader(text);
  if (!['', 'tcp'].includes(reader.upTo(':', invalid))) throw invalid();
  const server = reader.upTo(':', invalid);
  const address = server === '' ? (network | (DEFAULT_SERVER & ~mask)) >>> 0 : parseAddress(server);
  const port = parsePort(reader.upTo('-', invalid));
  if (address === null || !port) throw invalid();
  if (reader.rest.startsWith('cmd:')) {
    throw new QmpError(`Could not open guest forwarding device '${reader.rest}': commands are not executed`);
  }
  return { address, port, device: reader.rest };
}

/** Addresses in the network where a character device answers the guest's TCP connections. */
export class GuestForwards {
  readonly #config: UserNetConfig;
  readonly #forwards: GuestForward[] = [];
  readonly #closers: (() => void)[] = [];
  readonly #defer: (callback: () => void) => void;

  constructor(config: UserNetConfig, defer: (callback: () => void) => void) {
    this.#config = config;
    this.#defer = defer;
  }

  /** Whether a rule may have the place: inside of the network, and nobody else's. */
  fits({ address, port }: Address): boolean {
    const { network, mask, host, dns } = this.#config;
    return (
      sameNetwork(address, network, mask) &&
      address !== host &&
      address !== dns &&
      !this.at({ address, port })
    );
  }

  /** @param released called when the forward is gone and the device free again */
  add(place: Address, chardev: Chardev, released: () => void): void {
    this.#forwards.push(new GuestForward(place, chardev, this.#defer));
    this.#closers.push(() => {
      chardev.release();
      released();
    });
  }

  close(): void {
    this.#forwards.length = 0;
    for (const close of this.#closers.splice(0)) close();
  }

  has(address: number): boolean {
    return this.#forwards.some(forward => forward.place.address === address);
  }

  at({ address, port }: Address): GuestForward | undefined {
    return this.#forwards.find(({ place }) => place.address === address && place.port === port);
  }
}

/** A place where a character device answers. What it sends goes to the connection that was made last. */
export class GuestForward {
  readonly place: Address;
  readonly #chardev: Chardev;
  readonly #defer: (callback: () => void) => void;
  #current: TcpEvents | null = null;

  constructor(place: Address, chardev: Chardev, defer: (callback: () => void) => void) {
    this.place = place;
    this.#chardev = chardev;
    this.#defer = defer;
    chardev.inUse = chardev.frontendOpen = true;
    chardev.onData(bytes => this.#current?.data(bytes));
    chardev.setFlowing(false);
    chardev.onEvent(event => {
      if (event === 'drained') this.#current?.flushed();
    });
  }

  /** A connection of the guest, in the place of one of the host. */
  connect(events: TcpEvents): TcpSocket {
    const chardev = this.#chardev;
    this.#current = events;
    this.#defer(() => {
      events.connected();
      if (this.#current === events) chardev.setFlowing(true);
    });
    const leave = () => {
      if (this.#current !== events) return;
      this.#current = null;
      chardev.setFlowing(false);
    };
    return {
      descriptor: -1,
      get pending() {
        return chardev.congested ? FULL : 0;
      },
      ends: null,
      write: bytes => chardev.write(bytes),
      end: () => {
        // a character device knows no half-closed connection
        leave();
        this.#defer(() => {
          events.ended();
          events.closed(null);
        });
      },
      destroy: leave,
      pause: () => {
        if (this.#current === events) chardev.setFlowing(false);
      },
      resume: () => {
        if (this.#current === events) chardev.setFlowing(true);
      },
    };
  }
}
