/** Debian's kernel comes to its shell: firmware, harts and virtio transports of each kind, big RAM, trees and items of the user's. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasLinux, INITRD, unpackKernel } from '../support/linux.ts';
import { MODERN, TestVm } from '../support/vm.ts';

const DEBIAN_OPENSBI = '/usr/lib/riscv64-linux-gnu/opensbi/generic';
const READY = 'GUEST-READY';
const PROMPT = 'guest# ';
const PATIENCE = 250_000;
const DISK_BYTES = 4 << 20;

/** Firmware by name; what is not installed is left out. */
const FIRMWARE: readonly (readonly [string, string])[] = [
  ['our firmware', 'default'] as const,
  ['OpenSBI (fw_dynamic)', '/usr/share/qemu/opensbi-riscv64-generic-fw_dynamic.bin'] as const,
].filter(([, file]) => file === 'default' || existsSync(file));

/** Interrupts of devices and of other harts as messages alone. */
const MESSAGES = ['-M', 'aclint=on,aia=aplic-imsic'];

const matrix = FIRMWARE.flatMap(([name, file]) =>
  [1, 2].flatMap(harts => [
    { name, file, harts, kind: 'legacy virtio-mmio', on: 'device', options: [] },
    { name, file, harts, kind: 'modern virtio-mmio', on: 'device', options: MODERN },
    { name, file, harts, kind: 'virtio-pci', on: 'pci', options: [] },
    { name, file, harts, kind: 'virtio-mmio beside an ACLINT', on: 'device', options: ['-M', 'aclint=on'] },
    { name, file, harts, kind: 'virtio-mmio behind an APLIC', on: 'device', options: ['-M', 'aia=aplic'] },
    { name, file, harts, kind: 'virtio-pci with messages', on: 'pci', options: MESSAGES },
  ]),
);

describe.skipIf(!hasLinux)("Debian's kernel", () => {
  let images: ReturnType<typeof unpackKernel>;
  let disk: string;
  let vm: TestVm | undefined;
  beforeAll(() => {
    images = unpackKernel();
    disk = join(images.folder, 'disk.raw');
  });
  afterEach(() => vm?.close());
  afterAll(() => images.remove());

  async function boot(...options: string[]): Promise<string> {
    vm = await TestVm.start([
      ...['-M', 'virt', '-m', '512M', '-kernel', images.kernel, '-initrd', INITRD],
      ...['-append', 'console=ttyS0', ...options],
    ]);
    const printed = await vm.console().expect(READY, PATIENCE);
    await vm.console().expect(PROMPT);
    return printed;
  }

  /** What a command prints in the guest's shell. */
  async function sh(command: string): Promise<string> {
    vm!.type(`${command}; echo done-$?\r`);
    await vm!.console().expect('done-$?\r\n');
    return vm!.console().expect('done-0\r\n', PATIENCE);
  }

  /** A disk, a network and entropy on one transport. */
  const devices = (on: string) => [
    ...['-drive', `if=none,id=d0,format=raw,file=${disk}`, '-device', `virtio-blk-${on},drive=d0`],
    ...['-netdev', 'user,id=n0', '-device', `virtio-net-${on},netdev=n0`, '-device', `virtio-rng-${on}`],
  ];

  it.each(matrix)('boots with $name, $harts hart(s), $kind', async ({ file, harts, on, options }) => {
    const contents = randomBytes(DISK_BYTES);
    writeFileSync(disk, contents);
    const printed = await boot('-bios', file, '-smp', String(harts), ...devices(on), ...options);
    expect(printed).toMatch(/riscv: base ISA extensions acdfhim\b/);
    expect(printed).toMatch(new RegExp(`Brought up 1 node, ${harts} CPU`));
    // a program of the user's: floating-point registers survive switches between programs
    expect(await sh('awk "BEGIN { print 10 / 4, 1 / 3 }"')).toContain('2.5 0.333333');
    expect(await sh('dd if=/dev/hwrng bs=16 count=1 2>/dev/null | wc -c')).toContain('16');
    expect(await sh('sha256sum /dev/vda')).toContain(createHash('sha256').update(contents).digest('hex'));
    const network = 'ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0; ping -c 1 10.0.2.2';
    expect(await sh(network)).toContain(' 0% packet loss');
  });

  it('boots with 3 GiB of RAM, and uses all of it', async () => {
    await boot('-m', '3G', '-smp', '2');
    expect(Number(/MemTotal: +(\d+)/.exec(await sh('cat /proc/meminfo'))![1])).toBeGreaterThan(2.8 * 2 ** 20);
    // the upper part of RAM, through the page cache: a file and its copy
    const made = 'dd if=/dev/zero bs=1M count=64 2>/dev/null | tr "\\0" x >/tmp/a && cp /tmp/a /tmp/b';
    expect(
      await sh(`mount -t tmpfs -o size=90% t /tmp && ${made} && cmp /tmp/a /tmp/b && echo same`),
    ).toContain('same');
  });

  it('takes a packed kernel, a tree and firmware items of the user', async () => {
    const packed = join(images.folder, 'Image.gz');
    writeFileSync(packed, gzipSync(readFileSync(images.kernel), { level: 1 }));
    const tree = join(images.folder, 'board.dtb');
    vm = await TestVm.start(['-M', 'virt', '-m', '512M', '-S']);
    writeFileSync(tree, boardTree(vm));
    await vm.close();
    await boot('-kernel', packed, '-dtb', tree, '-fw_cfg', 'name=opt/test,string=a b');
    expect(await sh('cat /proc/cmdline; modprobe qemu_fw_cfg; ls /proc/device-tree/chosen')).toContain(
      'console=ttyS0',
    );
    expect(await sh('cat /sys/firmware/qemu_fw_cfg/by_name/opt/test/raw; echo')).toContain('a b');
  });

  const jump = join(DEBIAN_OPENSBI, 'fw_jump.bin');
  it.skipIf(!existsSync(jump))("boots with Debian's fw_jump", async () => {
    expect(await boot('-bios', jump)).toContain('OpenSBI v');
  });
});

/** The device tree that the board made for itself, as the guest would find it. */
function boardTree(vm: TestVm): Uint8Array {
  const { roms } = vm.machine.board.roms;
  return roms.find(({ name }) => name === 'fdt')!.contents();
}
