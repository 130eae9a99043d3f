/** Numbers of the network device (virtio 1.2, 5.1). */
export const NET_F = {
  ctrlGuestOffloads: 2,
  mtu: 3,
  mac: 5,
  gso: 6,
  mrgRxbuf: 15,
  status: 16,
  ctrlVq: 17,
  ctrlRx: 18,
  ctrlVlan: 19,
  ctrlRxExtra: 20,
  guestAnnounce: 21,
  ctrlMacAddr: 23,
  speedDuplex: 63,
} as const;

/** Status bits in the configuration space. */
export const LINK_UP = 1;
export const ANNOUNCE = 2;

/** Header before each frame; num_buffers is there with MRG_RXBUF or VERSION_1 (5.1.6). */
export const SHORT_HEADER = 10;
export const LONG_HEADER = 12;
export const NUM_BUFFERS_OFFSET = 10;

export const GSO_NONE = 0;
export const GSO_TCPV4 = 1;
export const GSO_TCPV6 = 4;
export const GSO_ECN = 0x80;
export const NEEDS_CSUM = 1;

/** Largest frame that a back end gets: the largest IP packet and room for its header. */
export const MAX_FRAME = 65536 + 4096;

/** Control commands (5.1.6.5). */
export const CTRL = { rx: 0, mac: 1, vlan: 2, announce: 3, mq: 4, guestOffloads: 5 } as const;
export const CTRL_OK = 0;
export const CTRL_ERROR = 1;
