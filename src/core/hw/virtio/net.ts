import { QmpError } from '../../../qapi/errors.ts';
import type { RxFilterInfo } from '../../../qapi/generated/types.ts';
import { announcement } from '../../net/announcement.ts';
import { connect, formatMac, type NetClient, NicClient, parseMac } from '../../net/client.ts';
import type { NetTable } from '../../net/table.ts';
import type { TypeTable } from '../../qom/types.ts';
import { bit, F_VERSION_1 } from './constants.ts';
import { VirtioDevice } from './device.ts';
import type { VirtioEnvironment } from './environment.ts';
import { netConfig } from './net-config.ts';
import { type ControlTarget, control } from './net-control.ts';
import { ReceiveFilter } from './net-filter.ts';
import * as N from './net-format.ts';
import { parseHeader, wireFrames } from './net-segmentation.ts';
import type { Element, Virtqueue } from './queue.ts';
import { gather, scatter, slice, totalLength } from './segments.ts';

const RX = 0;
const TX = 1;
const CTRL_QUEUE_SIZE = 64;
/** Most bytes of a control command: two full address tables are far below. */
const MAX_COMMAND = 1 << 16;

/** Feature bits that are properties of the same meaning. */
const SWITCHES: Readonly<Record<string, number>> = {
  gso: N.NET_F.gso,
  guest_announce: N.NET_F.guestAnnounce,
  mrg_rxbuf: N.NET_F.mrgRxbuf,
  status: N.NET_F.status,
  ctrl_vq: N.NET_F.ctrlVq,
  ctrl_rx: N.NET_F.ctrlRx,
  ctrl_vlan: N.NET_F.ctrlVlan,
  ctrl_rx_extra: N.NET_F.ctrlRxExtra,
  ctrl_mac_addr: N.NET_F.ctrlMacAddr,
  ctrl_guest_offloads: N.NET_F.ctrlGuestOffloads,
};

/** The card's end of the cable. */
class Nic extends NicClient {
  readonly #card: VirtioNet;

  constructor(name: string, model: string, card: VirtioNet) {
    super(name, model);
    this.#card = card;
  }

  queryReceiveFilter(): RxFilterInfo {
    return this.#card.queryReceiveFilter();
  }

  announce(): void {
    this.send(announcement(this.#card.filter.mac));
    this.#card.announce();
  }

  protected receive(frame: Uint8Array): boolean {
    return this.#card.receive(frame);
  }

  override linkChanged(): void {
    this.#card.linkChanged();
  }

  get info(): string {
    return `model=${this.model},macaddr=${formatMac(this.#card.filter.mac)}`;
  }
}

/** Network card with one queue pair and a control queue (virtio 1.2, 5.1). */
export class VirtioNet extends VirtioDevice implements ControlTarget {
  readonly virtioName = 'virtio-net';
  readonly deviceId = 1;
  readonly filter = new ReceiveFilter();
  netStatus = N.LINK_UP;
  readonly #table: NetTable;
  #nic: NetClient | undefined;
  #mac: Uint8Array = new Uint8Array(6);
  #filterEventDue = true;

  constructor(types: TypeTable, env: VirtioEnvironment, table: NetTable) {
    super('virtio-net-device', types, env);
    this.#table = table;
  }

  protected setUp(): void {
    for (const name of ['mq', 'rss', 'hash', 'guest_rsc_ext', 'failover']) this.refuse(name);
    if (!['', 'bh'].includes(String(this.value('tx')))) throw new QmpError("'tx' knows no way but 'bh'");
    this.#checkSize('rx_queue_size');
    this.#checkSize('tx_queue_size');
    this.#settleMac();
    this.#connectNic();
    this.config.layout = netConfig(this);
    this.addQueue(Number(this.value('rx_queue_size')));
    this.addQueue(Number(this.value('tx_queue_size')));
    this.addQueue(CTRL_QUEUE_SIZE);
    this.resetDevice();
  }

  #checkSize(name: string): void {
    const size = Number(this.value(name));
    if (size >= 256 && size <= 1024 && (size & (size - 1)) === 0) return;
    throw new QmpError(`Invalid ${name} (= ${size}), must be a power of 2 between 256 and 1024.`);
  }

  #settleMac(): void {
    const given = String(this.value('mac'));
    if (given === '') this.setValue('mac', this.#table.defaultMac());
    else this.#table.reserveMac(given);
    this.#mac = parseMac(String(this.value('mac')));
  }

  #connectNic(): void {
    const name = String(this.value('netdev'));
    const backend = name === '' ? undefined : this.#table.findBackend(name);
    if (name !== '' && !backend) {
      throw new QmpError(`Property '${this.typeName}.netdev' can't find value '${name}'`);
    }
    if (backend?.peer)
      throw new QmpError(`Property '${this.typeName}.netdev' can't take value '${name}', it's in use`);
    const { id, typeName: model } = this.front;
    const nic = new Nic(id === '' ? this.#table.nameFor(model) : id, model, this);
    this.#nic = nic;
    this.#table.add(nic);
    if (backend) connect(nic, backend);
  }

  protected override offer(features: bigint): bigint {
    // Checksum and segmentation offloads need a back end that takes them: none here does.
    let offered = features | bit(N.NET_F.mac);
    for (const [name, number] of Object.entries(SWITCHES))
      if (this.value(name) === true) offered |= bit(number);
    if (Number(this.value('host_mtu')) > 0) offered |= bit(N.NET_F.mtu);
    if (Number(this.value('speed')) >= 0 || this.value('duplex') !== '') offered |= bit(N.NET_F.speedDuplex);
    return offered;
  }

  protected override get legacyFeatures(): bigint {
    return super.legacyFeatures | bit(N.NET_F.gso);
  }

  protected override featuresChanged(): void {
    this.filter.setAllVlans(!this.has(N.NET_F.ctrlVlan));
  }

  protected override resetDevice(): void {
    this.filter.reset(this.#mac);
    this.netStatus &= ~N.ANNOUNCE;
    this.#nic?.purge();
  }

  /** Takes over an address that a legacy driver wrote into the configuration space. */
  setMacFromConfig(mac: Uint8Array): void {
    if (!this.has(N.NET_F.ctrlMacAddr) && !this.has(F_VERSION_1)) this.filter.mac = mac;
  }

  get #headerLength(): number {
    return this.has(N.NET_F.mrgRxbuf) || this.has(F_VERSION_1) ? N.LONG_HEADER : N.SHORT_HEADER;
  }

  protected handleQueue(queue: Virtqueue): void {
    if (queue.index === RX) this.#nic?.flush();
    else if (queue.index === TX) this.drain(queue, element => this.#transmit(queue, element));
    else this.drain(queue, element => this.#control(queue, element));
  }

  override vmStateChanged(running: boolean): void {
    super.vmStateChanged(running);
    if (running) this.#nic?.flush();
  }

  #transmit(queue: Virtqueue, element: Element): boolean {
    const header = this.#headerLength;
    const length = totalLength(element.out) - header;
    if (element.out.length === 0) this.fail('virtio-net header not in first element');
    else if (length < 0) this.fail('virtio-net header incorrect');
    if (this.broken) return false;
    if (length <= N.MAX_FRAME) {
      const bytes = gather(this.memory, element.out, 0, header + length);
      for (const frame of wireFrames(bytes.slice(header), parseHeader(bytes))) this.#nic?.send(frame);
    }
    this.complete(queue, element, 0);
    return true;
  }

  /** A frame from the network; false if the driver has no room for it now. */
  receive(frame: Uint8Array): boolean {
    const queue = this.queues[RX]!;
    if (!this.env.vmRunning() || !this.driverOk || !queue.ready || this.broken) return false;
    if (!this.filter.accepts(frame)) return true;
    const needed = this.has(N.NET_F.mrgRxbuf) ? frame.length + this.#headerLength : 1;
    if (queue.availableIn(needed) < needed) return false;
    this.run(() => this.#store(queue, frame));
    return true;
  }

  /** Puts a frame into as many buffers as it takes; without MRG_RXBUF into one or nowhere. */
  #store(queue: Virtqueue, frame: Uint8Array): void {
    const filled: { element: Element; length: number }[] = [];
    for (let offset = 0; offset < frame.length; ) {
      const element = queue.pop();
      if (element === null) return;
      if (element.in.length === 0) {
        this.fail('virtio-net receive queue contains no in buffers');
        return;
      }
      const start = filled.length === 0 ? this.#headerLength : 0;
      const stored = scatter(this.memory, slice(element.in, start), frame.subarray(offset));
      offset += stored;
      if (offset < frame.length && !this.has(N.NET_F.mrgRxbuf)) {
        queue.unpop(element);
        return;
      }
      filled.push({ element, length: start + stored });
    }
    this.#writeHeader(filled);
    queue.pushAll(filled);
    this.notify(queue);
  }

  #writeHeader(filled: readonly { readonly element: Element }[]): void {
    const header = new Uint8Array(this.#headerLength);
    if (header.length > N.NUM_BUFFERS_OFFSET) {
      new DataView(header.buffer).setUint16(N.NUM_BUFFERS_OFFSET, filled.length, true);
    }
    const first = filled[0];
    if (first) scatter(this.memory, first.element.in, header);
  }

  #control(queue: Virtqueue, element: Element): boolean {
    if (totalLength(element.in) < 1 || totalLength(element.out) < 2) {
      this.fail('virtio-net ctrl missing headers');
      return false;
    }
    const answer = control(this, gather(this.memory, element.out, 0, MAX_COMMAND));
    scatter(this.memory, element.in, Uint8Array.of(answer));
    this.complete(queue, element, 1);
    return true;
  }

  get canSetOffloads(): boolean {
    return this.has(N.NET_F.ctrlGuestOffloads);
  }

  /** Tells the world once that the guest changed what it receives. */
  filterChanged(): void {
    if (!this.#filterEventDue) return;
    this.#filterEventDue = false;
    this.env.events.emit('NIC_RX_FILTER_CHANGED', { name: this.#nic?.name ?? '', path: this.path });
  }

  queryReceiveFilter(): RxFilterInfo {
    this.#filterEventDue = true;
    return this.filter.describe(this.#nic?.name ?? '');
  }

  override unrealize(): void {
    if (this.#nic) this.#table.removeCard(this.#nic);
    this.#nic = undefined;
    super.unrealize();
  }

  /** Asks the driver to announce its address to the network, if it can. */
  announce(): boolean {
    if (!this.has(N.NET_F.guestAnnounce) || !this.has(N.NET_F.ctrlVq)) return false;
    this.netStatus |= N.ANNOUNCE;
    this.configChanged();
    return true;
  }

  announced(): boolean {
    if ((this.netStatus & N.ANNOUNCE) === 0) return false;
    this.netStatus &= ~N.ANNOUNCE;
    return true;
  }

  linkChanged(): void {
    const before = this.netStatus;
    if (this.#nic?.linkDown) this.netStatus &= ~N.LINK_UP;
    else this.netStatus |= N.LINK_UP;
    if (this.netStatus !== before) this.configChanged();
  }
}
