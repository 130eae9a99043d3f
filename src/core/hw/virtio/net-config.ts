import { QmpError } from '../../../qapi/errors.ts';
import type { ConfigLayout } from './config-space.ts';
import type { VirtioNet } from './net.ts';

const UNKNOWN_SPEED = 0xffff_ffff;
const DUPLEX: Readonly<Record<string, number>> = { '': 0xff, half: 0, full: 1 };
const MAC_SIZE = 6;

/** struct virtio_net_config (virtio 1.2, 5.1.4), as long as the offered features make it. @throws QmpError */
export function netConfig(card: VirtioNet): ConfigLayout {
  const speed = Number(card.value('speed'));
  const duplexName = String(card.value('duplex'));
  const duplex = DUPLEX[duplexName];
  if (duplex === undefined) throw new QmpError("'duplex' must be 'half' or 'full'");
  if (speed < -1) throw new QmpError("'speed' must be between 0 and INT_MAX");
  const mtu = Number(card.value('host_mtu'));
  const length =
    speed >= 0 || duplexName !== '' ? 17 : mtu > 0 ? 12 : card.value('status') === true ? 8 : MAC_SIZE;
  return {
    length,
    fill(view) {
      for (let n = 0; n < MAC_SIZE; n++) view.setUint8(n, card.filter.mac[n]!);
      if (length >= 8) view.setUint16(6, card.netStatus, true);
      if (length >= 12) view.setUint16(10, mtu, true);
      if (length >= 17) {
        view.setUint32(12, speed >= 0 ? speed : UNKNOWN_SPEED, true);
        view.setUint8(16, duplex);
      }
    },
    written(view) {
      card.setMacFromConfig(new Uint8Array(view.buffer.slice(0, MAC_SIZE)));
    },
  };
}
