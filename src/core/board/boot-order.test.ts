import { afterEach, describe, expect, it } from 'vitest';
import { TestVm } from '../../../test/support/vm.ts';
import type { VirtBoard } from './virt.ts';

let vm: TestVm;
afterEach(() => vm.close());

/** What firmware reads after a reset. */
function bootOrder(): string {
  vm.machine.board.reset();
  const { items } = (vm.machine.board as VirtBoard).fwCfg;
  return Buffer.from(items.file('bootorder')!.data).toString();
}

const disk = (id: string) => ['-drive', `if=none,id=${id},file=mem:1M`];

describe('bootindex', () => {
  it('puts devices in the order that firmware is told', async () => {
    vm = await TestVm.start([
      ...['-S', '-M', 'virt', '-bios', 'none', '-nodefaults'],
      ...[...disk('d0'), ...disk('d1'), ...disk('d3'), '-drive', 'if=none,id=cd,media=cdrom'],
      ...['-netdev', 'hubport,id=n0,hubid=0', '-netdev', 'hubport,id=n1,hubid=1'],
      ...['-device', 'virtio-blk-device,drive=d0,bootindex=3'],
      ...['-device', 'virtio-blk-pci,drive=d1,bootindex=1,id=b1'],
      ...['-device', 'virtio-scsi-pci,id=s', '-device', 'scsi-cd,drive=cd,bootindex=2,bus=s.0'],
      ...['-device', 'virtio-net-device,netdev=n0,bootindex=0'],
      ...['-device', 'virtio-net-pci,netdev=n1,bootindex=9', '-device', 'virtio-scsi-device,id=s2'],
      ...['-device', 'scsi-hd,drive=d3,bus=s2.0,bootindex=5,lun=3,scsi-id=2'],
    ]);
    // QEMU's file for this command line
    const lines = [
      '/virtio-mmio@0000000010007000/ethernet-phy@0',
      '/pci@ffffffffffffffff/scsi@1/disk@0,0',
      '/pci@ffffffffffffffff/scsi@2/channel@0/disk@0,0',
      '/virtio-mmio@0000000010008000/disk@0,0',
      '/virtio-mmio@0000000010006000/channel@0/disk@2,3',
      '/pci@ffffffffffffffff/ethernet@3/ethernet-phy@0',
    ];
    expect(bootOrder()).toBe(`${lines.join('\n')}\0`);
    expect(await vm.hmp('qom-get /machine/peripheral/b1 bootindex')).toBe('1\n');
    await vm.hmp('qom-set /machine/peripheral/b1 bootindex 20');
    expect(bootOrder()).toBe(`${[lines[0], ...lines.slice(2), lines[1]].join('\n')}\0`);
    expect(await vm.refusal('qom-set /machine/peripheral/b1 bootindex 3')).toBe(
      'Error: The bootindex 3 has already been used\n',
    );
    expect(await vm.refusal('qom-set /machine/peripheral/b1 bootindex x')).toContain('bootindex');
    await vm.hmp('qom-set /machine/peripheral/b1 bootindex -1');
    expect(bootOrder()).not.toContain('scsi@1/');
  });

  it('goes through bridges, and tells firmware to stop there', async () => {
    vm = await TestVm.start([
      ...['-S', '-M', 'virt', '-bios', 'none', '-nodefaults', '-boot', 'strict=on', ...disk('d0')],
      ...['-device', 'pcie-root-port,id=rp,chassis=1'],
      ...['-device', 'virtio-blk-pci,drive=d0,bootindex=1,bus=rp'],
    ]);
    expect(bootOrder()).toBe('/pci@ffffffffffffffff/pci-bridge@1/scsi@0/disk@0,0\nHALT\0');
  });

  it('is what nothing else has', async () => {
    vm = await TestVm.start([
      ...['-S', '-M', 'virt', '-bios', 'none', '-nodefaults', '-device', 'pcie-root-port,id=rp'],
    ]);
    expect(bootOrder()).toBe('');
    expect(await vm.refusal('device_add virtio-rng-pci,bus=rp,bootindex=1')).toContain(
      "Property 'virtio-rng-pci.bootindex' not found",
    );
    expect(await vm.hmp('device_add virtio-blk-device,help')).toContain('  bootindex=<int32>\n');
  });
});
