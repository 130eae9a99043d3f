/**
 * Every command of our tables on an attached QEMU, against what QEMU's own monitor answers: two QEMUs of the same
 * command line, one driven by our session, the other by human-monitor-command. HMP_QEMU names the QEMUs to take.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completers, handlers } from '../../commands/index.ts';
import { needs } from '../../commands/needs.ts';
import { dial } from '../../src/cli/attach/dial.ts';
import { installRoot } from '../../src/cli/paths.ts';
import { loadTables } from '../../src/cli/tables.ts';
import { createSession, type Session } from '../../src/monitor/index.ts';
import type { SocketQmpClient } from '../../src/qmp/socket-client.ts';
import { MachineProgram, QEMUS, STOPPED } from '../support/programs.ts';
import { commandNames } from '../support/vm.ts';

/** Lines in order; FOLDER is each machine's own. */
const LINES = [
  ...[
    'info version',
    'info status',
    'info name',
    'info uuid',
    'info cpus',
    'info registers',
    'info registers -a',
  ],
  ...[
    'info registers 1',
    'info registers 7',
    'cpu 7',
    'x /2i $pc', // before anything has run
    'p $pc',
    'info mtree',
    'info mtree -f',
    'info qtree',
    'info pci',
  ],
  ...[
    'info roms',
    'info jit',
    'info qom-tree',
    'info qom-tree /machine/peripheral',
    'info mem',
    'info ramblock',
  ],
  ...['info memdev', 'info memory-devices', 'info memory_size_summary', 'info numa', 'info irq', 'info pic'],
  ...['info hotpluggable-cpus', 'info iothreads', 'info kvm', 'info accelerators', 'info sync-profile'],
  ...[
    'info replay',
    'info trace-events',
    'info dump',
    'info dirty_rate',
    'info vcpu_dirty_limit',
    'info stats vm',
  ],
  ...[
    'info capture',
    'info cryptodev',
    'info tpm',
    'info usb',
    'info usbhost',
    'info rocker x',
    'info rocker-ports x',
    'info rocker-of-dpa-flows x',
    'info rocker-of-dpa-groups x',
    'info vnc',
    'info migrate',
  ],
  ...['info vm-generation-id', 'info firmware-log', 'info migrate_capabilities', 'info migrate_parameters'],
  ...['info chardev', 'info block', 'info block -v', 'info block -n', 'info block d0', 'info block nosuch'],
  ...['info block-jobs', 'info snapshots', 'info network', 'info usernet', 'info balloon'],
  ...['info mice', 'info virtio', 'info virtio-status /machine/peripheral/net0', 'info virtio-status /nope'],
  ...[
    'info virtio-queue-status /machine/peripheral/rng0 0',
    'info virtio-queue-element /machine/peripheral/rng0 0',
  ],
  ...['info virtio-vhost-queue-status /machine/peripheral/net0 0', 'info spice', 'info nosuch'],
  ...[
    'cont',
    'stop',
    'system_reset',
    'c',
    's',
    'system_powerdown',
    'system_wakeup',
    'nmi',
    'watchdog_action pause',
  ],
  ...['watchdog_action nope', 'stop extra', 'cont /3', 'nosuch'],
  ...['x /4xw 0x80000000', 'x /2i 0x1000', 'xp /4xg 0x80000000', 'xp /3i 0x1000', 'print /x 3 + 4 * 2'],
  ...['print /c 65', 'gva2gpa 0x80000000', 'gpa2hva 0x10', 'gpa2hpa 0x10', 'sum 0x80000000 64', 'i /b 0'],
  ...[
    'o /b 0 1',
    'memsave 0x80000000 16 FOLDER/m',
    'pmemsave 0x80000000 16 FOLDER/m',
    'pmemsave 0 1 /nope/m',
  ],
  ...[
    'dumpdtb FOLDER/dtb',
    'dump-guest-memory FOLDER/core',
    'boot_set a',
    'gdbserver none',
    'exit_preconfig',
  ],
  ...['one-insn-per-tb on', 'singlestep on', 'singlestep off', 'symbols', 'log none', 'log nope', 'log help'],
  ...['logfile FOLDER/log', 'trace-event nope on', 'sync-profile', 'sync-profile on', 'sync-profile off'],
  ...['replay_break 3', 'replay_delete_break', 'replay_seek 3'],
  ...[
    'device_add virtio-rng-pci,id=h0,bus=rp0',
    'device_add virtio-rng-pci,id=h0,bus=rp0',
    'device_add nosuch',
  ],
  ...[
    'device_add virtio-rng-device,help',
    'device_add help',
    'device_add',
    'device_del h0',
    'device_del nope',
  ],
  ...[
    'chardev-add ringbuf,id=c9,size=64',
    'chardev-add nosuch,id=c8',
    'chardev-add help',
    'ringbuf_write c9 hello',
  ],
  ...[
    'ringbuf_read c9 3',
    'chardev-change c9 null',
    'chardev-send-break c9',
    'chardev-remove c9',
    'chardev-remove c9',
  ],
  ...[
    'netdev_add user,id=nn',
    'netdev_add user,id=nn',
    'netdev_add nosuch,id=n2',
    'netdev_add help',
    'netdev_del nn',
  ],
  ...['netdev_del nn', 'hostfwd_add n0 nonsense', 'hostfwd_remove n0 tcp:127.0.0.1:1', 'announce_self'],
  ...['set_link net0 off', 'set_link net0 on', 'set_link nope on'],
  ...[
    'object_add rng-random,id=rr',
    'object_add rng-random,id=rr',
    'object_add nosuch,id=x',
    'object_add help',
  ],
  ...[
    'object_del rr',
    'object_del rr',
    'qom-list',
    'qom-list /',
    'qom-list /machine/peripheral/rng0',
    'qom-list /nope',
  ],
  ...['qom-get /machine/peripheral/rng0 max-bytes', 'qom-get /machine/peripheral/rng0 nope'],
  ...[
    'qom-set /machine/peripheral/bal0 guest-stats-polling-interval 3',
    'qom-set /machine/peripheral/bal0 nope 3',
  ],
  ...['qom-set -j /machine/peripheral/bal0 guest-stats-polling-interval 0', 'balloon 100'],
  ...['migrate_set_parameter downtime-limit 500', 'migrate_set_parameter compress-level 2'],
  ...['migrate_set_parameter nope 2', 'info migrate_parameters', 'migrate_set_capability xbzrle on'],
  ...['migrate_set_capability nope on', 'info migrate_capabilities'],
  ...[
    'block_resize d0 2M',
    'block_resize nope 2M',
    'block_set_io_throttle d0 0 0 0 100 0 0',
    'info block d0',
  ],
  ...[
    'block_set_io_throttle d0 0 0 0 0 0 0',
    'eject cd',
    'eject d0',
    'eject nope',
    'change cd FOLDER/cd.raw raw',
  ],
  ...['info block cd', 'change cd /nope', 'eject -f cd', 'drive_del nope', 'commit all', 'commit nope'],
  ...['drive_add 0 if=none,id=dd,file=FOLDER/cd.raw,format=raw', 'drive_add 0 if=none,id=dd', 'drive_del dd'],
  ...['qemu-io d0 length', 'qemu-io nope length', 'qemu-io -d nope length', 'qemu-io d0', 'info qdm'],
  ...[
    'savevm a',
    'loadvm a',
    'delvm a',
    'sendkey a',
    'sendkey ctrl-alt-f1 10',
    'sendkey foo',
    'mouse_move 1 2',
  ],
  ...['mouse_button 1', 'mouse_set 9', 'screendump FOLDER/s.ppm', 'screendump FOLDER/s.ppm nope'],
  ...['block_stream nope', 'block_job_set_speed nope 1', 'block_job_cancel nope', 'block_job_complete nope'],
  ...[
    'block_job_pause nope',
    'block_job_resume nope',
    'stopcapture 9',
    'migrate_cancel',
    'migrate_continue setup',
  ],
  ...[
    'migrate_recover nope',
    'migrate_pause',
    'migrate_start_postcopy',
    'snapshot_delete_blkdev_internal nope x',
  ],
  ...['snapshot_blkdev nope FOLDER/x', 'drive_mirror nope FOLDER/x', 'drive_backup nope FOLDER/x'],
  ...['nbd_server_start nonsense', 'nbd_server_add nope', 'nbd_server_remove nope', 'closefd nope'],
  ...['set_password nope x', 'expire_password nope now', 'cancel_vcpu_dirty_limit', 'set_vcpu_dirty_limit 1'],
  ...['snapshot_blkdev_internal d0 x', 'nbd_server_stop', 'getfd', 'block_resize d0', 'i'],
];

/** Lines whose answers differ, and why: what ours must look like. */
const DIFFERENT: readonly (readonly [line: string, shape: RegExp])[] = [
  ['info history', /^0: '/], // lines typed here; QEMU keeps none for human-monitor-command
  ['info accel', /^Translation buffer state:\n/m], // the name came with 10.2; the figures are those of info jit
  ['info blockstats', /^d0: rd_bytes=0 .*\ncd: rd_bytes=/], // a table since 11.1
  ['cpu 1', /^$/], // each line of human-monitor-command begins with the first hart again
  ['info cpus', /^ {2}CPU #0: .*\n\* CPU #1: /],
  ['info registers', /^\nCPU#1\n/],
  ['cpu 0', /^$/],
  ['help', /^balloon target -- .*\n[\s\S]*^wavcapture .* \(remote\)$/m], // texts are ours, what is ours alone is there
  ['help info version', /^info version {2}-- .*\n$/],
  ['info', /^info spice .*\(remote\)$/m],
  ['clear', /^$/], // clears our screen
];

/** QEMU 11.1 dies of it, whoever asks. */
const DEADLY = 'info virtio-status /machine/peripheral/net0';

/** Not run: they end the machine, the session, or wait; and what needs more than a machine: a peer, sound, a display. */
const NOT_RUN = [
  ...[
    'quit',
    'detach',
    'wait',
    'migrate',
    'migrate_incoming',
    'x_colo_lost_heartbeat',
    'client_migrate_info',
  ],
  ...['wavcapture', 'pcie_aer_inject_error', 'calc_dirty_rate'],
];

const ARGS = [
  ...STOPPED,
  ...['-smp', '2', '-name', 'twin', '-serial', 'null', '-accel', 'tcg'],
  ...['-drive', 'if=none,id=d0,file=@/disk.raw,format=raw', '-device', 'virtio-blk-device,drive=d0,id=blk0'],
  ...['-drive', 'if=none,id=cd,media=cdrom', '-device', 'virtio-scsi-device', '-device', 'scsi-cd,drive=cd'],
  ...['-netdev', 'user,id=n0', '-device', 'virtio-net-device,netdev=n0,id=net0'],
  ...['-device', 'virtio-balloon-device,id=bal0', '-device', 'virtio-rng-device,id=rng0'],
  ...[
    '-device',
    'pcie-root-port,id=rp0',
    '-device',
    'virtio-gpu-device,id=gpu0',
    '-device',
    'virtio-mouse-device',
  ],
];

class Twin {
  readonly program: MachineProgram;
  qmp!: SocketQmpClient;

  constructor(qemu: string) {
    this.program = new MachineProgram(qemu, ARGS);
    for (const name of ['disk.raw', 'cd.raw']) {
      writeFileSync(join(this.program.folder, name), Buffer.alloc(1 << 20));
    }
  }

  async start(): Promise<void> {
    await this.program.start();
    this.qmp = await dial({ kind: 'unix', path: this.program.socket }, false);
  }

  /** Finds out whether QEMU survives a line, and ends it. */
  async diesOf(line: string): Promise<boolean> {
    await this.start();
    const asked = this.qmp.execute('human-monitor-command', { 'command-line': line });
    const died = await asked.then(
      () => false,
      () => true,
    );
    this.qmp.close();
    await this.program.dispose();
    return died;
  }

  line(text: string): string {
    return text.replaceAll('FOLDER', this.program.folder);
  }

  /** Without what no two processes share, such as the order of address spaces. */
  plain(text: string): string {
    const parts = text.replace(/FlatView #\d+/g, 'FlatView').split('\n\n');
    return (
      parts
        .sort()
        .join('\n\n')
        .replaceAll(this.program.folder, 'FOLDER')
        .replace(/thread_id=\d+/g, 'thread_id=N')
        .replace(/#block\d+/g, '#blockN')
        .replace(/idle_time_ns=\d+/g, 'idle_time_ns=N')
        .replace(/_total_time_ns=\d+/g, '_total_time_ns=N')
        .replace(/0x[0-9a-f]{12}\b|0x00007[0-9a-f]{11}\b/g, '0xHOST')
        .replace(/^( +m?(?:cycle|instret) +)[0-9a-f]+$/gm, '$1N')
        // as releases before 10 show BARs
        .replace(/(BAR\d: .*) at 0xf{16} .*/g, '$1 (not mapped)')
        .replace(/(BAR\d: .*)\.$/gm, '$1')
        .replace(/^info: dtb dumped to (.*)$/gm, "DTB dumped to '$1'")
        .replace(/^(TLB .*|TB .*|gen code size .*|cross page .*|direct jump .*)$/gm, line =>
          line.replace(/\d.*/, ''),
        )
    );
  }
}

describe.each(QEMUS)('an attached %s', qemu => {
  const ours = new Twin(qemu);
  const theirs = new Twin(qemu);
  let session: Session;
  let names: readonly string[];
  const run = new Set<string>();
  let dies = false;

  beforeAll(async () => {
    await Promise.all([ours.start(), theirs.start()]);
    dies = await new Twin(qemu).diesOf(DEADLY);
    const tables = await loadTables(installRoot(), []);
    session = createSession({ tables, handlers, completers, qmp: ours.qmp, attached: needs });
    names = commandNames(session); // before those of the server are added
  });
  afterAll(async () => {
    ours.qmp.close();
    theirs.qmp.close();
    await Promise.all([ours.program.dispose(), theirs.program.dispose()]);
  });

  const note = (line: string) => {
    const [first = '', second = ''] = line.split(/\s+/);
    const info = session.tables.sub.get('hmp_info_cmds')!.byName.get(second)?.name;
    const name =
      first === 'info' && info !== undefined ? `info ${info}` : session.tables.root.byName.get(first)?.name;
    run.add(name ?? first);
  };

  it.for(LINES)('%s: the same answer', async (line, context) => {
    note(line);
    if (line === DEADLY && dies) return context.skip('QEMU dies of it');
    const outcome = await session.run(ours.line(line));
    const reply = await theirs.qmp.execute('human-monitor-command', { 'command-line': theirs.line(line) });
    expect(ours.plain(outcome.text)).toBe(theirs.plain(reply.replaceAll('\r\n', '\n')));
  });

  it.each(DIFFERENT)('%s: an answer of our own', async (line, shape) => {
    note(line);
    const outcome = await session.run(line);
    expect(outcome).toMatchObject({ ok: true });
    expect(outcome.text).toMatch(shape);
  });

  it('has run every command of our tables', () => {
    expect(names.filter(name => !run.has(name) && !NOT_RUN.includes(name))).toEqual([]);
  });

  it('completes what the server has', async () => {
    const texts = async (line: string) => (await session.complete(line)).candidates.map(each => each.text);
    expect(await texts('snapshot_blkdev')).toEqual(['snapshot_blkdev', 'snapshot_blkdev_internal']);
    expect(await texts('info spi')).toEqual(['spice']);
    expect(await texts('device_del ')).toEqual(expect.arrayContaining(['net0', 'rng0']));
    expect(await texts('qom-list /machine/peripheral/n')).toEqual(['/machine/peripheral/net0']);
    expect(await texts('eject ')).toEqual(expect.arrayContaining(['cd', 'd0']));
  });

  it('ends the machine with quit', async () => {
    expect(await session.run('quit')).toMatchObject({ ok: true, text: '' });
    expect(await ours.program.exit).toBe(0);
  });
});
