/** Debian's kernel drives our devices: network, disk, entropy, reboot and power-off. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasLinux, INITRD, unpackKernel } from '../support/linux.ts';
import { MODERN, TestVm } from '../support/vm.ts';

const BYTES = 50_000_000;
const DISK_BYTES = 16 << 20;
const PROMPT = 'guest# ';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(!hasLinux)("Debian's kernel on our devices", () => {
  const file = randomBytes(BYTES);
  let images: ReturnType<typeof unpackKernel>;
  let server: Server;
  let disk: string;
  let vm: TestVm;

  beforeAll(async () => {
    images = unpackKernel();
    disk = join(images.folder, 'disk.raw');
    server = createServer((_, response) => response.end(file));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => vm.close());
  afterAll(() => {
    server.close();
    images.remove();
  });

  async function boot(...more: string[]): Promise<void> {
    writeFileSync(disk, new Uint8Array(DISK_BYTES));
    vm = await TestVm.start([
      ...[
        '-M',
        'virt',
        '-m',
        '512M',
        '-kernel',
        images.kernel,
        '-initrd',
        INITRD,
        '-append',
        'console=ttyS0',
      ],
      ...['-drive', `if=none,id=d0,file=${disk},format=raw`, '-device', 'virtio-blk-device,drive=d0,id=blk0'],
      ...['-netdev', 'user,id=n0', '-device', 'virtio-net-device,netdev=n0,id=net0'],
      ...['-device', 'virtio-rng-device,id=rng0', '-device', 'virtio-balloon-device,id=bal0'],
      ...more,
    ]);
    await ready();
  }

  async function ready(): Promise<void> {
    await vm.console().expect('GUEST-READY', 200_000);
    await vm.console().expect(PROMPT, 20_000);
  }

  /** Runs a command in the guest's shell that must go well; resolves to what it prints. */
  async function sh(command: string): Promise<string> {
    vm.type(`${command}; echo done-$?\r`);
    const answer = await vm.console().expect('done-0\r\n', 250_000);
    await vm.console().expect(PROMPT, 20_000);
    return answer;
  }

  it.each([
    ['legacy', []],
    ['modern', MODERN],
  ])('moves data through %s virtio-mmio, across a reboot', async (_, options) => {
    await boot(...options);
    expect(await sh('ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0; ping -c 1 10.0.2.2')).toContain(
      '0% packet loss',
    );
    const { port } = server.address() as AddressInfo;
    expect(await sh(`wget -q -O - http://10.0.2.2:${port}/ | sha256sum`)).toContain(sha256(file));
    expect(await sh('dd if=/dev/hwrng bs=16 count=1 2>/dev/null | wc -c')).toContain('16');

    const written = await sh(
      'dd if=/dev/urandom of=/dev/vda bs=64k count=64 conv=fsync && sha256sum /dev/vda',
    );
    const digest = /([0-9a-f]{64}) {2}\/dev\/vda/.exec(written)?.[1];
    vm.type('reboot -f\r');
    await ready();
    expect(await sh('sha256sum /dev/vda')).toContain(digest);

    vm.type('poweroff -f\r');
    expect((await vm.ended).cause).toBe('guest-shutdown');
    expect(sha256(readFileSync(disk))).toBe(digest);
  });
});
