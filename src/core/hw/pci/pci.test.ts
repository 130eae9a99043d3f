import { beforeEach, describe, expect, it } from 'vitest';
import { Drive } from '../../block/drive.ts';
import { parseDrive } from '../../block/drive-options.ts';
import { MemoryDisk } from '../../block/memory-disk.ts';
import { formatQtree } from '../../qom/qtree.ts';
import { PciRig } from './testing/pci-rig.ts';

const COMMAND = 0x04;
const IO = 1;
const MEMORY = 2;
const MASTER = 4;
const WINDOW = 0x4000_0000;
const IO_WINDOW = 0x300_0000;

let rig: PciRig;
beforeEach(() => {
  rig = new PciRig();
});

describe('configuration space', () => {
  it('names the host bridge, and answers with ones where nothing is', () => {
    expect(rig.config(0).read(0)).toBe(0x0008_1b36);
    expect(rig.config(0).read(8)).toBe(0x0600_0000);
    expect(rig.config(0).read(0x2c)).toBe(0x1100_1af4);
    expect([rig.config(1).read(0), rig.config(0, 5).read(0, 2)]).toEqual([0xffff_ffff, 0xffff]);
    expect(rig.config(0).read(0x100)).toBe(0xffff_ffff); // conventional functions end at 256 bytes
    rig.config(1).write(0, 5);
  });

  it('has the registers that QEMU gives a transitional disk', () => {
    rig.backends.drives.add(disk());
    rig.add('virtio-blk-pci,drive=d0,addr=1');
    const config = rig.config(1);
    const words = Array.from({ length: 0x29 }, (_, n) => config.read(4 * n).toString(16));
    expect(words.join(' ')).toBe(
      '10011af4 100000 1000000 0 1 0 0 0 c 0 0 21af4 0 98 0 100 ' +
        '1100009 4 0 1000 3104009 4 1000 1000 4105009 4 2000 1000 2146009 4 3000 1000 ' +
        '4 5147009 0 0 0 0 18411 1 801',
    );
  });

  it('has the registers that QEMU gives an endpoint behind a root port', () => {
    rig.add('pcie-root-port,id=rp0,addr=4');
    rig.add('virtio-rng-pci,bus=rp0');
    rig.config(4).write(0x18, 0x0001_0100);
    const config = rig.config(0, 1);
    const words = Array.from({ length: 0x3a }, (_, n) => config.read(4 * n).toString(16));
    expect(words.join(' ')).toBe(
      '10441af4 100000 ff0001 0 0 0 0 0 c 0 0 11001af4 0 dc 0 100 ' +
        '20010 10008020 100 411 110000 0 0 0 0 300000 0 0 0 0 0 34001 ' +
        '0 1107c09 4 0 1000 3108409 4 1000 1000 4109409 4 2000 1000 214a409 4 3000 ' +
        '1000 4 514b409 0 0 0 0 1c811 1 801',
    );
    expect(config.read(0x100)).toBe(0);
  });

  it('keeps read-only bits and lets the guest size regions', () => {
    rig.add('virtio-rng-pci,addr=3');
    const config = rig.config(3);
    config.write(0, 0);
    config.write(COMMAND, 0xffff_ffff);
    expect([config.read(0), config.read(COMMAND)]).toEqual([0x1005_1af4, 0x0010_0507]);
    for (const at of [0x10, 0x14, 0x20, 0x24, 0x30]) config.write(at, 0xffff_ffff);
    const sizes = [0x10, 0x14, 0x18, 0x20, 0x24, 0x30].map(at => config.read(at));
    expect(sizes).toEqual([0xffff_ffe1, 0xffff_f000, 0, 0xffff_c00c, 0xffff_ffff, 0]);
    config.write(0x3c, 0x1234, 2);
    expect(config.read(0x3c, 2)).toBe(0x0134);
  });
});

describe('regions', () => {
  const STATUS = 0x14;

  it('are mapped while decoding is on, and mean nothing elsewhere', () => {
    rig.add('virtio-rng-pci,addr=3');
    const config = rig.config(3);
    config.write(0x10, 0x1000);
    config.write(0x20, WINDOW + 0x4000);
    expect(rig.read(WINDOW + 0x4012, 2)).toBe(0xffff);
    config.write(COMMAND, MEMORY, 2);
    expect([rig.read(WINDOW + 0x4012, 2), rig.read(IO_WINDOW + 0x1000)]).toEqual([1, 0xffff_ffff]);
    config.write(COMMAND, IO | MEMORY, 2);
    rig.write(WINDOW + 0x4000 + STATUS, 1, 1);
    expect(rig.read(IO_WINDOW + 0x1012, 1)).toBe(1); // the same status through both interfaces
    const text = rig.machine.board.formatMtree({});
    expect(text).toContain('        0000000003001000-000000000300101f (prio 1, i/o): virtio-pci\n');
    expect(text).toContain(
      '        0000000040004000-0000000040004fff (prio 0, i/o): virtio-pci-common-virtio-rng\n',
    );
    config.write(COMMAND, 0, 2);
    expect(rig.read(WINDOW + 0x4012, 2)).toBe(0xffff);
  });

  it('can lie above 4 GiB, and over each other', () => {
    rig.add('virtio-rng-pci,addr=3');
    rig.add('virtio-rng-pci,addr=4');
    for (const slot of [3, 4]) {
      rig.config(slot).write(0x20, 0);
      rig.config(slot).write(0x24, 4);
      rig.config(slot).write(COMMAND, MEMORY, 2);
    }
    rig.write(0x4_0000_0014, 1, 1);
    rig.config(4).write(COMMAND, 0, 2);
    expect(rig.read(0x4_0000_0014, 1)).toBe(0); // the later one was on top
    rig.machine.board.reset();
    expect([rig.read(0x4_0000_0014, 1), rig.config(3).read(0x24)]).toEqual([0xff, 0]);
  });
});

describe('places on a bus', () => {
  it.each([
    [
      [],
      'virtio-rng-pci,addr=0',
      'PCI: slot 0 function 0 not available for virtio-rng-pci, in use by gpex-root,id=(null)',
    ],
    [
      ['virtio-rng-pci,addr=1,id=a'],
      'virtio-rng-pci,addr=1',
      'PCI: slot 1 function 0 not available for virtio-rng-pci, in use by virtio-rng-pci,id=a',
    ],
    [
      ['virtio-rng-pci,addr=1'],
      'virtio-rng-pci,addr=1.1',
      "PCI: single function device can't be populated in function 1.1",
    ],
    [
      ['virtio-rng-pci,addr=a.1'],
      'virtio-rng-pci,addr=a',
      'PCI: a.0 indicates single function, but a.1 is already populated.',
    ],
    [[], 'virtio-rng-pci,addr=1.8', "Property 'virtio-rng-pci.addr' doesn't take value '1.8'"],
    [[], 'virtio-rng-pci,addr=20', "Property 'virtio-rng-pci.addr' doesn't take value '20'"],
    [[], 'virtio-rng-pci,romsize=3', 'ROM size 3 is not a power of two'],
    [[], 'virtio-rng-pci,romfile=nosuch', 'failed to find romfile "nosuch"'],
    [[], 'virtio-rng-device,bus=pcie.0', "Device 'virtio-rng-device' can't go on PCIE bus"],
    [
      [],
      'virtio-rng-pci,disable-legacy=on,disable-modern=on',
      'device cannot work as neither modern nor legacy mode is enabled',
    ],
    [['pcie-root-port,id=rp0'], 'pcie-root-port', "Can't add chassis slot, error -16"],
    [[], 'pcie-root-port,x-speed=3', "Parameter 'x-speed' does not accept value '3'"],
    [
      [],
      'virtio-rng-pci-transitional,disable-legacy=on',
      "Property 'virtio-rng-pci-transitional.disable-legacy' not found",
    ],
  ] as const)('%j: %s', (before, device, message) => {
    for (const other of before) rig.add(other);
    expect(() => rig.add(device)).toThrow(message);
    // Nothing is left of the one that was refused.
    expect(rig.machine.board.pci.bus.devices.length).toBe(1 + before.length);
    expect(rig.machine.board.root.descend(['machine', 'peripheral-anon'])!.children.size).toBe(
      before.filter(text => !text.includes('id=')).length,
    );
  });

  it('take functions beside one that says so', () => {
    rig.add('virtio-rng-pci,addr=2.0,multifunction=on');
    rig.add('virtio-rng-pci,addr=2.1');
    expect([rig.config(2).read(0x0c), rig.config(2, 0, 1).read(0)]).toEqual([0x0080_0000, 0x1005_1af4]);
  });

  it('are found one after the other, until all are taken', () => {
    for (let slot = 1; slot < 32; slot++) rig.add('virtio-rng-pci');
    expect(rig.config(31).read(0)).toBe(0x1005_1af4);
    expect(() => rig.add('virtio-rng-pci')).toThrow(
      'PCI: no slot/function available for virtio-rng-pci, all in use or reserved',
    );
  });

  it('are shown with what is there', () => {
    rig.add('virtio-rng-pci,addr=3,id=r0');
    rig.config(3).write(0x10, 0x1000);
    rig.config(3).write(COMMAND, IO, 2);
    const text = formatQtree(rig.machine.board.sysbus, false);
    expect(text).toContain(`\
        class Class 00ff, addr 00:03.0, pci id 1af4:1005 (sub 1af4:0004)
        bar 0: i/o at 0x1000 [0x101f]
        bar 1: mem at 0xffffffffffffffff [0xffe]
        bar 4: mem at 0xffffffffffffffff [0x3ffe]
        bus: virtio-bus
          type virtio-pci-bus
          dev: virtio-rng-device, id ""
`);
    expect(text).toMatch(/dev: virtio-rng-pci, id "r0"\n {8}disable-legacy = "off"\n[\s\S]* addr = 03.0\n/);
  });
});

describe('bus mastering', () => {
  it('opens memory to the device, and shows in the address spaces', () => {
    rig.add('virtio-rng-pci,addr=3');
    const shown = () => rig.machine.board.formatMtree({ flatview: true });
    expect(shown()).toContain(
      ' AS "gpex-root", root: bus master container\n AS "virtio-rng-pci", root: bus master container\n Root memory region: (none)\n',
    );
    rig.config(3).write(COMMAND, MASTER, 2);
    expect(shown()).toContain(
      ' AS "cpu-memory-0", root: system\n AS "virtio-rng-pci", root: bus master container\n Root memory region: system\n',
    );
  });
});

function disk() {
  return new Drive(parseDrive({ if: 'none', id: 'd0', file: 'mem:64k' }, 0), new MemoryDisk(65536, false), 0);
}
