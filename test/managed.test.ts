/** The program as libvirt starts it: once to see what it can do, then with a machine whose monitor is an inherited socket. */
import { linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hmp } from './support/hmp.ts';
import { RunningHmp } from './support/programs.ts';
import { QmpConnection } from './support/qmp-connection.ts';
import { until } from './support/waiting.ts';

/** What is asked of the program whose machine is `none`, and what must be there for it to be of use. */
const PROBED: readonly (readonly [type: string, property: string])[] = [
  ['memory-backend-file', 'discard-data'],
  ['memory-backend-ram', 'share'],
  ['virtio-blk-pci', 'queue-size'],
  ['virtio-net-pci', 'host_mtu'],
  ['virtio-balloon-pci', 'free-page-reporting'],
  ['scsi-hd', 'wwn'],
];

const json = (value: object) => JSON.stringify(value);
const rootPort = (index: number) =>
  json({
    driver: 'pcie-root-port',
    port: 8 + index,
    chassis: index + 1,
    id: `pci.${index + 1}`,
    bus: 'pcie.0',
    addr: `0x1.0x${index}`,
    ...(index === 0 ? { multifunction: true } : {}),
  });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hmp-managed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a program that is probed', () => {
  it('goes into the background with a monitor, and knows its types', async () => {
    const [socket, pidFile] = [join(folder, 'qmp'), join(folder, 'pid')];
    const places = ['-qmp', `unix:${socket},server=on,wait=off`, '-pidfile', pidFile, '-daemonize'];
    const flags = ['-S', '-no-user-config', '-nodefaults', '-nographic', '-machine', 'none,accel=kvm:tcg'];
    expect(await hmp([...flags, ...places])).toMatchObject({ code: 0, stderr: '' });
    const monitor = await QmpConnection.open(socket);
    for (const [typename, property] of PROBED) {
      const { return: listed } = await monitor.request({
        execute: 'qom-list-properties',
        arguments: { typename },
      });
      expect(listed, typename).toContainEqual(expect.objectContaining({ name: property }));
    }
    const { return: types } = await monitor.request({ execute: 'qom-list-types' });
    expect(types).toContainEqual({ name: 'tcg-accel', parent: 'accel' });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    await monitor.request({ execute: 'quit' });
    await until(() => !isRunning(pid));
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a managed machine', () => {
  let server: Server;
  let program: RunningHmp;
  beforeEach(async () => {
    server = createServer();
    await new Promise<void>(resolve => server.listen(join(folder, 'own'), resolve));
    linkSync(join(folder, 'own'), join(folder, 'monitor')); // its own name goes when it is closed here
  });
  afterEach(async () => {
    await program.kill();
    server.close();
  });

  function start(disk: string): void {
    const devices = [
      ...[0, 1, 2, 3].map(rootPort),
      json({ driver: 'virtio-serial-pci', id: 'virtio-serial0', bus: 'pci.2', addr: '0x0' }),
      json({
        driver: 'virtio-blk-pci',
        bus: 'pci.3',
        addr: '0x0',
        drive: 'format',
        id: 'disk0',
        bootindex: 1,
      }),
      json({ driver: 'virtio-net-pci', netdev: 'hostnet0', id: 'net0', bus: 'pci.1', addr: '0x0' }),
      json({ driver: 'virtio-balloon-pci', id: 'balloon0', bus: 'pci.4', addr: '0x0' }),
    ].flatMap(device => ['-device', device]);
    const storage = { driver: 'file', filename: disk, 'node-name': 'storage', discard: 'unmap' };
    const format = { 'node-name': 'format', 'read-only': false, driver: 'raw', file: 'storage' };
    const ram = { 'qom-type': 'memory-backend-ram', id: 'riscv_virt_board.ram', size: 128 << 20 };
    const handle = (server as unknown as { _handle: { fd: number } })._handle.fd;
    program = new RunningHmp(
      [
        ...['-name', 'guest=t1', '-S', '-accel', 'tcg', '-m', '128', '-smp', '2,sockets=2,cores=1,threads=1'],
        ...['-machine', 'virt,usb=off,dump-guest-core=off,memory-backend=riscv_virt_board.ram'],
        ...['-object', json(ram), '-overcommit', 'mem-lock=off', '-no-user-config', '-nodefaults'],
        ...['-display', 'none', '-rtc', 'base=utc', '-no-shutdown', '-boot', 'strict=on'],
        ...['-chardev', 'socket,id=charmonitor,fd=3,server=on,wait=off'],
        ...['-mon', 'chardev=charmonitor,id=monitor,mode=control', '-msg', 'timestamp=on'],
        ...['-blockdev', json({ ...storage, 'auto-read-only': true }), '-blockdev', json(format)],
        ...['-netdev', json({ type: 'user', id: 'hostnet0' }), ...devices],
        ...['-audiodev', json({ id: 'audio1', driver: 'none' })],
      ],
      {},
      [handle],
    );
    server.close(); // the program has it now
  }

  it('has its devices, and takes what management changes', async () => {
    const disk = join(folder, 'disk.raw');
    writeFileSync(disk, new Uint8Array(1 << 20));
    start(disk);
    const monitor = await QmpConnection.open(join(folder, 'monitor'));
    const run = async (execute: string, args: object = {}) => {
      const reply = await monitor.request({ execute, arguments: args });
      expect(reply, execute).not.toHaveProperty('error');
      return reply['return'];
    };
    expect(await run('query-pci')).toHaveLength(1);
    expect(await run('query-block')).toMatchObject([{ qdev: '/machine/peripheral/disk0/virtio-backend' }]);
    await run('qom-set', {
      path: '/machine/peripheral/balloon0',
      property: 'guest-stats-polling-interval',
      value: 5,
    });
    expect(
      await run('qom-get', { path: '/machine/peripheral/balloon0', property: 'guest-stats' }),
    ).toHaveProperty('last-update', 0);
    const none = { bps: 0, bps_rd: 0, bps_wr: 0, iops_rd: 0, iops_wr: 0, bps_max: 0, iops_size: 0 };
    await run('block_set_io_throttle', {
      id: '/machine/peripheral/disk0/virtio-backend',
      ...none,
      iops: 1000,
      iops_max: 2000,
      group: 'drive-vda',
    });
    await run('cont');
    expect(await run('query-status')).toMatchObject({ status: 'running' });
    await run('quit');
    expect(await program.finished).toMatchObject({ code: 0 });
  });
});
