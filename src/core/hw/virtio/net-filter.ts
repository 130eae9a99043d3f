import type { RxFilterInfo } from '../../../qapi/generated/types.ts';
import { formatMac } from '../../net/client.ts';

/** Addresses that the tables hold; with more, every frame of the kind passes. */
const TABLE_ENTRIES = 64;
const VLANS = 4096;
const MAC_SIZE = 6;

/** What the guest asked the card to receive (virtio 1.2, 5.1.6.5.1 to 5.1.6.5.3). */
export class ReceiveFilter {
  mac: Uint8Array = new Uint8Array(MAC_SIZE);
  promiscuous = true;
  allMulticast = false;
  allUnicast = false;
  noMulticast = false;
  noUnicast = false;
  noBroadcast = false;
  #unicast: readonly string[] = [];
  #multicast: readonly string[] = [];
  #unicastOverflow = false;
  #multicastOverflow = false;
  readonly #vlans = new Uint8Array(VLANS);

  /** Power-on state: everything passes. */
  reset(mac: Uint8Array): void {
    this.mac = mac.slice();
    this.promiscuous = true;
    this.allMulticast = this.allUnicast = this.noMulticast = this.noUnicast = this.noBroadcast = false;
    this.setTables([], []);
    this.#vlans.fill(0);
  }

  /** Without VLAN filtering frames of all VLANs pass. */
  setAllVlans(pass: boolean): void {
    this.#vlans.fill(pass ? 1 : 0);
  }

  /** False when there is no such VLAN. */
  setVlan(id: number, pass: boolean): boolean {
    if (id >= VLANS) return false;
    this.#vlans[id] = pass ? 1 : 0;
    return true;
  }

  /** Addresses as the hexadecimal texts of key(). */
  setTables(unicast: readonly string[], multicast: readonly string[]): void {
    this.#unicastOverflow = unicast.length > TABLE_ENTRIES;
    this.#unicast = this.#unicastOverflow ? [] : unicast;
    this.#multicastOverflow = multicast.length + this.#unicast.length > TABLE_ENTRIES;
    this.#multicast = this.#multicastOverflow ? [] : multicast;
  }

  /** As query-rx-filter tells it. */
  describe(name: string): RxFilterInfo {
    const vlans = Array.from(this.#vlans.keys()).filter(id => this.#vlans[id] === 1);
    return {
      name,
      promiscuous: this.promiscuous,
      multicast: this.noMulticast ? 'none' : this.allMulticast ? 'all' : 'normal',
      unicast: this.noUnicast ? 'none' : this.allUnicast ? 'all' : 'normal',
      vlan: vlans.length === VLANS ? 'all' : vlans.length === 0 ? 'none' : 'normal',
      'broadcast-allowed': !this.noBroadcast,
      'multicast-overflow': this.#multicastOverflow,
      'unicast-overflow': this.#unicastOverflow,
      'main-mac': formatMac(this.mac),
      'vlan-table': vlans.reverse().map(BigInt),
      'unicast-table': this.#unicast.map(spelled),
      'multicast-table': this.#multicast.map(spelled),
    };
  }

  accepts(frame: Uint8Array): boolean {
    if (this.promiscuous) return true;
    if (frame[12] === 0x81 && frame[13] === 0x00 && this.#vlans[vlanOf(frame)] === 0) return false;
    const target = key(frame);
    if (target === 'ffffffffffff') return !this.noBroadcast;
    if ((frame[0]! & 1) === 1) {
      if (this.noMulticast) return false;
      return this.allMulticast || this.#multicastOverflow || this.#multicast.includes(target);
    }
    if (this.noUnicast) return false;
    if (this.allUnicast || this.#unicastOverflow) return true;
    return target === key(this.mac) || this.#unicast.includes(target);
  }
}

/** An address of key() with colons. */
function spelled(digits: string): string {
  return digits.replace(/..(?=.)/g, '$&:');
}

function vlanOf(frame: Uint8Array): number {
  return (((frame[14] ?? 0) << 8) | (frame[15] ?? 0)) & (VLANS - 1);
}

/** The first six bytes as text, for comparison. */
export function key(bytes: Uint8Array, offset = 0): string {
  let text = '';
  for (const byte of bytes.subarray(offset, offset + MAC_SIZE)) text += byte.toString(16).padStart(2, '0');
  return text;
}
