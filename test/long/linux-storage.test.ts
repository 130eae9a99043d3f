/** Debian's kernel on shared folders and SCSI drives. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasLinux, INITRD, unpackKernel } from '../support/linux.ts';
import { MODERN, TestVm } from '../support/vm.ts';

const PROMPT = 'guest# ';
const MEBIBYTE = 2 ** 20;

describe.skipIf(!hasLinux)("Debian's kernel", () => {
  let images: ReturnType<typeof unpackKernel>;
  let vm: TestVm;

  beforeAll(() => {
    images = unpackKernel();
  });
  afterEach(() => vm.close());
  afterAll(() => images.remove());

  async function boot(...more: string[]): Promise<void> {
    vm = await TestVm.start([
      ...['-m', '512M', '-kernel', images.kernel, '-initrd', INITRD, '-append', 'console=ttyS0'],
      ...more,
    ]);
    await vm.console().expect('GUEST-READY', 200_000);
    await vm.console().expect(PROMPT, 20_000);
  }

  /** Runs a command in the guest's shell that must go well; resolves to what it prints. */
  async function sh(command: string): Promise<string> {
    vm.type(`${command}; echo done-$?\r`);
    const answer = await vm.console().expect('done-0\r\n', 150_000);
    await vm.console().expect(PROMPT, 20_000);
    return answer;
  }

  it.each(['none', 'mapped-file'])('mounts a folder of the host, security model %s', async model => {
    const folder = join(images.folder, `share-${model}`);
    const secret = join(images.folder, 'secret');
    const given = randomBytes(3 * MEBIBYTE + 17);
    mkdirSync(folder);
    writeFileSync(secret, 'not for the guest');
    writeFileSync(join(folder, 'given'), given);
    if (model === 'none') symlinkSync(secret, join(folder, 'out'));
    await boot('-virtfs', `local,path=${folder},mount_tag=host0,security_model=${model}`, ...MODERN);

    await sh('modprobe 9pnet_virtio; modprobe 9p; mkdir -p /mnt');
    await sh('mount -t 9p -o trans=virtio,version=9p2000.L host0 /mnt');
    expect(await sh('ls -la /mnt')).toMatch(/ given\r\n/);
    await sh('cp /mnt/given /mnt/copy && cmp /mnt/given /mnt/copy && sync');
    expect(readFileSync(join(folder, 'copy'))).toEqual(given);
    await sh('dd if=/dev/urandom of=/tmp/random bs=64k count=20 && cp /tmp/random /mnt/taken && sync');
    await sh('cmp /tmp/random /mnt/taken');
    const digest = /[0-9a-f]{64}/.exec(await sh('sha256sum /tmp/random'))?.[0];
    expect(await sh(`sha256sum /mnt/taken`)).toContain(digest);
    expect(statSync(join(folder, 'taken')).size).toBe(20 * 65536);

    await sh(
      'mkdir -p /mnt/a/b && echo one > /mnt/a/b/file && mv /mnt/a/b/file /mnt/a/moved && rmdir /mnt/a/b',
    );
    await sh('echo two >> /mnt/a/moved && ln /mnt/a/moved /mnt/a/hard && ln -s moved /mnt/a/soft');
    expect(await sh('cat /mnt/a/soft; readlink /mnt/a/soft')).toContain('one\r\ntwo\r\nmoved\r\n');
    await sh('chmod 640 /mnt/a/moved && truncate -s 3 /mnt/a/hard && touch -d @1000000000 /mnt/a/hard');
    expect(await sh('stat -c "%a %s %Y %h" /mnt/a/moved')).toContain('640 3 1000000000 2\r\n');
    expect(readFileSync(join(folder, 'a/moved'), 'utf8')).toBe('one');
    await sh('i=0; while [ $i -lt 300 ]; do : > /mnt/a/name-$i; i=$((i+1)); done');
    expect(await sh('ls /mnt/a | wc -l')).toContain('303\r\n');
    expect(readdirSync(join(folder, 'a')).filter(name => name.startsWith('name-'))).toHaveLength(300);
    await sh('rm -r /mnt/a && df /mnt');
    expect(readdirSync(folder)).not.toContain('a');
    if (model === 'none') {
      // the link leads nowhere in the guest, and nothing but a link is what the guest can see of it
      expect(await sh('readlink /mnt/out; cat /mnt/out 2>&1 | cat')).toMatch(/secret[\s\S]*No such file/);
    } else {
      await sh('mknod /mnt/pipe p && chown 12:34 /mnt/pipe');
      expect(await sh('stat -c "%F %u:%g" /mnt/pipe')).toContain('fifo 12:34\r\n');
    }
    await sh('umount /mnt');
    expect(readFileSync(secret, 'utf8')).toBe('not for the guest');
  });

  it('uses a SCSI disk, one that is plugged in later, and one that grows', async () => {
    const disk = join(images.folder, 'disk.raw');
    writeFileSync(disk, new Uint8Array(8 * MEBIBYTE));
    await boot(
      ...['-device', 'virtio-scsi-device,id=s0', '-drive', `if=none,id=d0,file=${disk},format=raw`],
      ...['-device', 'scsi-hd,drive=d0,id=hd0,serial=first', ...MODERN],
    );
    await sh('modprobe virtio_scsi; modprobe sd_mod; until [ -b /dev/sda ]; do sleep 1; done');
    expect(await sh('cat /sys/block/sda/device/vendor /sys/block/sda/device/model')).toMatch(
      /QEMU *\r\nQEMU HARDDISK/,
    );
    await sh('dd if=/dev/urandom of=/dev/sda bs=64k count=128 conv=fsync');
    const digest = createHash('sha256').update(readFileSync(disk)).digest('hex');
    expect(await sh('sha256sum /dev/sda')).toContain(digest);
    expect(await sh('blkdiscard -z -o 1048576 -l 65536 /dev/sda || true; dmesg | tail -n 3')).not.toContain(
      'I/O error',
    );
    expect(await vm.hmp('info blockstats')).toMatch(/^d0: rd_bytes=[1-9]\d* wr_bytes=8388608 /);

    await vm.hmp('drive_add 0 if=none,id=d1,file=mem:4M,format=raw');
    await vm.hmp('device_add scsi-hd,drive=d1,id=hd1,lun=1,scsi-id=3');
    await sh('until [ -b /dev/sdb ]; do sleep 1; done');
    expect(
      await sh('cat /sys/block/sdb/size; dd if=/dev/sdb bs=512 count=1 2>/dev/null | head -n 1'),
    ).toContain('8192\r\nhmp scratch disk, sector 0\r\n');
    await vm.hmp('block_resize d1 6M');
    await sh('until [ "$(cat /sys/block/sdb/size)" = 12288 ]; do sleep 1; done');
    await vm.hmp('device_del hd1');
    await sh('while [ -b /dev/sdb ]; do sleep 1; done');

    vm.type('dd if=/dev/sda of=/dev/null bs=64k; echo all-$?\r');
    await vm.hmp('stop');
    expect(await vm.hmp('info virtio-queue-status /machine/peripheral/s0 2')).toMatch(/ inuse: +0\n/);
    await vm.hmp('cont');
    await vm.console().expect('all-0');
  });
});
