import type { Endpoint } from '../../../host/types.ts';
import { formatAddress } from './address.ts';

/** An IPv4 address as a number, and a port. */
export interface Address {
  readonly address: number;
  readonly port: number;
}

/** The same as the host writes it. */
export function endpointOf({ address, port }: Address): Endpoint {
  return { address: formatAddress(address), port };
}

export function keyOf({ address, port }: Address): string {
  return `${address}:${port}`;
}
