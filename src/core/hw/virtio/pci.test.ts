import { describe, expect, it } from 'vitest';
import { PciRig } from '../pci/testing/pci-rig.ts';
import { VirtioPciProxy } from './pci-proxy.ts';
import { PciDriver } from './testing/pci-driver.ts';

const COMMAND = 0x04;
const INTX_DISABLE = 0x400;
const PIN = 3; // slot 3, pin A

/** Bytes that the device wrote for one request of entropy. */
function request(driver: PciDriver, queue: ReturnType<PciDriver['startModern']>[number]): number[] {
  const { at } = queue.add([8]);
  queue.kick();
  driver.machine.host.flush();
  return [...driver.memory.read(at[0]!, 8)];
}

describe.each([
  ['legacy', (driver: PciDriver) => driver.startLegacy(1)],
  ['modern', (driver: PciDriver) => driver.startModern(1)],
] as const)('a transitional function driven by a %s driver', (name, start) => {
  it('serves requests and raises its pin until the status is read', () => {
    const driver = new PciDriver('virtio-rng-pci,rng=rng');
    const [queue] = start(driver);
    expect(request(driver, queue!)).not.toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(queue!.takeUsed()).toEqual([{ id: 0, length: 8 }]);
    expect([driver.pin(PIN), driver.config3.read(0x06, 2) & 8]).toEqual([true, 8]);
    expect(name === 'legacy' ? driver.legacy(19, 1) : driver.isr()).toBe(1);
    expect(driver.config3.read(0x06, 2) & 8).toBe(0);
  });

  it('leaves its pin alone when the driver has disabled it', () => {
    const driver = new PciDriver('virtio-rng-pci,rng=rng');
    const [queue] = start(driver);
    driver.config3.write(COMMAND, 7 | INTX_DISABLE, 2);
    request(driver, queue!);
    expect([driver.pin(PIN), driver.config3.read(0x06, 2) & 8]).toEqual([false, 8]);
    driver.config3.write(COMMAND, 7, 2);
    expect(driver.pin(PIN)).toBe(true);
  });

  it('stops without bus mastering, and a reset brings it back', () => {
    const driver = new PciDriver('virtio-rng-pci,rng=rng');
    const [queue] = start(driver);
    driver.config3.write(COMMAND, 3, 2);
    expect(request(driver, queue!)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(queue!.takeUsed()).toEqual([]);
    driver.config3.write(COMMAND, 7, 2);
    const [again] = start(driver);
    expect(request(driver, again!)).not.toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

it('a function has all properties of the device inside', () => {
  const proxy = new PciRig().add('virtio-balloon-pci');
  expect(proxy.getProperty('guest-stats')).toMatchObject({ 'last-update': 0n });
  proxy.setProperty('guest-stats-polling-interval', 2n);
  expect(proxy.children.get('virtio-backend')?.getProperty('guest-stats-polling-interval')).toBe(2n);
  proxy.setProperty('guest-stats-polling-interval', 0n);
});

describe('legacy registers', () => {
  it('show features without those of virtio 1.x, and take none from a driver that takes all', () => {
    const driver = new PciDriver('virtio-rng-pci,rng=rng');
    expect(driver.legacy(0, 4).toString(16)).toBe('79000000');
    driver.setLegacy(4, 0x3900_0000, 4);
    expect(driver.legacy(4, 4).toString(16)).toBe('39000000');
    driver.setLegacy(4, 0xffff_ffff, 4);
    expect(driver.legacy(4, 4)).toBe(0);
  });

  it('have no queue where there is none', () => {
    const driver = new PciDriver('virtio-rng-pci,rng=rng');
    driver.setLegacy(14, 5, 2);
    expect([driver.legacy(14, 2), driver.legacy(12, 2)]).toEqual([5, 0]);
  });

  it('turn bus mastering on for drivers that forget it', () => {
    const driver = new PciDriver('virtio-rng-pci,rng=rng');
    driver.config3.write(COMMAND, 3, 2);
    driver.setLegacy(18, 3, 1);
    expect(driver.config3.read(COMMAND, 2)).toBe(7);
  });

  it('are not there without the legacy interface', () => {
    const driver = new PciDriver('virtio-rng-pci-non-transitional,rng=rng');
    expect([driver.config3.read(0), driver.config3.read(0x10)]).toEqual([0x1044_1af4, 0]);
  });

  it('are the only ones without the modern interface', () => {
    const driver = new PciDriver('virtio-rng-pci,rng=rng,disable-modern=on');
    expect([driver.config3.read(0), driver.config3.read(0x34), driver.config3.read(0x20)]).toEqual([
      0x1005_1af4, 0x40, 0,
    ]);
    expect(driver.config3.read(0x40, 1)).toBe(0x11); // MSI-X alone
    const [queue] = driver.startLegacy(1);
    expect(request(driver, queue!)).not.toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('modern registers', () => {
  it('name queues, vectors and features', () => {
    const driver = new PciDriver('virtio-rng-pci,rng=rng');
    expect([driver.common(0x12, 2), driver.common(0x18, 2), driver.common(0x10, 2)]).toEqual([1, 8, 0xffff]);
    driver.setCommon(0x00, 1);
    expect(driver.common(0x04)).toBe(0x101); // VERSION_1, RING_RESET
    driver.setCommon(0x10, 1, 2);
    driver.setCommon(0x1a, 2, 2);
    expect([driver.common(0x10, 2), driver.common(0x1a, 2)]).toEqual([1, 0xffff]); // there are two vectors
    driver.setCommon(0x16, 5, 2);
    const missing = [0x18, 0x1a, 0x1c, 0x1e].map(at => driver.common(at, 2));
    expect(missing).toEqual([0, 0xffff, 0, 5]);
  });

  it('can be reached through configuration space', () => {
    const driver = new PciDriver('virtio-rng-pci,rng=rng');
    const cap = 0x84;
    driver.config3.write(cap + 4, 4, 1);
    driver.config3.write(cap + 8, 0x14);
    driver.config3.write(cap + 12, 1);
    driver.config3.write(cap + 16, 3, 1);
    expect([driver.common(0x14, 1), driver.config3.read(cap + 16, 1)]).toEqual([3, 3]);
    driver.config3.write(cap + 4, 1, 1);
    driver.config3.write(cap + 16, 7, 1);
    expect(driver.common(0x14, 1)).toBe(3);
  });

  it('reset one queue', () => {
    const driver = new PciDriver('virtio-rng-pci,rng=rng');
    const [queue] = driver.startModern(1);
    driver.setCommon(0x3a, 1, 2);
    expect([driver.common(0x1c, 2), driver.common(0x20)]).toEqual([0, 0]);
    expect(request(driver, queue!)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('take notifications a page apart, or at a port, by property', () => {
    const paged = new PciDriver('virtio-serial-pci,page-per-vq=on');
    expect(paged.config3.read(0x80)).toBe(0x1000);
    paged.config3.write(0x20, 0xffff_ffff);
    expect(paged.config3.read(0x20)).toBe(0xff80_000c);
    const port = new PciDriver('virtio-rng-pci,rng=rng,modern-pio-notify=on');
    expect([port.config3.read(0x18), port.config3.read(0x84)]).toEqual([1, 0x0214_7009]);
  });
});

describe('message-signaled interrupts', () => {
  const ENABLE = 0x8000;
  const CONTROL = 0x9a;

  function enabled() {
    const driver = new PciDriver('virtio-rng-pci,rng=rng');
    const target = driver.alloc(4);
    const [queue] = driver.startModern(1);
    driver.setCommon(0x1a, 1, 2);
    const entry = driver.msixTable + 16;
    driver.write(entry, target);
    driver.write(entry + 8, 0x1234);
    driver.config3.write(CONTROL, ENABLE, 2);
    return { driver, queue: queue!, entry, message: () => driver.memory.readU32(target) };
  }

  it('write where the table says, instead of raising the pin', () => {
    const { driver, queue, entry, message } = enabled();
    driver.write(entry + 12, 0);
    request(driver, queue);
    expect([message(), driver.pin(PIN)]).toEqual([0x1234, false]);
  });

  it('wait behind their mask', () => {
    const { driver, queue, entry, message } = enabled();
    request(driver, queue);
    expect([message(), driver.read(driver.msixTable + 0x800)]).toEqual([0, 2]);
    driver.write(entry + 12, 0);
    expect([message(), driver.read(driver.msixTable + 0x800)]).toEqual([0x1234, 0]);
  });

  it('take over from a pin that is up', () => {
    const driver = new PciDriver('virtio-rng-pci,rng=rng');
    const [queue] = driver.startModern(1);
    request(driver, queue!);
    driver.config3.write(CONTROL, ENABLE, 2);
    expect(driver.config3.read(0x06, 2) & 8).toBe(0);
  });

  it('are lost where nothing is', () => {
    const { driver, queue, entry } = enabled();
    driver.write(entry + 4, 0xff);
    driver.write(entry + 12, 0);
    request(driver, queue);
    expect(queue.takeUsed().length).toBe(1);
  });

  it('move the legacy registers of the device', () => {
    const driver = new PciDriver('virtio-net-pci,netdev=n0,mac=52:54:00:12:34:99');
    expect(driver.legacy(20 + 5, 1)).toBe(0x99);
    driver.config3.write(CONTROL, ENABLE, 2);
    expect(driver.legacy(24 + 5, 1)).toBe(0x99);
  });
});

describe('properties', () => {
  it('of the device inside are set on the function', () => {
    const driver = new PciDriver('virtio-rng-pci,max-bytes=7,period=3');
    const [proxy] = driver.machine.board.pci.bus.devices.filter(each => each instanceof VirtioPciProxy);
    expect(proxy!.device.value('max-bytes')).toBe(7n);
    expect(proxy!.getProperty('period')).toBe(3);
    expect(() => driver.add('virtio-rng-pci,nosuch=1')).toThrow("Property 'virtio-rng-pci.nosuch' not found");
  });

  it.each([
    ['virtio-net-pci,netdev=n0', 4],
    ['virtio-serial-pci', 2],
    ['virtio-rng-pci,vectors=7', 7],
    ['virtio-rng-pci,vectors=0', 0],
    ['virtio-rng-pci,vectors=3000', 0],
  ])('%s has %d vectors', (text, vectors) => {
    const driver = new PciDriver(text);
    const size = driver.config3.read(0x14) === 0 ? 0 : (driver.config3.read(0x9a, 2) & 0x7ff) + 1;
    expect(size).toBe(vectors);
  });

  it('name cards and buses after the function', () => {
    const driver = new PciDriver('virtio-net-pci,netdev=n0,id=card');
    expect(driver.backends.nets.find('card')?.kind).toBe('nic');
    driver.add('virtio-serial-pci,id=vs');
    expect(driver.machine.board.findBus('vs.0')?.typeName).toBe('virtio-serial-bus');
  });
});

describe('coming and going', () => {
  it('gives back what it held', () => {
    const driver = new PciDriver('pcie-root-port,id=rp0');
    for (let round = 0; round < 2; round++) {
      driver.add('virtio-net-pci,netdev=n0,id=card,bus=rp0', true);
      expect(driver.backends.nets.find('n0')?.peer?.name).toBe('card');
      driver.machine.board.plugger.remove('card');
      expect([driver.backends.nets.find('n0')?.peer, driver.backends.nets.find('card')]).toEqual([
        null,
        undefined,
      ]);
      driver.add('virtio-balloon-pci,id=b,bus=rp0', true);
      driver.machine.board.plugger.remove('b');
    }
    expect(driver.machine.board.formatMtree({})).not.toContain('virtio-net');
  });
});
