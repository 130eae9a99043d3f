import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../block/memory-disk.ts';
import { drivesWith } from '../../block/testing/drives.ts';
import { Chardev } from '../../chardev/chardev.ts';
import { ChardevTable } from '../../chardev/table.ts';
import { FakeStream } from '../../chardev/testing/fake-stream.ts';
import { Displays } from '../../display/console.ts';
import { Input } from '../../input/input.ts';
import { NetClient } from '../../net/client.ts';
import { NetTable } from '../../net/table.ts';
import { ScsiHardDisk } from '../scsi/disk.ts';
import { VirtioBalloon } from './balloon.ts';
import { VirtioBlk } from './blk.ts';
import type { VirtioDevice } from './device.ts';
import { VirtioGpu } from './gpu.ts';
import { VirtioInput } from './input.ts';
import { INPUT_MODELS } from './input-models.ts';
import { REG } from './mmio-registers.ts';
import { VirtioNet } from './net.ts';
import { VirtioScsi } from './scsi.ts';
import { VirtioSerial } from './serial.ts';
import { VirtioSerialPort } from './serial-port.ts';
import { startDriver } from './testing/driver.ts';
import { RAM, RAM_SIZE, Rig } from './testing/rig.ts';

const ALL = (1n << 64n) - 1n;
const NUM = 8;

function blk(rig: Rig): VirtioDevice {
  const drives = drivesWith(rig.host, new MemoryDisk(65536, false));
  return rig.plug(new VirtioBlk(rig.types, rig.env, drives), { drive: 'd0' });
}

/** Gives every frame back. */
class Mirror extends NetClient {
  readonly info = '';
  protected receive(frame: Uint8Array): boolean {
    this.send(frame);
    return true;
  }
}

function net(rig: Rig): VirtioDevice {
  const table = new NetTable();
  table.add(new Mirror('l0', 'peer'));
  return rig.plug(new VirtioNet(rig.types, rig.env, table), { netdev: 'l0' });
}

function balloon(rig: Rig): VirtioDevice {
  const device = new VirtioBalloon(rig.types, rig.env, { balloon: null }, RAM_SIZE);
  return rig.plug(device, { 'free-page-reporting': 'on' });
}

function serial(rig: Rig): VirtioDevice {
  const device = rig.plug(new VirtioSerial(rig.types, rig.env), { max_ports: '2' });
  const chardevs = new ChardevTable(rig.host);
  chardevs.add(new Chardev('c0', 'vc', new FakeStream()));
  const port = new VirtioSerialPort('virtconsole', rig.types, chardevs);
  port.setValue('chardev', 'c0');
  device.buses[0]!.plug(port);
  port.realize();
  return device;
}

/** A tablet with somebody who moves the pointer whenever the driver kicks. */
function input(rig: Rig): VirtioDevice {
  const source = new Input(rig.clock);
  const model = INPUT_MODELS.find(({ kinds }) => kinds.includes('abs'))!;
  const device = new VirtioInput(model, rig.types, rig.env, { input: source, displays: new Displays() });
  const kicked = device.notifyQueue.bind(device);
  device.notifyQueue = index => {
    source.send({ type: 'abs', data: { axis: 'x', value: BigInt(index) } });
    source.sync();
    kicked(index);
  };
  return rig.plug(device);
}

function gpu(rig: Rig): VirtioDevice {
  return rig.plug(new VirtioGpu(rig.types, rig.env, new Displays()), { max_hostmem: '1M' });
}

function scsi(rig: Rig): VirtioDevice {
  const host = rig.plug(new VirtioScsi(rig.types, rig.env), { id: 's0' });
  const disk = new ScsiHardDisk(rig.types, rig.env, drivesWith(rig.host, new MemoryDisk(65536, false)));
  disk.setValue('drive', 'd0');
  host.buses[0]!.plug(disk);
  disk.realize();
  return host;
}

/** Mostly sound chains of small buffers, so that the devices look at what is in them. */
const descriptor = fc.record({
  page: fc.integer({ min: 0x40, max: 0xf8 }),
  length: fc.oneof(fc.constantFrom(1, 2, 4, 8, 10, 16, 512), fc.integer({ min: 1, max: 8192 })),
  flags: fc.constantFrom(0, 1, 1, 1, 2, 3),
});
const content = fc.array(fc.oneof(fc.integer({ min: 0, max: 14 }), fc.integer({ min: 0, max: 255 })), {
  maxLength: 40,
});

describe.each([
  ['blk', blk],
  ['net', net],
  ['balloon', balloon],
  ['serial', serial],
  ['input', input],
  ['gpu', gpu],
  ['scsi', scsi],
] as const)('virtio-%s under a hostile driver', (_, make) => {
  it('neither throws nor hangs, and works again after a reset', async () => {
    const run = fc.asyncProperty(
      fc.boolean(),
      fc.array(descriptor, { minLength: NUM, maxLength: NUM }),
      fc.array(content, { minLength: NUM, maxLength: NUM }),
      fc.array(fc.tuple(fc.nat(5), fc.nat(NUM - 1)), { maxLength: 12 }),
      async (modern, descriptors, contents, offers) => {
        const rig = new Rig({ modern });
        const device = make(rig);
        const queues = startDriver(rig, ALL, Math.min(device.queues.length, 6), NUM);
        for (const queue of queues) {
          descriptors.forEach(({ page, length, flags }, n) => {
            const address = RAM + page * 4096;
            rig.memory.write(address, Uint8Array.from(contents[n]!));
            queue.descriptor(n, address, length, flags, n + 1);
          });
        }
        for (const [n, head] of offers) {
          queues[n % queues.length]!.offer(head);
          queues[n % queues.length]!.kick();
        }
        await new Promise(resolve => setImmediate(resolve));
        rig.write(REG.status, 0);
        await new Promise(resolve => setImmediate(resolve));
        expect([device.broken, device.status, device.isr]).toEqual([false, 0, 0]);
      },
    );
    await fc.assert(run, { numRuns: 120 });
  });
});
