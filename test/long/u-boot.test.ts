/** Debian's U-Boot on our board: behind our firmware, behind OpenSBI, and as the firmware itself. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TestVm } from '../support/vm.ts';

const FOLDER = '/usr/lib/u-boot';
const SUPERVISOR = join(FOLDER, 'qemu-riscv64_smode/uboot.elf');
const SUPERVISOR_RAW = join(FOLDER, 'qemu-riscv64_smode/u-boot.bin');
const MACHINE = join(FOLDER, 'qemu-riscv64/u-boot.bin');
const OPENSBI = '/usr/lib/riscv64-linux-gnu/opensbi/generic';
const PROMPT = '=> ';
const installed = [SUPERVISOR, SUPERVISOR_RAW, MACHINE, OPENSBI].every(path => existsSync(path));

if (!installed) console.warn('skipped: needs the packages u-boot-qemu and opensbi');

describe.skipIf(!installed)('U-Boot', () => {
  let vm: TestVm;
  let folder: string;
  afterEach(async () => {
    await vm.close();
    rmSync(folder, { recursive: true });
  });

  async function sh(command: string): Promise<string> {
    vm.type(`${command}\r`);
    await vm.console().expect(`${command}\r\n`);
    return vm.console().expect(PROMPT, 60_000);
  }

  it.each([
    ['with our firmware, ELF', ['-kernel', SUPERVISOR]],
    ['with our firmware, raw', ['-kernel', SUPERVISOR_RAW]],
    ['with OpenSBI fw_dynamic', ['-bios', join(OPENSBI, 'fw_dynamic.bin'), '-kernel', SUPERVISOR]],
    ['with OpenSBI fw_dynamic, ELF', ['-bios', join(OPENSBI, 'fw_dynamic.elf'), '-kernel', SUPERVISOR_RAW]],
    ['with OpenSBI fw_jump', ['-bios', join(OPENSBI, 'fw_jump.elf'), '-kernel', SUPERVISOR_RAW]],
    ['in M-mode', ['-bios', MACHINE]],
  ])('comes to its prompt %s, and reads our disk', async (_, options) => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-u-boot-'));
    const disk = join(folder, 'disk.raw');
    writeFileSync(disk, Buffer.alloc(1 << 20, 'sector of the disk, '));
    const drive = [
      '-drive',
      `if=none,id=d0,file=${disk},format=raw`,
      '-device',
      'virtio-blk-device,drive=d0',
    ];
    vm = await TestVm.start(['-M', 'virt', '-m', '256M', ...options, ...drive]);
    await vm.console().expect('Hit any key to stop autoboot', 120_000);
    vm.type(' ');
    await vm.console().expect(PROMPT, 60_000);
    expect(await sh('version')).toMatch(/U-Boot \d{4}\.\d\d/);
    expect(await sh('bdinfo')).toMatch(/DRAM bank +[\s\S]*0x0*80000000[\s\S]*0x0*10000000/);
    expect(await sh('virtio info')).toContain('VirtIO Block Device');
    expect(await sh('virtio read 0x84000000 0 1')).toContain('1 blocks read: OK');
    expect(await sh('md.b 0x84000000 10')).toContain('sector of the di');
  });
});
