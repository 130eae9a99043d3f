import type { Endpoint, HostNetwork } from '../../../host/types.ts';
import type { VirtualClock } from '../../clock.ts';
import type { Address } from './endpoint.ts';
import type { GuestForward } from './guest-forwards.ts';
import type { Ipv4Fragment, Ipv4Packet } from './ipv4.ts';
import type { UserNetConfig } from './options.ts';

/** What the protocols need of the user network they belong to. */
export interface UserNetContext {
  readonly config: UserNetConfig;
  readonly clock: VirtualClock;
  readonly network: HostNetwork;
  random32(): number;
  /** Sends a packet to the guest that has the address, or to all. */
  sendIp(packet: Ipv4Packet): void;
  /** What answers the guest's connections to the place, if it is none of the world's. */
  service(peer: Address): GuestForward | undefined;
  /** Where the host finds what the guest calls so; null if the guest may not or cannot go there. */
  reach(peer: Address): Endpoint | null;
  /** What the guest calls a peer of the host. */
  peerOf(from: Endpoint): Address | null;
  /** Tells the sender of a packet that its destination cannot be reached; false if the code says otherwise. */
  unreachable(packet: Ipv4Fragment, code: string): boolean;
}
