import type { HostNetwork } from '../../../../host/types.ts';

function refuse(): never {
  throw new Error('no network here');
}

/** A host that is not connected to anything. */
export const NO_NETWORK: HostNetwork = {
  connectTcp: refuse,
  listenTcp: refuse,
  connectUnix: refuse,
  listenUnix: refuse,
  errorText: code => code,
  adoptStream: refuse,
  adoptListener: refuse,
  openUdp: refuse,
  joinMulticast: refuse,
  adoptDatagrams: refuse,
  lookup: refuse,
  reverse: refuse,
};
