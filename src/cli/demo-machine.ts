import type { OptionValues } from '../core/config.ts';

/**
 * What the bundled guest finds when the command line says nothing about the machine:
 * one device of each kind, so that there is something to look at.
 */
export const DEMO_DRIVES: readonly OptionValues[] = [
  { if: 'none', id: 'disk0', file: 'mem:8M', format: 'raw' },
];

export const DEMO_NETDEVS: readonly string[] = ['hubport,id=lan0,hubid=0'];

export const DEMO_DEVICES: readonly OptionValues[] = [
  { driver: 'virtio-blk-device', drive: 'disk0', id: 'blk0' },
  { driver: 'virtio-net-device', netdev: 'lan0', id: 'net0' },
  { driver: 'virtio-rng-device', id: 'rng0' },
  { driver: 'virtio-balloon-device', id: 'balloon0' },
];
