/** Every command of the tables and every QMP command, on a machine with one device of each kind and a guest in it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findCommand } from '../src/monitor/command-line.ts';
import { LineReader } from '../src/monitor/line-reader.ts';
import type { EventName } from '../src/qapi/generated/types.ts';
import type { QmpObject, QmpValue } from '../src/qapi/value.ts';
import * as block from './support/block-lines.ts';
import * as debug from './support/debug-lines.ts';
import * as migration from './support/migration-lines.ts';
import { ALL_DEVICES, commandNames, GUEST, SCRATCH_DISK, TestVm } from './support/vm.ts';

const UUID = '550e8400-e29b-41d4-a716-446655440000';
const USER_NETWORK = ['-netdev', 'user,id=wan0'];
/** Where devices may come and go. */
const ROOT_PORT = ['-device', 'pcie-root-port,id=rp0'];
const DISPLAY = ['-device', 'virtio-gpu-device,id=gpu0', '-device', 'virtio-mouse-device,id=mouse0'];
const SECOND_HART = ['-smp', '2', '-name', 'covered', '-uuid', UUID];

/** Monitor commands that this machine can only refuse, and why. */
const REFUSED_COMMANDS = [
  ...debug.REFUSED_COMMANDS,
  ...block.REFUSED_COMMANDS,
  ...migration.REFUSED_COMMANDS,
  'detach', // the machine is part of the program
  'savevm', // raw images hold no snapshots
  'loadvm',
  'delvm',
  'info snapshots',
  'system_wakeup', // no suspend to RAM on this board
  'info virtio-vhost-queue-status', // no vhost back ends
];

/** The same of QMP. */
const REFUSED_REQUESTS = [
  ...debug.REFUSED_REQUESTS,
  ...block.REFUSED_REQUESTS,
  ...migration.REFUSED_REQUESTS,
  'qmp_capabilities', // the program's own connection needs no negotiation
  'system_wakeup',
  'inject-nmi', // no such line on this board
  'blockdev-remove-medium', // none of its devices has a tray
  'blockdev-insert-medium',
  'x-query-virtio-vhost-queue-status',
];

let vm: TestVm;
const warnings: string[] = [];
const keepWarning = ({ message }: Error) => void warnings.push(message);
const good = new Set<string>();
const refused = new Set<string>();

/** The entry that a line runs, as commandNames spells it. */
function entryOf(line: string): string {
  const reader = new LineReader(line);
  const entry = findCommand(vm.session.tables, reader, { preconfig: false })!;
  const isInfo = /^\s*info\s+\S/.test(line) && entry.subTable === undefined;
  return isInfo ? `info ${entry.name}` : entry.name;
}

async function run(line: string, expected: RegExp | string): Promise<void> {
  const text = await vm.hmp(line);
  if (typeof expected === 'string') expect(text).toBe(expected);
  else expect(text).toMatch(expected);
  good.add(entryOf(line));
}

beforeAll(async () => {
  process.on('warning', keepWarning);
  const devices = [...SCRATCH_DISK, ...ALL_DEVICES, ...USER_NETWORK, ...ROOT_PORT, ...DISPLAY];
  vm = await TestVm.start([...GUEST, ...devices, ...SECOND_HART]);
  await vm.boot();
});

afterAll(async () => {
  process.off('warning', keepWarning);
  await vm.close();
});

/** In order: the later lines see what the earlier ones did. An empty answer is written as ''. */
const LINES: readonly (readonly [line: string, answer: RegExp | string])[] = [
  ['help', /^balloon target -- .*\n[\s\S]*^info \[subcommand\] -- /m],
  ['? stop', 'stop|s  -- pause the guest\n'],
  ['help info virtio', /^info virtio {2}-- .+\n$/],
  ['info', /^info virtio-queue-element path queue \[index\] -- /m],
  ['clear', ''],
  ['info version', '10.2.2\n'],
  ['info status', 'VM status: running\n'],
  ['info name', 'covered\n'],
  ['info uuid', `${UUID}\n`],
  ['info history', /^0: 'help'\n1: '\? stop'\n/],
  ['info cpus', /^\* CPU #0: thread_id=\d+ model=rv64\n {2}CPU #1: thread_id=\d+ model=rv64\n$/],
  ['info registers', /^\nCPU#0\n V {6}= {3}0\n pc {7}[0-9a-f]{16}\n mhartid {2}0{16}\n[\s\S]* x28\/t3 /],
  [
    'info registers -a',
    /^\nCPU#0\n[\s\S]*\n\nCPU#1\n V {6}= {3}0\n pc {7}[0-9a-f]{16}\n mhartid {2}0{15}1\n/,
  ],
  ['info registers 1', /^\nCPU#1\n/],
  ['cpu 1', ''],
  ['info cpus', /^ {2}CPU #0: .*\n\* CPU #1: /],
  ['print /d $mhartid', '1\n'],
  ['cpu 0', ''],
  ['stop', ''],
  ['info status', 'VM status: paused\n'],
  ['info mtree', /^ {4}0000000080000000-0000000087ffffff \(prio 0, ram\): riscv_virt_board\.ram$/m],
  ['info mtree -f', /^FlatView #0\n[\s\S]*^ {2}0000000080000000-0000000087ffffff \(prio 0, ram\): /m],
  [
    'info mtree -f -d',
    /^ {2}Dispatch\n {4}Physical sections\n {6}#0 @0{16}\.\.f{16} \(noname\) \[unassigned\]\n/m,
  ],
  ['info mtree -o', /: riscv\.sifive\.plic owner:\{dev path=\/machine\/unattached\/device\[2\]\}$/m],
  ['info mtree -D', /^address-space: memory$/m],
  ['info roms', /^addr=0000000000001000 size=0x[0-9a-f]{6} mem=rom name="mrom\.reset"\n/],
  [
    'info qtree',
    /^bus: main-system-bus\n {2}type System\n[\s\S]*dev: virtio-blk-device, id "blk0"\n {8}drive = "d0"/,
  ],
  ['info qtree -b', /^ {6}type virtio-mmio-bus\n {6}dev: virtio-net-device, id "net0"$/m],
  ['info qom-tree', /^\/machine \(virt-machine\)\n[\s\S]*^ {4}\/rng0 \(virtio-rng-device\)$/m],
  [
    'info qom-tree /machine/peripheral',
    /^\/peripheral \(container\)\n {2}\/balloon0 \(virtio-balloon-device\)\n/,
  ],
  ['info pci', /^ {2}Bus {2}0, device {3}0, function 0:\n {4}Host bridge: PCI device 1b36:0008\n/],
  ['device_add virtio-rng-pci,id=hot0,bus=rp0', ''],
  ['device_del hot0', ''],
  ['info chardev', /^(?=[\s\S]*^con0: filename=vc$)(?=[\s\S]*^serial0: filename=vc$)/m],
  ['chardev-add help', /^Available chardev backend types: \n {2}ringbuf\n/],
  ['chardev-add ringbuf,id=log,size=64', ''],
  ['ringbuf_write log hello', ''],
  ['ringbuf_read log 3', 'hel\n'],
  ['chardev-change con0 null', ''],
  ['chardev-change con0 vc', ''],
  ['chardev-send-break serial0', ''],
  ['chardev-remove log', ''],
  [
    'info block',
    /^d0 \(#block\d+\): mem:64K \(raw\)\n {4}Attached to: {6}blk0\n {4}Cache mode: {7}writeback\n/,
  ],
  ['info block -v', /\nvirtual size: 64 KiB \(65536 bytes\)\n/],
  ['info block -n', /^#block\d+: mem:64K \(raw\)\n {4}Cache mode: {7}writeback\n/m],
  ['info block d0', /^d0 \(#block\d+\): mem:64K \(raw\)\n/],
  ['info block floppy0', '\nfloppy0: [not inserted]\n    Removable device: not locked, tray closed\n'],
  ['info blockstats', /^d0: rd_bytes=\d+ wr_bytes=0 [\s\S]*^floppy0: rd_bytes=0 .* idle_time_ns=0\n$/m],
  ['info block-jobs', 'No active jobs\n'],
  ['drive_add 0 if=none,id=d1,file=mem:1M,format=raw', 'OK\n'],
  ['change d1 mem:2M raw read-only', ''],
  ['info block d1', /^\nd1 \(#block\d+\): mem:2M \(raw, read-only\)\n/],
  ['change d1 mem:2M', /^WARNING: Image format was not specified for 'mem:2M' and probing guessed raw\.\n/],
  ['eject d1', ''],
  ['drive_del d1', ''],
  ['drive_add -n 0 driver=null-co,node-name=n0,size=1048576', ''],
  ['info block n0', /^n0: json:\{"driver": "null-co", "size": 1048576\} \(null-co\)\n/],
  ['drive_del n0', ''],
  ['block_resize d0 128K', ''],
  ['block_set_io_throttle d0 0 0 0 1000 0 0', ''],
  ['info block d0', /\n {4}I\/O throttling: {3}bps=0 .* iops=1000 .* group=d0\n$/],
  ['block_set_io_throttle d0 0 0 0 0 0 0', ''],
  ['drive_add 0 if=none,id=changed,file=mem:1M,format=raw,snapshot=on', 'OK\n'],
  ['commit all', ''],
  ['drive_del changed', ''],
  [
    'info network',
    /^hub 0\n \\ lan0: net0: index=0,type=nic,model=virtio-net-device,macaddr=52:54:00:12:34:56\nwan0: index=0,type=user,net=10\.0\.2\.0,restrict=off\n$/,
  ],
  ['hostfwd_add wan0 tcp:127.0.0.1:0-:22', ''],
  [
    'info usernet',
    /^Hub -1 \(wan0\):\n {2}Protocol\[State\] .*\n {2}TCP\[HOST_FORWARD\] +\d+ {7}127\.0\.0\.1 [ \d]{5} {7}10\.0\.2\.15 {4}22 {5}0 {5}0\n$/,
  ],
  ['object_add help', /^List of user creatable objects:\n {2}iothread\n {2}memory-backend-ram\n/],
  ['object_add rng-builtin,help', 'There are no options for rng-builtin.\n'],
  ['object_add rng-random,id=r9', ''],
  ['object_del r9', ''],
  ['netdev_add help', /^Available netdev backend types:\nsocket\n/],
  ['netdev_add socket,id=s0,listen=127.0.0.1:0', ''],
  ['netdev_del s0', ''],
  ['announce_self', ''],
  ['hostfwd_remove tcp:127.0.0.1:0', 'host forwarding rule for tcp:127.0.0.1:0 removed\n'],
  ['info balloon', 'balloon: actual=128\n'],
  ['info mice', '* Mouse #1: QEMU Virtio Mouse\n'],
  ['mouse_set 1', ''],
  ['mouse_move 1 2 -1', ''],
  ['mouse_button 1', ''],
  ['sendkey ctrl-alt-delete 20', ''],
  ['screendump /dev/null -f png gpu0 0', ''],
  [
    'info jit',
    /^Accelerator settings:\none-insn-per-tb: off\n\nTranslation buffer state:\ngen code size {7}\d+\/\d+\n/,
  ],
  ['info accel', /\nTB count {12}\d+\n[\s\S]*\nTLB full flushes {4}\d+\n/],
  [
    'info virtio',
    /^(?=[\s\S]*^\/machine\/peripheral\/blk0 \[virtio-blk\]$)[\s\S]*ser0 \[virtio-(serial|console)\]$/m,
  ],
  [
    'info virtio-status /machine/peripheral/rng0',
    / device_name: {13}virtio-rng \n[\s\S]* vm_running: {14}false\n/,
  ],
  ['info virtio-queue-status /machine/peripheral/blk0 0', / used_idx: {13}1\n[\s\S]* num: {10}64\n/],
  [
    'info virtio-queue-element /machine/peripheral/blk0 0 0',
    / descs:\n {8}addr 0x80[0-9a-f]+ len 1 \(write\),\n/,
  ],
  ['qom-list', '/\n'],
  ['qom-list /', /^type \(string\)\n[\s\S]*^machine \(child<virt-machine>\)$/m],
  ['qom-list /machine/peripheral', /^type \(string\)\n(?=[\s\S]*^rng0 \(child<virtio-rng-device>\)$)/m],
  ['qom-get /machine/peripheral/rng0 type', '"virtio-rng-device"\n'],
  ['qom-set /machine/peripheral/balloon0 guest-stats-polling-interval 7', ''],
  ['qom-get /machine/peripheral/balloon0 guest-stats-polling-interval', '7\n'],
  ['qom-set -j /machine/peripheral/balloon0 guest-stats-polling-interval 0', ''],
  ['qom-get /machine/peripheral/balloon0 guest-stats-polling-interval', '0\n'],
  ['x /4xw $sp', /^[0-9a-f]{16}: 0x[0-9a-f]{8} 0x[0-9a-f]{8} 0x[0-9a-f]{8} 0x[0-9a-f]{8}\n$/],
  ['x /3i $pc', /^(0x[0-9a-f]{8,16}: {2}[0-9a-f]{4,8} +\S.*\n){3}$/],
  ['xp /4i 0x1000', /^0x00001000: {2}00000297 {10}auipc {19}t0,0 {20}# 0x1000\n/],
  ['xp /2xg 0x80000000', /^0000000080000000: 0x[0-9a-f]{16} 0x[0-9a-f]{16}\n$/],
  ['print /x (1 + 2) * 8', '0x18\n'],
  ['p $satp & 0', '0\n'],
  ['gva2gpa $pc', /^gpa: 0x80[0-9a-f]{6}\n$/],
  ['gva2gpa 0x100000000000', 'Unmapped\n'],
  ['sum 0x80000000 4096', /^\d{5}\n$/],
  ...debug.LINES,
  ...block.LINES,
  ...migration.LINES,
  ['watchdog_action pause', ''],
  ['set_link net0 off', ''],
  ['set_link lan0 off', ''],
  ['info qdm', /^name "virtio-mmio", bus System, no-user$/m],
  ['device_add help', /^name "virtio-rng-device", bus virtio-bus/m],
  ['device_add virtio-rng-device,help', /^virtio-rng-device options:\n[\s\S]*^ {2}max-bytes=<uint64> /m],
  ['cont', ''],
  ['info status', 'VM status: running\n'],
  ['system_powerdown', ''],
  ['system_reset', ''],
  ['s', ''],
  ['c', ''],
];

const REFUSALS: readonly (readonly [line: string, message: string])[] = [
  ...debug.REFUSALS,
  ...block.REFUSALS,
  ...migration.REFUSALS,
  ['detach', "detach: the machine is part of this program and ends with it (see 'quit')\n"],
  ['system_wakeup', 'Error: wake-up from suspend is not supported by this guest\n'],
  ['device_add virtio-rng-device,id=r2', "Error: Bus 'virtio-mmio-bus.0' does not support hotplugging\n"],
  ['device_del rng0', "Error: Bus 'virtio-mmio-bus.6' does not support hotplugging\n"],
  [
    'info virtio-vhost-queue-status /machine/peripheral/net0 0',
    'Error: Error: vhost device has not started yet\n',
  ],
  ['mouse_set 2', "Error: Mouse at index '2' not found\n"],
  ['sendkey foo', 'invalid parameter: foo\n'],
  ['screendump /dev/null net0', 'Error: Device net0 (head 0) is not bound to a QemuConsole\n'],
  ['savevm a', "Error: Device 'd0' is writable but does not support snapshots\n"],
  ['loadvm a', "Error: Device 'd0' is writable but does not support snapshots\n"],
  ['delvm a', "Error: Device 'd0' is writable but does not support snapshots\n"],
  ['info snapshots', 'Error: no block device can store vmstate for snapshot\n'],
  ['eject d0', "Error: Device 'd0' is not removable\n"],
  ['eject nosuch', "Error: Device 'nosuch' not found\n"],
  ['change d0 mem:1M raw', "Error: Device 'd0' is not removable\n"],
  ['change floppy0 /nosuch', "Error: Could not open '/nosuch': No such file or directory\n"],
  ['change floppy0 mem:1M foo', "Error: Unknown driver 'foo'\n"],
  ['change floppy0 mem:1M raw foo', 'Error: invalid parameter value: foo\n'],
  ['block_resize nosuch 1M', "Error: Cannot find device='nosuch' nor node-name=''\n"],
  ['block_resize floppy0 1M', "Error: Device 'floppy0' has no medium\n"],
  ['drive_add 0 if=none,id=d0', "Duplicate ID 'd0' for drive\n"],
  ['drive_add 0 if=virtio,id=d9,file=mem:1M', "Can't hot-add drive to type 7\n"],
  ['drive_add 0 if=none,file=/nosuch', "Could not open '/nosuch': No such file or directory\n"],
  ['drive_add -n 0 driver=null-co', "'node-name' needs to be specified\n"],
  ['drive_del nosuch', "Device 'nosuch' not found\n"],
  ['commit d0', "'commit' error for 'd0': Operation not supported\n"],
  ['commit nosuch', "Device 'nosuch' not found\n"],
  ['commit floppy0', "Device 'floppy0' has no medium\n"],
  ['hostfwd_add foo', "Invalid host forwarding rule 'foo' (No : separators)\n"],
  ['hostfwd_add nx tcp::1-:2', "unrecognized netdev id 'nx'\n"],
  ['hostfwd_add lan0 tcp::1-:2', 'invalid device specified\n'],
  ['hostfwd_remove foo', 'invalid format\n'],
  [
    'chardev-add null,id=serial0',
    "Error: attempt to add duplicate property 'serial0' to object (type 'container')\n",
  ],
  ['chardev-add foo,id=c1', "Error: 'foo' is not a valid char driver name\n"],
  ['chardev-remove nope', "Error: Chardev 'nope' not found\n"],
  ['chardev-remove serial0', "Error: Chardev 'serial0' is busy\n"],
  ['chardev-change nope null', "Error: Chardev 'nope' does not exist\n"],
  ['chardev-send-break nope', "Error: Chardev 'nope' not found\n"],
  ['ringbuf_write serial0 x', 'Error: serial0 is not a ringbuf device\n'],
  ['ringbuf_read nope 1', "Error: Device 'nope' not found\n"],
  ['object_add foo,id=x', "Error: Parameter 'qom-type' does not accept value 'foo'\n"],
  ['object_del x', "Error: object 'x' not found\n"],
  ['object_del riscv_virt_board.ram', "Error: object 'riscv_virt_board.ram' is in use, can not be deleted\n"],
  ['netdev_add foo,id=x', "Error: Parameter 'type' does not accept value 'foo'\n"],
  ['netdev_add user', "Error: Parameter 'id' is missing\n"],
  ['netdev_add id=x', "Error: Parameter 'type' is missing\n"],
  ['netdev_add user,id=u1,foo=1', "Error: Invalid parameter 'foo'\n"],
  ['netdev_add user,id=wan0', "Error: Duplicate ID 'wan0' for netdev\n"],
  ['netdev_add socket,id=s0', 'Error: exactly one of listen=, connect=, mcast= or udp= is required\n'],
  ['netdev_add tap,id=t0', 'Error: could not configure /dev/net/tun: Operation not permitted\n'],
  ['netdev_del nope', "Error: Device 'nope' not found\n"],
  ['watchdog_action foo', 'Error: invalid parameter value: foo\n'],
  ['qom-set /machine/peripheral/rng0 nosuch 1', "Error: Property 'virtio-rng-device.nosuch' not found\n"],
];

describe('monitor commands', () => {
  it.each(LINES)('%s', run);

  it.each(REFUSALS)('%s: refused', async (line, message) => {
    expect(await vm.refusal(line)).toBe(message);
    refused.add(entryOf(line));
  });

  it('balloon', async () => {
    await vm.boot();
    const moved = vm.event('BALLOON_CHANGE');
    await run('balloon 96', '');
    await moved;
  });

  it('wait', async () => {
    const waiting = run('wait reset 20', /^RESET\b.*host-qmp-system-reset/);
    await vm.execute('system_reset');
    await waiting;
  });
});

/** QMP commands that no line above is built on, and those whose reply a line shows only in part. */
const REQUESTS: readonly (readonly [command: string, args: QmpObject, reply: unknown])[] = [
  ...debug.REQUESTS,
  ['query-commands', {}, expect.arrayContaining([{ name: 'query-commands' }, { name: 'x-query-virtio' }])],
  ['query-qmp-schema', {}, expect.arrayContaining([expect.objectContaining({ name: 'query-status' })])],
  ['query-version', {}, { qemu: { major: 10n, minor: 2n, micro: 2n }, package: expect.any(String) }],
  ['query-target', {}, { arch: 'riscv64' }],
  ['query-kvm', {}, { enabled: false, present: false }],
  [
    'query-cpu-definitions',
    {},
    expect.arrayContaining([{ name: 'rv64', typename: 'rv64-riscv-cpu', static: false, deprecated: false }]),
  ],
  [
    'query-cpu-model-expansion',
    { type: 'full', model: { name: 'rv64', props: { zba: false } } },
    { model: { name: 'rv64', props: expect.objectContaining({ zba: false, zbb: true, mmu: true }) } },
  ],
  ['query-iothreads', {}, []],
  ['x-accel-stats', {}, { 'human-readable-text': expect.stringContaining('\nTB count ') }],
  [
    'query-machines',
    {},
    [
      expect.objectContaining({ name: 'none', 'cpu-max': 1n }),
      expect.objectContaining({ name: 'virt', 'cpu-max': 512n }),
    ],
  ],
  ['query-blockstats', { 'query-nodes': true }, expect.arrayContaining([expect.any(Object)])],
  ['blockdev-add', { driver: 'null-co', 'node-name': 'n1', size: 4096n }, {}],
  ['blockdev-open-tray', { device: 'floppy0' }, {}],
  ['blockdev-close-tray', { device: 'floppy0' }, {}],
  ['query-memory-size-summary', {}, { 'base-memory': 128n << 20n }],
  ...block.REQUESTS,
  ...migration.REQUESTS,
  ['query-balloon', {}, { actual: expect.any(BigInt) }],
  [
    'query-cpus-fast',
    {},
    [expect.objectContaining({ 'cpu-index': 0n }), expect.objectContaining({ 'cpu-index': 1n })],
  ],
  ['set-action', { watchdog: 'reset', panic: 'pause' }, {}],
  [
    'qom-list-types',
    { implements: 'virtio-device' },
    expect.arrayContaining([expect.objectContaining({ name: 'virtio-rng-device' })]),
  ],
  [
    'qom-list-properties',
    { typename: 'virtio-rng-device' },
    expect.arrayContaining([expect.objectContaining({ name: 'max-bytes' })]),
  ],
  [
    'device-list-properties',
    { typename: 'virtio-blk-device' },
    expect.arrayContaining([expect.objectContaining({ name: 'drive' })]),
  ],
  ['chardev-add', { id: 'q0', backend: { type: 'memory', data: { size: 64n } } }, {}],
  ['ringbuf-write', { device: 'q0', data: 'aGVsbG8=', format: 'base64' }, {}],
  ['ringbuf-read', { device: 'q0', size: 100n, format: 'base64' }, 'aGVsbG8='],
  ['chardev-change', { id: 'q0', backend: { type: 'null', data: {} } }, {}],
  ['object-add', { 'qom-type': 'secret', id: 'q2', data: 'x' }, {}],
  ['object-del', { id: 'q2' }, {}],
  ['netdev_add', { type: 'hubport', id: 'q1', hubid: 3 }, {}],
  ['netdev_del', { id: 'q1' }, {}],
  ['query-rx-filter', { name: 'net0' }, [expect.objectContaining({ 'main-mac': '52:54:00:12:34:56' })]],
  ['announce-self', { initial: 50n, max: 100n, rounds: 1n, step: 10n }, {}],
  ['x-query-register', { name: 'mhartid', 'cpu-index': 1n }, { value: 1n }],
  ['human-monitor-command', { 'command-line': 'print 1 + 1' }, '0x2\r\n'],
  ['x-query-register-names', {}, expect.arrayContaining(['pc', 'sp', 'satp'])],
  [
    'x-query-vcpu-stats',
    {},
    [expect.objectContaining({ 'cpu-index': 0n }), expect.objectContaining({ 'cpu-index': 1n })],
  ],
  ['input-send-event', { events: [{ type: 'btn', data: { button: 'left', down: false } }] }, {}],
  ['x-read-memory', { address: 0x1000n, size: 4n, physical: true }, { data: 'lwIAAA==' }],
  ['x-translate', { address: 0x100000000000n }, {}],
];

const REQUEST_REFUSALS = [...block.REQUEST_REFUSALS, ...migration.REQUEST_REFUSALS];

describe('QMP commands', () => {
  beforeAll(async () => {
    // what calc_dirty_rate began takes a second; until then another request is refused for that alone
    await vi.waitUntil(async () => (await vm.qmp.execute('query-dirty-rate')).status !== 'measuring', 5000);
  });

  it.each(REQUESTS)('%s', async (command, args, reply) => {
    const answer = await vm.qmp.execute(command as 'query-target', args as Record<string, never>);
    expect(answer as unknown as QmpValue).toEqual(reply);
  });

  it.each(REQUEST_REFUSALS)('%s: refused', async (command, args, message) => {
    const answer = vm.qmp.execute(command as 'query-target', args as Record<string, never>);
    await expect(answer).rejects.toThrow(message);
  });

  it('media of a device without a tray: refused', async () => {
    const refused = "Device 'blk0' is not removable";
    await expect(vm.execute('blockdev-remove-medium', { id: 'blk0' })).rejects.toThrow(refused);
    const insert = vm.execute('blockdev-insert-medium', { id: 'blk0', 'node-name': 'n1' });
    await expect(insert).rejects.toThrow(refused);
    await vm.execute('blockdev-del', { 'node-name': 'n1' });
  });

  it('qmp_capabilities: refused', async () => {
    await expect(vm.execute('qmp_capabilities')).rejects.toThrow('negotiation is already complete');
  });

  it('inject-nmi: refused', async () => {
    await expect(vm.execute('inject-nmi')).rejects.toThrow('machine does not provide NMIs');
  });
});

describe('afterwards', () => {
  it('quits', async () => {
    const told = vm.event('SHUTDOWN');
    await run('quit', '');
    expect((await told).data).toEqual({ guest: false, reason: 'host-qmp-quit' });
    expect(await vm.ended).toEqual({ cause: 'host-qmp-quit', status: 0 });
  });

  it('has run every command of the tables', () => {
    const names = commandNames(vm.session);
    const expected = names.filter(name => !REFUSED_COMMANDS.includes(name));
    const missing = expected.filter(name => !good.has(name));
    expect(missing, 'no line above runs these with success').toEqual([]);
    expect(REFUSED_COMMANDS.filter(name => good.has(name) || !refused.has(name))).toEqual([]);
  });

  it('has executed every QMP command on offer', () => {
    const { offered, coverage } = vm;
    expect(coverage.unexecuted(offered), 'nothing above executes these').toEqual([]);
    const onlyRefused = coverage.neverSucceeded(offered);
    expect(onlyRefused.sort(), 'these were only refused').toEqual([...REFUSED_REQUESTS].sort());
  });

  it('has given Node nothing to warn of, which would show on stderr', () => {
    expect(warnings).toEqual([]);
  });

  it('has seen the events of what it did, each of its type', () => {
    const seen = new Set<EventName>(vm.eventNames());
    const wanted: EventName[] = ['STOP', 'RESUME', 'RESET', 'POWERDOWN', 'BALLOON_CHANGE', 'SHUTDOWN'];
    expect(wanted.filter(name => !seen.has(name))).toEqual([]);
  });
});
