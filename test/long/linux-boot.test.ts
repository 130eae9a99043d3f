/** Debian's kernel comes to its shell: firmware, harts and virtio-mmio of each kind, big RAM, trees and items of the user's. */
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

/** Firmware by name; what is not installed is left out. */
const FIRMWARE: readonly (readonly [string, string])[] = [
  ['our firmware', 'default'] as const,
  ['OpenSBI (fw_dynamic)', '/usr/share/qemu/opensbi-riscv64-generic-fw_dynamic.bin'] as const,
].filter(([, file]) => file === 'default' || existsSync(file));

const matrix = FIRMWARE.flatMap(([name, file]) =>
  [1, 2].flatMap(harts => [
    { name, file, harts, kind: 'legacy', options: [] },
    { name, file, harts, kind: 'modern', options: MODERN },
  ]),
);

describe.skipIf(!hasLinux)("Debian's kernel", () => {
  let images: ReturnType<typeof unpackKernel>;
  let vm: TestVm | undefined;
  beforeAll(() => {
    images = unpackKernel();
  });
  afterEach(() => vm?.close());
  afterAll(() => images.remove());

  async function boot(...options: string[]): Promise<string> {
    vm = await TestVm.start([
      ...['-M', 'virt', '-m', '512M', '-kernel', images.kernel, '-initrd', INITRD],
      ...['-append', 'console=ttyS0', '-device', 'virtio-rng-device', ...options],
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

  it.each(matrix)('boots with $name, $harts hart(s), $kind virtio-mmio', async ({ file, harts, options }) => {
    const printed = await boot('-bios', file, '-smp', String(harts), ...options);
    expect(printed).toMatch(/riscv: base ISA extensions acdfhim\b/);
    expect(printed).toMatch(new RegExp(`Brought up 1 node, ${harts} CPU`));
    // a program of the user's: floating-point registers survive switches between programs
    expect(await sh('awk "BEGIN { print 10 / 4, 1 / 3 }"')).toContain('2.5 0.333333');
    expect(await sh('dd if=/dev/hwrng bs=16 count=1 2>/dev/null | wc -c')).toContain('16');
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
