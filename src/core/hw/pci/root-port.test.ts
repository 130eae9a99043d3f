import { beforeEach, describe, expect, it } from 'vitest';
import { PciRig } from './testing/pci-rig.ts';

const PORT = 4;
const SLOT_CAPABILITIES = 0x68;
const SLOT_CONTROL = 0x6c;
const SLOT_STATUS = 0x6e;
const LINK_STATUS = 0x66;
const BUSES = 0x18;

// Slot control
const ENABLE_EVENTS = 0x39; // attention button, presence, command completed, interrupt
const POWER_ON = 0x100;
const BLINKING = 0x200;
const INDICATOR_OFF = 0x300;
const POWER_OFF = 0x400;
// Slot status
const BUTTON = 0x01;
const PRESENCE_CHANGED = 0x08;
const COMPLETED = 0x10;
const PRESENT = 0x40;

let rig: PciRig;
let port: ReturnType<PciRig['config']>;
const status = () => port.read(SLOT_STATUS, 2);
const control = (value: number) => port.write(SLOT_CONTROL, value | 0xc0, 2);
const behind = () => rig.config(0, 1).read(0);

function start(options = '', device = ''): void {
  rig = new PciRig();
  rig.add(`pcie-root-port,id=rp0,addr=${PORT}${options}`);
  if (device !== '') rig.add(device);
  rig.machine.board.reset();
  port = rig.config(PORT);
  port.write(BUSES, 0x0001_0100);
  port.write(0x04, 0x0007, 2);
}

describe('root port', () => {
  beforeEach(() => start(',slot=7,port=3'));

  it('has the registers that QEMU gives it', () => {
    const words = Array.from({ length: 0x22 }, (_, n) => port.read(4 * n).toString(16));
    expect(words.join(' ')).toBe(
      'c1b36 100007 6040000 10000 0 0 10100 f0 fff0 1fff1 0 0 0 54 0 100 ' +
        'd 1b36 4011 0 800 1424810 8020 100 3300604 2040000 3a007b 7c0 0 0 300020 0 ' +
        '1e 4',
    );
    expect([0x100, 0x10c, 0x114, 0x118, 0x148, 0x14c].map(at => port.read(at).toString(16))).toEqual([
      '14820001',
      '462030',
      'e000',
      '2a0',
      '1000d',
      '5f',
    ]);
  });

  it('forwards what lies in its windows to the bus behind it', () => {
    start('', 'virtio-rng-pci,bus=rp0');
    expect(behind()).toBe(0x1044_1af4);
    rig.config(0, 1).write(0x20, 0x4010_0000);
    rig.config(0, 1).write(0x04, 2, 2);
    expect(rig.read(0x4010_0012, 2)).toBe(0xffff);
    port.write(0x20, 0x4010_4010);
    expect(rig.read(0x4010_0012, 2)).toBe(1);
    port.write(0x20, 0x4020_4020);
    expect(rig.read(0x4010_0012, 2)).toBe(0xffff);
  });

  it('resets the bus behind it on request', () => {
    start('', 'virtio-rng-pci,bus=rp0');
    rig.config(0, 1).write(0x04, 6, 2);
    port.write(0x3e, 0x40, 2);
    expect(rig.config(0, 1).read(0x04, 2)).toBe(0);
  });
});

describe('hot-plug slot', () => {
  it('is powered while a device was there from the start', () => {
    start('', 'virtio-rng-pci,bus=rp0');
    expect([port.read(SLOT_CONTROL, 2), status()]).toEqual([0x1c0, PRESENT]);
    expect(port.read(LINK_STATUS, 2)).toBe(0x2011);
  });

  it('tells of a device that comes, which answers once the slot has power', () => {
    start();
    control(ENABLE_EVENTS | INDICATOR_OFF | POWER_OFF);
    port.write(SLOT_STATUS, 0xff, 2);
    rig.add('virtio-rng-pci,bus=rp0,id=y', true);
    expect([status(), rig.pin(PORT % 4)]).toEqual([PRESENT | BUTTON | PRESENCE_CHANGED | COMPLETED, true]);
    expect(behind()).toBe(0xffff_ffff);
    port.write(SLOT_STATUS, BUTTON | PRESENCE_CHANGED | COMPLETED, 2);
    expect(status()).toBe(PRESENT);
    control(ENABLE_EVENTS | POWER_ON);
    expect([behind(), status()]).toEqual([0x1044_1af4, PRESENT | COMPLETED]);
  });

  it('lets a device go when the guest takes its power away', () => {
    start('', 'virtio-rng-pci,bus=rp0,id=y');
    rig.machine.board.plugger.remove('y');
    expect([status(), rig.removed]).toEqual([PRESENT | BUTTON, []]);
    expect(() => rig.machine.board.plugger.remove('y')).toThrow(
      'Device y is already in the process of unplug',
    );
    control(ENABLE_EVENTS | BLINKING);
    rig.machine.advance(6e9);
    expect(() => rig.machine.board.plugger.remove('y')).toThrow(
      'Hot-unplug failed: guest is busy (power indicator blinking)',
    );
    control(ENABLE_EVENTS | INDICATOR_OFF | POWER_OFF);
    expect(rig.removed).toEqual(['/machine/peripheral/y/virtio-backend', '/machine/peripheral/y']);
    expect(status() & (PRESENT | PRESENCE_CHANGED)).toBe(PRESENCE_CHANGED);
    expect(port.read(LINK_STATUS, 2) & 0x2000).toBe(0);
    rig.add('virtio-rng-pci,bus=rp0,id=y', true); // the slot and the name are free again
  });

  it('lets a device go at once while the guest has not powered the slot', () => {
    start();
    rig.add('virtio-rng-pci,bus=rp0,id=y', true);
    rig.machine.board.plugger.remove('y');
    expect(rig.removed).toEqual(['/machine/peripheral/y/virtio-backend', '/machine/peripheral/y']);
  });

  it('asks again when the guest has not answered', () => {
    start('', 'virtio-rng-pci,bus=rp0,id=y');
    rig.machine.board.plugger.remove('y');
    port.write(SLOT_STATUS, BUTTON, 2);
    rig.machine.advance(6e9);
    rig.machine.board.plugger.remove('y');
    expect(status()).toBe(PRESENT | BUTTON);
  });

  it('refuses where the port has no hot-plug', () => {
    start(',hotplug=off', 'virtio-rng-pci,bus=rp0,id=y');
    expect(port.read(SLOT_CAPABILITIES)).toBe(0x2_001b);
    expect(() => rig.add('virtio-rng-pci,bus=rp0,addr=0.1', true)).toThrow();
    expect(() => rig.machine.board.plugger.remove('y')).toThrow(
      "Hot-unplug failed: unsupported by the port device 'rp0'",
    );
    start(',hotplug=off');
    expect(() => rig.add('virtio-rng-pci,bus=rp0', true)).toThrow(
      "Hot-plug failed: unsupported by the port device 'rp0'",
    );
  });

  it('can be locked', () => {
    start();
    port.write(SLOT_CONTROL, 0x800, 2);
    expect(() => rig.add('virtio-rng-pci,bus=rp0', true)).toThrow('slot is electromechanically locked');
    port.write(SLOT_CONTROL, 0x800, 2);
    rig.add('virtio-rng-pci,bus=rp0', true);
  });

  it('is the only bus that takes devices later', () => {
    start();
    expect(() => rig.add('virtio-rng-pci', true)).toThrow("Bus 'pcie.0' does not support hotplugging");
  });
});
