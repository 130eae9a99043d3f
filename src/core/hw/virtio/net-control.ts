import { key, type ReceiveFilter } from './net-filter.ts';
import { CTRL, CTRL_ERROR, CTRL_OK } from './net-format.ts';

const MAC_SIZE = 6;

/** What control commands act upon. */
export interface ControlTarget {
  readonly filter: ReceiveFilter;
  /** Whether the driver may reconfigure its offloads. */
  readonly canSetOffloads: boolean;
  filterChanged(): void;
  /** The driver has announced itself; false if nobody asked it to. */
  announced(): boolean;
}

type Switch = 'promiscuous' | 'allMulticast' | 'allUnicast' | 'noMulticast' | 'noUnicast' | 'noBroadcast';
/** Receive-mode commands in the order of their numbers (5.1.6.5.1). */
const RX_MODES: readonly Switch[] = [
  'promiscuous',
  'allMulticast',
  'allUnicast',
  'noMulticast',
  'noUnicast',
  'noBroadcast',
];

/** Carries out one command of the control queue: class, command, then data. Returns the ack byte. */
export function control(target: ControlTarget, message: Uint8Array): number {
  const [kind, command] = message;
  const data = message.subarray(2);
  switch (kind) {
    case CTRL.rx:
      return ack(setMode(target, command ?? 0, data));
    case CTRL.mac:
      return ack(command === 0 ? setTables(target, data) : command === 1 && setAddress(target, data));
    case CTRL.vlan:
      return ack(setVlan(target, command ?? 0, data));
    case CTRL.announce:
      return ack(command === 0 && target.announced());
    case CTRL.guestOffloads: // none can be on, so only the empty set is right
      return ack(
        command === 0 && target.canSetOffloads && data.length >= 8 && data.subarray(0, 8).every(b => b === 0),
      );
    default:
      return CTRL_ERROR;
  }
}

const ack = (done: boolean) => (done ? CTRL_OK : CTRL_ERROR);

function setMode(target: ControlTarget, command: number, data: Uint8Array): boolean {
  const mode = RX_MODES[command];
  const on = data[0];
  if (mode === undefined || on === undefined) return false;
  target.filter[mode] = on !== 0;
  target.filterChanged();
  return true;
}

function setAddress(target: ControlTarget, data: Uint8Array): boolean {
  if (data.length !== MAC_SIZE) return false;
  target.filter.mac = data.slice();
  target.filterChanged();
  return true;
}

/** Two tables, unicast then multicast, each a 32-bit count and so many addresses. */
function setTables(target: ControlTarget, data: Uint8Array): boolean {
  const unicast = readTable(data, 0);
  const multicast = unicast && readTable(data, unicast.end);
  if (!unicast || !multicast || multicast.end !== data.length) return false;
  target.filter.setTables(unicast.addresses, multicast.addresses);
  target.filterChanged();
  return true;
}

function readTable(data: Uint8Array, start: number): { addresses: string[]; end: number } | undefined {
  if (start + 4 > data.length) return undefined;
  const count = new DataView(data.buffer, data.byteOffset).getUint32(start, true);
  const end = start + 4 + count * MAC_SIZE;
  if (end > data.length) return undefined;
  const addresses = Array.from({ length: count }, (_, n) => key(data, start + 4 + n * MAC_SIZE));
  return { addresses, end };
}

function setVlan(target: ControlTarget, command: number, data: Uint8Array): boolean {
  if (data.length < 2 || command > 1) return false;
  const done = target.filter.setVlan(data[0]! | (data[1]! << 8), command === 0);
  if (done) target.filterChanged();
  return done;
}
