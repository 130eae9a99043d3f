/** Debian's kernel drives our devices over PCI: on the root bus by both interfaces, and behind a root port. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasLinux, INITRD, unpackKernel } from '../support/linux.ts';
import { TestVm } from '../support/vm.ts';

const DISK_BYTES = 16 << 20;
const PROMPT = 'guest# ';
const ROOT_PORTS = ['1', '2', '3', '4'].flatMap(n => ['-device', `pcie-root-port,id=rp${n},chassis=${n}`]);

/** Options of the functions, and where each goes. */
const SETTINGS: readonly (readonly [name: string, more: readonly string[], suffix: (n: number) => string])[] =
  [
    ['legacy', [], () => ',disable-modern=on'],
    ['transitional', [], () => ''],
    ['modern, behind root ports', ROOT_PORTS, n => `,bus=rp${n}`],
  ];

describe.skipIf(!hasLinux)("Debian's kernel on our PCI devices", () => {
  let images: ReturnType<typeof unpackKernel>;
  let disk: string;
  let vm: TestVm;

  beforeAll(() => {
    images = unpackKernel();
    disk = join(images.folder, 'disk.raw');
  });
  afterEach(() => vm.close());
  afterAll(() => images.remove());

  async function boot(more: readonly string[], suffix: (n: number) => string): Promise<void> {
    const kernel = ['-kernel', images.kernel, '-initrd', INITRD, '-append', 'console=ttyS0'];
    vm = await TestVm.start([
      ...['-M', 'virt', '-m', '512M', ...kernel, ...more],
      ...['-drive', `if=none,id=d0,file=${disk},format=raw`],
      ...['-device', `virtio-blk-pci,drive=d0,id=blk0${suffix(1)}`],
      ...['-netdev', 'user,id=n0', '-device', `virtio-net-pci,netdev=n0,id=net0${suffix(2)}`],
      ...['-device', `virtio-rng-pci,id=rng0${suffix(3)}`],
      ...['-device', `virtio-balloon-pci,id=bal0${suffix(4)}`],
    ]);
    await vm.console().expect('GUEST-READY', 300_000);
    await vm.console().expect(PROMPT, 60_000);
  }

  /** Runs a command in the guest's shell that must go well; resolves to what it prints. */
  async function sh(command: string): Promise<string> {
    vm.type(`${command}; echo done-$?\r`);
    const answer = await vm.console().expect('done-0\r\n', 250_000);
    await vm.console().expect(PROMPT, 20_000);
    return answer;
  }

  it.each(SETTINGS)('%s', async (_, more, suffix) => {
    const contents = randomBytes(DISK_BYTES);
    writeFileSync(disk, contents);
    await boot(more, suffix);
    expect(await sh('cat /sys/bus/pci/devices/*/vendor')).toMatch(/0x1b36[\s\S]*(0x1af4\s+){4}/);
    const network = 'ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0; ping -c 1 10.0.2.2';
    expect(await sh(network)).toContain('0% packet loss');
    expect(await sh('dd if=/dev/hwrng bs=16 count=1 2>/dev/null | wc -c')).toContain('16');
    await sh('dd if=/dev/vda of=/dev/vda bs=64k count=64 seek=64 conv=fsync,notrunc');
    expect(await vm.hmp('info pci')).toMatch(/ BAR1: 32 bit memory at 0x4[0-9a-f]{7} /);
    const moved = vm.event('BALLOON_CHANGE');
    await vm.hmp('balloon 448');
    await moved;
    vm.type('poweroff -f\r');
    expect((await vm.ended).cause).toBe('guest-shutdown');
    const half = 64 * 65536;
    expect(
      readFileSync(disk)
        .subarray(half, 2 * half)
        .equals(contents.subarray(0, half)),
    ).toBe(true);
  });
});
