import { describe, expect, it } from 'vitest';
import type { VirtioStatus } from '../../src/qapi/generated/types.ts';
import { shown, testContext } from '../test-support.ts';
import { completeVirtio, infoVirtio } from './list.ts';
import { infoVirtioQueueElement, infoVirtioQueueStatus, infoVirtioVhostQueueStatus } from './queues.ts';
import { infoVirtioStatus } from './status.ts';

const PATH = '/machine/peripheral/bal0';
const RING = [
  'VIRTIO_RING_F_EVENT_IDX: Used & avail. event fields enabled',
  'VIRTIO_RING_F_INDIRECT_DESC: Indirect descriptors supported',
];
const STATUS: VirtioStatus = {
  name: 'virtio-balloon',
  'device-id': 5,
  'vhost-started': false,
  'device-endian': 'little',
  'guest-features': {
    transports: RING,
    'dev-features': ['VIRTIO_BALLOON_F_STATS_VQ: Guest memory stats VQ available'],
  },
  'host-features': { transports: RING, 'dev-features': [], 'unknown-dev-features': 0x100_0000_0000n },
  'backend-features': { transports: [], 'dev-features': [] },
  'num-vqs': 3n,
  status: {
    statuses: [
      'VIRTIO_CONFIG_S_ACKNOWLEDGE: Valid virtio device found',
      'VIRTIO_CONFIG_S_DRIVER: Guest OS compatible with device',
    ],
  },
  isr: 0,
  'queue-sel': 2,
  'vm-running': false,
  broken: false,
  disabled: false,
  'use-started': true,
  started: true,
  'start-on-kick': false,
  'disable-legacy-check': false,
  'bus-name': '',
  'use-guest-notifier-mask': true,
};

const STATUS_TEXT = `${PATH}:
  device_name:             virtio-balloon${' '}
  device_id:               5
  vhost_started:           false
  bus_name:                (null)
  broken:                  false
  disabled:                false
  disable_legacy_check:    false
  started:                 true
  use_started:             true
  start_on_kick:           false
  use_guest_notifier_mask: true
  vm_running:              false
  num_vqs:                 3
  queue_sel:               2
  isr:                     0
  endianness:              little
  status:
\tVIRTIO_CONFIG_S_ACKNOWLEDGE: Valid virtio device found,
\tVIRTIO_CONFIG_S_DRIVER: Guest OS compatible with device
  Guest features:
\tVIRTIO_RING_F_EVENT_IDX: Used & avail. event fields enabled,
\tVIRTIO_RING_F_INDIRECT_DESC: Indirect descriptors supported
\tVIRTIO_BALLOON_F_STATS_VQ: Guest memory stats VQ available
  Host features:
\tVIRTIO_RING_F_EVENT_IDX: Used & avail. event fields enabled,
\tVIRTIO_RING_F_INDIRECT_DESC: Indirect descriptors supported
  unknown-features(0x0000010000000000)
  Backend features:

`;

describe('info virtio', () => {
  it('lists path and kind', async () => {
    const devices = [{ path: '/machine/peripheral/rng0', name: 'virtio-rng' }];
    const result = await infoVirtio(testContext({ 'x-query-virtio': () => devices }));
    expect(result).toEqual({ kind: 'data', data: devices, text: '/machine/peripheral/rng0 [virtio-rng]\n' });
  });

  it('fails without devices', async () => {
    const ctx = testContext({ 'x-query-virtio': () => [] });
    await expect(infoVirtio(ctx)).rejects.toThrow('No virtio devices found');
  });
});

describe('info virtio-status', () => {
  it('shows fields, status and features', async () => {
    const ctx = testContext({ 'x-query-virtio-status': () => STATUS });
    const result = await infoVirtioStatus(ctx, { path: PATH });
    expect(result).toEqual({ kind: 'data', data: STATUS, text: STATUS_TEXT });
    expect(ctx.asked).toEqual([{ command: 'x-query-virtio-status', args: { path: PATH } }]);
  });

  it('shows an empty line where nothing is set', async () => {
    const blank = { ...STATUS, status: { statuses: [], 'unknown-statuses': 0x20 } };
    const result = await infoVirtioStatus(testContext({ 'x-query-virtio-status': () => blank }), {
      path: PATH,
    });
    expect(shown(result)).toContain('  status:\n\n  unknown-statuses(0x00000020)\n  Guest features:\n');
  });
});

const QUEUE = {
  name: 'virtio-blk',
  'queue-index': 0,
  inuse: 0,
  'vring-num': 1024,
  'vring-num-default': 256,
  'vring-align': 4096,
  'vring-desc': 0x90370000n,
  'vring-avail': 0x90374000n,
  'vring-used': 0x90375000n,
  'last-avail-idx': 1,
  'shadow-avail-idx': 1,
  'used-idx': 1,
  'signalled-used': 1,
  'signalled-used-valid': true,
};

describe('info virtio-queue-status', () => {
  it('shows the ring', async () => {
    const ctx = testContext({ 'x-query-virtio-queue-status': () => QUEUE });
    expect(shown(await infoVirtioQueueStatus(ctx, { path: '/machine/peripheral/blk0', queue: 0n }))).toBe(
      `/machine/peripheral/blk0:
  device_name:          virtio-blk
  queue_index:          0
  inuse:                0
  used_idx:             1
  signalled_used:       1
  signalled_used_valid: true
  last_avail_idx:       1
  shadow_avail_idx:     1
  VRing:
    num:          1024
    num_default:  256
    align:        4096
    desc:         0x0000000090370000
    avail:        0x0000000090374000
    used:         0x0000000090375000
`,
    );
  });

  it.each([-1n, 65536n])('refuses the queue %i', async queue => {
    const ctx = testContext({ 'x-query-virtio-queue-status': () => QUEUE });
    await expect(infoVirtioQueueStatus(ctx, { path: PATH, queue })).rejects.toThrow(
      "Parameter 'queue' expects uint16_t",
    );
    expect(ctx.asked).toEqual([]);
  });
});

describe('info virtio-vhost-queue-status', () => {
  it('shows host and guest addresses', async () => {
    const ctx = testContext({
      'x-query-virtio-vhost-queue-status': () => ({
        name: 'virtio-net',
        kick: 12n,
        call: 0n,
        desc: 0x7f00_0000_0000n,
        avail: 0n,
        used: 0n,
        num: 256n,
        'desc-phys': 0x9037_8000n,
        'desc-size': 4096,
        'avail-phys': 0n,
        'avail-size': 518,
        'used-phys': 0n,
        'used-size': 2054,
      }),
    });
    const text = shown(await infoVirtioVhostQueueStatus(ctx, { path: PATH, queue: 1n }));
    expect(text).toContain('device_name: virtio-net (vhost)\n');
    expect(text).toMatch(/desc_phys: +0x0000000090378000\n/);
  });
});

describe('info virtio-queue-element', () => {
  const element = {
    name: 'virtio-rng',
    index: 0,
    descs: [
      { addr: 0x8277e310n, len: 64, flags: ['write'] },
      { addr: 0n, len: 0, flags: [] },
    ],
    avail: { flags: 0, idx: 4, ring: 0 },
    used: { flags: 0, idx: 4 },
  };

  it('shows the descriptors of the chain', async () => {
    const ctx = testContext({ 'x-query-virtio-queue-element': () => element });
    expect(shown(await infoVirtioQueueElement(ctx, { path: PATH, queue: 0n }))).toBe(`${PATH}:
  device_name: virtio-rng
  index:   0
  desc:
    descs:
        addr 0x8277e310 len 64 (write),
        addr 0x0 len 0
  avail:
    flags: 0
    idx:   4
    ring:  0
  used:
    flags: 0
    idx:   4
`);
    expect(ctx.asked[0]?.args).toEqual({ path: PATH, queue: 0 });
  });

  it('asks for a position when one is given', async () => {
    const ctx = testContext({ 'x-query-virtio-queue-element': () => element });
    await infoVirtioQueueElement(ctx, { path: PATH, queue: 0n, index: 5n });
    expect(ctx.asked[0]?.args).toEqual({ path: PATH, queue: 0, index: 5 });
  });
});

describe('completion', () => {
  it('offers paths, then queues', async () => {
    const { qmp, session, signal } = testContext({
      'x-query-virtio': () => [{ path: PATH, name: 'virtio-balloon' }],
      'x-query-virtio-status': () => STATUS,
    });
    const at = (index: number, words: string[]) =>
      completeVirtio({ qmp, session, signal, words, index, prefix: '' });
    expect(await at(1, ['virtio-status', ''])).toEqual([{ text: PATH, help: 'virtio-balloon' }]);
    expect((await at(2, ['virtio-queue-status', PATH, ''])).map(each => each.text)).toEqual(['0', '1', '2']);
  });
});
