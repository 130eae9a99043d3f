import { isStation, MAC_LENGTH } from './ethernet.ts';

/** Address resolution for IPv4 over Ethernet (RFC 826). */
const LENGTH = 28;
const REQUEST = 1;
const REPLY = 2;
const MOST_STATIONS = 64;
const MOST_UNRESOLVED = 16;
const MOST_WAITING = 16;

export interface ArpMessage {
  readonly operation: number;
  readonly senderMac: Uint8Array;
  readonly sender: number;
  readonly targetMac: Uint8Array;
  readonly target: number;
}

/** Null unless it is a sound message about IPv4 over Ethernet. */
export function parseArp(bytes: Uint8Array): ArpMessage | null {
  if (bytes.length < LENGTH) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH);
  if (view.getUint32(0) !== 0x0001_0800 || view.getUint16(4) !== 0x0604) return null;
  return {
    operation: view.getUint16(6),
    senderMac: bytes.subarray(8, 8 + MAC_LENGTH),
    sender: view.getUint32(14),
    targetMac: bytes.subarray(18, 18 + MAC_LENGTH),
    target: view.getUint32(24),
  };
}

export function buildArp(message: ArpMessage): Uint8Array {
  const bytes = new Uint8Array(LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0001_0800);
  view.setUint16(4, 0x0604);
  view.setUint16(6, message.operation);
  bytes.set(message.senderMac, 8);
  view.setUint32(14, message.sender);
  bytes.set(message.targetMac, 18);
  view.setUint32(24, message.target);
  return bytes;
}

/** What the table needs of the stack it belongs to. */
export interface ArpLink {
  /** The hardware address of an address of ours, null if it is not ours. */
  ownMac(address: number): Uint8Array | null;
  /** Sends a message to a station, or to all with null. */
  sendArp(message: ArpMessage, to: Uint8Array | null): void;
  sendTo(packet: Uint8Array, to: Uint8Array): void;
  /** Who asks for addresses: the gateway. */
  readonly gateway: number;
}

/** Hardware addresses of the guests, and packets that wait for one. Both are bounded. */
export class ArpTable {
  readonly #link: ArpLink;
  readonly #stations = new Map<number, Uint8Array>();
  readonly #waiting = new Map<number, Uint8Array[]>();

  constructor(link: ArpLink) {
    this.#link = link;
  }

  handle(message: ArpMessage): void {
    if (message.operation !== REQUEST && message.operation !== REPLY) return;
    if (message.sender !== 0) this.learn(message.sender, message.senderMac);
    const mac = message.operation === REQUEST ? this.#link.ownMac(message.target) : null;
    if (mac === null || !isStation(message.senderMac)) return;
    const { sender: target, senderMac: targetMac, target: sender } = message;
    this.#link.sendArp({ operation: REPLY, senderMac: mac, sender, targetMac, target }, targetMac);
  }

  learn(address: number, mac: Uint8Array): void {
    if (!isStation(mac) || this.#link.ownMac(address) !== null) return;
    this.#stations.delete(address);
    if (this.#stations.size >= MOST_STATIONS) this.#stations.delete(first(this.#stations));
    this.#stations.set(address, mac.slice());
    const waiting = this.#waiting.get(address) ?? [];
    this.#waiting.delete(address);
    for (const packet of waiting) this.#link.sendTo(packet, mac);
  }

  /** Sends the packet to whoever has the address, once that is known; too many that wait are dropped. */
  send(address: number, packet: Uint8Array): void {
    const mac = this.#stations.get(address);
    if (mac) this.#link.sendTo(packet, mac);
    else this.#ask(address, packet);
  }

  #ask(target: number, packet: Uint8Array): void {
    const waiting = this.#waiting.get(target) ?? [];
    if (waiting.length === 0 && this.#waiting.size >= MOST_UNRESOLVED) {
      this.#waiting.delete(first(this.#waiting));
    }
    this.#waiting.set(target, waiting);
    if (waiting.length < MOST_WAITING) waiting.push(packet);
    const sender = this.#link.gateway;
    const senderMac = this.#link.ownMac(sender)!;
    const targetMac = new Uint8Array(MAC_LENGTH);
    this.#link.sendArp({ operation: REQUEST, senderMac, sender, targetMac, target }, null);
  }
}

function first(map: ReadonlyMap<number, unknown>): number {
  return map.keys().next().value!;
}
