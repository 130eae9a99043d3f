import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { VirtioStatus } from '../../qapi/generated/types.ts';
import { MemoryDisk } from '../block/memory-disk.ts';
import { drivesWith } from '../block/testing/drives.ts';
import { VirtioBalloon } from '../hw/virtio/balloon.ts';
import { VirtioBlk } from '../hw/virtio/blk.ts';
import type { VirtioDevice } from '../hw/virtio/device.ts';
import { REG } from '../hw/virtio/mmio-registers.ts';
import { VirtioNet } from '../hw/virtio/net.ts';
import { VirtioRng } from '../hw/virtio/rng.ts';
import { startDriver } from '../hw/virtio/testing/driver.ts';
import { Rig } from '../hw/virtio/testing/rig.ts';
import { NetTable } from '../net/table.ts';
import { decodeFeatures, virtioHandlers } from './virtio.ts';

const GOLDEN = `${process.env['HMP_SHARED'] ?? '../shared'}/golden/qemu-10.2.2/linux-qmp.json`;

function rngRig(modern = false) {
  const rig = new Rig({ modern });
  const device = rig.plug(new VirtioRng(rig.types, rig.env, new Map()), { id: 'rng0' });
  return { rig, device, qmp: virtioHandlers(rig.root) };
}

const disks = (rig: Rig) => drivesWith(rig.host, new MemoryDisk(1 << 24, false));

const kinds: Readonly<Record<string, (rig: Rig) => VirtioDevice>> = {
  rng0: rig => new VirtioRng(rig.types, rig.env, new Map()),
  net0: rig => new VirtioNet(rig.types, rig.env, new NetTable()),
  blk0: rig => {
    const device = new VirtioBlk(rig.types, rig.env, disks(rig));
    device.setValue('drive', 'd0');
    return device;
  },
};

describe('x-query-virtio-status', () => {
  it('lists devices, and refuses other paths', async () => {
    const { rig, qmp } = rngRig();
    expect(await qmp['x-query-virtio']!({})).toEqual([{ path: '/rng0', name: 'virtio-rng' }]);
    for (const path of ['/nope', '/virtio', 'nope', '']) {
      expect(() => qmp['x-query-virtio-status']!({ path })).toThrow(
        `Path ${path} is not a realized VirtIODevice`,
      );
    }
    expect(() => qmp['x-query-virtio-queue-status']!({ path: '/x', queue: 0 })).toThrow(
      'is not a VirtIODevice',
    );
    expect(() => qmp['x-query-virtio-queue-element']!({ path: '/x', queue: 0 })).toThrow(
      'is not a VirtIO device',
    );
    expect(await qmp['x-query-virtio-status']!({ path: 'rng0' })).toMatchObject({ name: 'virtio-rng' });
    expect(rig.root.children.has('rng0')).toBe(true);
  });

  it('follows what the driver negotiates', async () => {
    const { rig, qmp } = rngRig(true);
    startDriver(rig, (1n << 32n) | (1n << 29n), 1);
    rig.stop();
    const status = (await qmp['x-query-virtio-status']!({ path: '/rng0' })) as VirtioStatus;
    expect(status['guest-features']).toEqual({
      transports: [
        'VIRTIO_RING_F_EVENT_IDX: Used & avail. event fields enabled',
        'VIRTIO_F_VERSION_1: Device compliant for v1 spec (legacy)',
      ],
      'dev-features': [],
    });
    expect(status.status.statuses).toEqual([
      'VIRTIO_CONFIG_S_ACKNOWLEDGE: Valid virtio device found',
      'VIRTIO_CONFIG_S_DRIVER: Guest OS compatible with device',
      'VIRTIO_CONFIG_S_FEATURES_OK: Feature negotiation complete',
      'VIRTIO_CONFIG_S_DRIVER_OK: Driver setup and ready',
    ]);
    expect(status).toMatchObject({ started: true, 'vm-running': false, 'num-vqs': 1n, broken: false });
  });

  it('names broken devices and unknown bits', async () => {
    const { rig, qmp } = rngRig(true);
    const [queue] = startDriver(rig, 1n << 32n, 1);
    queue!.offer(99);
    queue!.kick();
    rig.write(REG.status, 0x1f | 0x40);
    const status = (await qmp['x-query-virtio-status']!({ path: '/rng0' })) as VirtioStatus;
    expect(status).toMatchObject({ broken: true, status: { 'unknown-statuses': 16 } });
    expect(status.status.statuses[1]).toMatch(/NEEDS_RESET/);
    expect(decodeFeatures(4, 1n << 50n)).toEqual({
      transports: [],
      'dev-features': [],
      'unknown-dev-features': 1n << 50n,
    });
    expect(decodeFeatures(99, 1n)).toEqual({ transports: [], 'unknown-dev-features': 1n });
  });

  it.skipIf(!existsSync(GOLDEN)).each(Object.keys(kinds))(
    'offers what QEMU offers: %s (skipped without captures)',
    async id => {
      const rig = new Rig();
      rig.plug(kinds[id]!(rig), { id });
      const ours = (await virtioHandlers(rig.root)['x-query-virtio-status']!({
        path: `/${id}`,
      })) as VirtioStatus;
      const golden = JSON.parse(readFileSync(GOLDEN, 'utf8')) as {
        qmp: { in: { execute?: string; arguments?: { path?: unknown } }; out: { return: VirtioStatus } }[];
      };
      const theirs = golden.qmp.find(
        entry =>
          entry.in.execute === 'x-query-virtio-status' && String(entry.in.arguments?.path).endsWith(`/${id}`),
      );
      expect(ours['host-features']).toEqual(theirs?.out.return['host-features']);
      expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs!.out.return).sort());
      expect([ours['device-id'], Number(ours['num-vqs'])]).toEqual([
        theirs!.out.return['device-id'],
        Number(theirs!.out.return['num-vqs']),
      ]);
    },
  );

  it('offers the balloon its own bits', async () => {
    const rig = new Rig();
    rig.plug(new VirtioBalloon(rig.types, rig.env, { balloon: null }, 1 << 20), { id: 'bal0' });
    const status = (await virtioHandlers(rig.root)['x-query-virtio-status']!({
      path: '/bal0',
    })) as VirtioStatus;
    expect(status['host-features']['dev-features']).toEqual([
      'VIRTIO_BALLOON_F_PAGE_POISON: Guest page poisoning enabled',
      'VIRTIO_BALLOON_F_STATS_VQ: Guest memory stats VQ available',
    ]);
  });
});

describe('virtqueues', () => {
  it('shows the state of a queue', async () => {
    const { rig, qmp } = rngRig();
    const [queue] = startDriver(rig, 1n << 29n, 1, 64);
    queue!.add([8]);
    queue!.kick();
    expect(await qmp['x-query-virtio-queue-status']!({ path: '/rng0', queue: 0 })).toEqual({
      name: 'virtio-rng',
      'queue-index': 0,
      inuse: 0,
      'vring-num': 64,
      'vring-num-default': 8,
      'vring-align': 4096,
      'vring-desc': BigInt(queue!.desc),
      'vring-avail': BigInt(queue!.avail),
      'vring-used': BigInt(queue!.used),
      'last-avail-idx': 1,
      'shadow-avail-idx': 1,
      'used-idx': 1,
      'signalled-used': 1,
      'signalled-used-valid': true,
    });
  });

  it('refuses queues that are not there, and vhost', () => {
    const { qmp } = rngRig();
    const at = { path: '/rng0', queue: 9 };
    expect(() => qmp['x-query-virtio-queue-status']!(at)).toThrow('Invalid virtqueue number 9');
    expect(() => qmp['x-query-virtio-queue-element']!(at)).toThrow('Invalid virtqueue number 9');
    expect(() => qmp['x-query-virtio-vhost-queue-status']!({ path: '/rng0', queue: 0 })).toThrow(
      'Error: vhost device has not started yet',
    );
    expect(() => qmp['x-query-virtio-vhost-queue-status']!({ path: '/x', queue: 0 })).toThrow(
      'Path /x is not',
    );
    expect(() => qmp['x-query-virtio-queue-element']!({ path: '/rng0', queue: 0 })).toThrow(
      'Region caches not initialized',
    );
  });

  it('shows a chain, last descriptor first, without touching it', async () => {
    const { rig, qmp, device } = rngRig();
    const [queue] = startDriver(rig, 1n << 28n, 1);
    const plain = queue!.add(['head', 16]);
    const indirect = queue!.add(['head', 16, 1], { indirect: true });
    const element = qmp['x-query-virtio-queue-element']!;
    expect(await element({ path: '/rng0', queue: 0 })).toEqual({
      name: 'virtio-rng',
      index: 0,
      descs: [
        { addr: BigInt(plain.at[1]!), len: 16, flags: ['write'] },
        { addr: BigInt(plain.at[0]!), len: 4, flags: ['next'] },
      ],
      avail: { flags: 0, idx: 2, ring: 0 },
      used: { flags: 0, idx: 0 },
    });
    expect(await element({ path: '/rng0', queue: 0, index: 17 })).toMatchObject({
      index: 2,
      descs: [
        { addr: BigInt(indirect.at[2]!), len: 1, flags: ['write'] },
        { addr: BigInt(indirect.at[1]!), len: 16, flags: ['write', 'next'] },
        { addr: BigInt(indirect.at[0]!), len: 4, flags: ['next'] },
      ],
    });
    expect([device.queues[0]!.lastAvailIdx, device.broken]).toEqual([0, false]);
  });

  it('survives chains that make no sense', async () => {
    const { rig, qmp, device } = rngRig();
    const [queue] = startDriver(rig, 1n << 28n, 1);
    const element = qmp['x-query-virtio-queue-element']!;
    queue!.descriptor(0, 5, 1, 1, 0);
    queue!.offer(0);
    expect(await element({ path: '/rng0', queue: 0 })).toMatchObject({ descs: { length: 16 } });
    queue!.descriptor(0, 5, 1, 4);
    expect(() => element({ path: '/rng0', queue: 0 })).toThrow('Invalid size for indirect buffer table');
    queue!.offer(77);
    expect(() => element({ path: '/rng0', queue: 0, index: 1 })).toThrow('Guest says index 77 is available');
    queue!.descriptor(0, 2 ** 60, 1, 0);
    expect(await element({ path: '/rng0', queue: 0 })).toMatchObject({
      descs: [{ addr: 2n ** 60n, flags: [] }],
    });
    expect(device.broken).toBe(false);
  });
});
