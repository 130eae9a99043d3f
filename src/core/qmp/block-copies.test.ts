import { describe, expect, it } from 'vitest';
import type { BlockFile } from '../../host/types.ts';
import { addBlockdev } from '../block/blockdev.ts';
import { DriveTable } from '../block/drive-table.ts';
import { ByteDisk, difference } from '../block/testing/byte-disk.ts';
import { EventBus } from '../events.ts';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { ExportTable } from '../nbd/export-table.ts';
import { blockHandlers } from './block.ts';

const CLUSTER = 65_536;
const SIZE = 40 * CLUSTER + 512;
const image = () => Uint8Array.from({ length: SIZE }, (_, n) => ((n >> 9) + 1) & 0xff);

/** A host with files in memory, whose callbacks come at once. */
class FilesHost extends FakeHost {
  readonly files = new Map<string, ByteDisk>();
  override async openBlockFile(path = ''): Promise<BlockFile> {
    const file = this.files.get(path);
    if (!file) throw new Error(`Could not open '${path}': No such file or directory`);
    return file;
  }
  override async createFile(path = '', size = 0): Promise<void> {
    if (path.startsWith('/no')) throw new Error('No such file or directory');
    this.files.set(path, new ByteDisk(new Uint8Array(size)));
  }
  override sleep(_ms: number, callback: () => void): () => void {
    const timer = setImmediate(callback);
    return () => clearImmediate(timer);
  }
}

async function setUp() {
  const host = new FilesHost();
  const [source, target] = [new ByteDisk(image()), new ByteDisk(new Uint8Array(SIZE))];
  host.files.set('s', source).set('t', target);
  const table = new DriveTable(host);
  const drive = await table.open(table.parse({ if: 'none', id: 'd', file: 's', format: 'raw' }));
  await addBlockdev(table.graph, { driver: 'file', filename: 't', 'node-name': 't' });
  const events = new EventBus(() => 0);
  const told: string[] = [];
  const waiting: { event: string; done: () => void }[] = [];
  events.on(({ event, data }) => {
    const name = 'status' in data ? String(data.status) : event;
    told.push(name);
    for (const each of waiting) if (each.event === name) each.done();
  });
  const handlers = blockHandlers(table, events, host, {
    exports: new ExportTable(host, events),
    hasIoThread: () => false,
    driveOf: name => table.ofDevice(name)!,
  }) as Record<string, (args: object) => unknown>;
  return {
    host,
    source,
    target,
    table,
    drive,
    told,
    call: async (command: string, args: object = {}) => handlers[command]!(args),
    until: (event: string) =>
      told.includes(event) ? undefined : new Promise<void>(done => waiting.push({ event, done })),
  };
}

const FULL = { device: 'd', target: 't', sync: 'full' };

describe('blockdev-backup', () => {
  it('copies what was there when it began, whatever is written meanwhile', async () => {
    const { call, target, drive, until, told, source } = await setUp();
    await call('blockdev-backup', FULL);
    for (const at of [SIZE - 512, 3 * CLUSTER + 7, 20 * CLUSTER - 5, 512]) {
      await drive.write(at, new Uint8Array(512).fill(0xee).subarray(0, SIZE - at));
    }
    await until('null');
    expect(difference(target.bytes, image())).toBe(-1);
    expect(difference(source.bytes, image())).toBe(512);
    const states = ['created', 'running', 'paused', 'running', 'waiting', 'pending'];
    expect(told).toEqual([...states, 'BLOCK_JOB_COMPLETED', 'concluded', 'null']);
  });

  it('with sync=none keeps what is overwritten, until it is cancelled', async () => {
    const { call, target, drive, told } = await setUp();
    await call('blockdev-backup', { ...FULL, sync: 'none' });
    await drive.write(CLUSTER + 5, Uint8Array.of(9));
    expect(
      difference(target.bytes.subarray(CLUSTER, 2 * CLUSTER), image().subarray(CLUSTER, 2 * CLUSTER)),
    ).toBe(-1);
    expect(target.bytes[0]).toBe(0);
    expect(await call('query-block-jobs')).toMatchObject([
      { type: 'backup', offset: 65_536n, len: BigInt(SIZE) },
    ]);
    await expect(call('blockdev-backup', FULL)).rejects.toThrow(
      "Node 'd' is busy: block device is in use by block job: backup",
    );
    await expect(call('blockdev-del', { 'node-name': 't' })).rejects.toThrow("Node 't' is busy");
    await call('job-cancel', { id: 'd' });
    expect(told.slice(-4)).toEqual(['aborting', 'BLOCK_JOB_CANCELLED', 'concluded', 'null']);
    await drive.write(0, Uint8Array.of(9));
    expect(target.bytes[0]).toBe(0);
  });

  it('goes by a record of changes', async () => {
    const { call, target, drive, until, table } = await setUp();
    await call('block-dirty-bitmap-add', { node: 'd', name: 'x' });
    await drive.write(5 * CLUSTER, Uint8Array.of(7));
    await call('blockdev-backup', { ...FULL, sync: 'incremental', bitmap: 'x' });
    await drive.write(9 * CLUSTER, Uint8Array.of(8));
    await until('null');
    expect(target.bytes[5 * CLUSTER]).toBe(7);
    expect(target.bytes[9 * CLUSTER]).toBe(0);
    const bitmap = table.get('d')!.node!.bitmaps.get('x')!;
    expect([bitmap.next(0), bitmap.count, bitmap.busy]).toEqual([9, CLUSTER, false]);
  });

  it('that fails gives the record back', async () => {
    const { call, target, drive, until, table } = await setUp();
    await call('block-dirty-bitmap-add', { node: 'd', name: 'x' });
    await drive.write(5 * CLUSTER, Uint8Array.of(7));
    target.meet = operation => {
      if (operation === 'write') throw new Error('Input/output error');
    };
    await call('blockdev-backup', { ...FULL, sync: 'incremental', bitmap: 'x', 'auto-dismiss': false });
    await until('concluded');
    expect(table.get('d')!.node!.bitmaps.get('x')!.count).toBe(CLUSTER);
    expect(await call('query-jobs')).toMatchObject([{ status: 'concluded', error: 'Input/output error' }]);
  });

  it('waits for somebody to help when its policy says so', async () => {
    const { call, target, until, told } = await setUp();
    let full = true;
    target.meet = operation => {
      if (full && operation === 'write') throw new Error('No space left on device');
    };
    await call('blockdev-backup', { ...FULL, 'on-target-error': 'enospc' });
    await until('BLOCK_JOB_ERROR');
    expect(await call('query-block-jobs')).toMatchObject([{ status: 'paused', paused: true }]);
    full = false;
    await call('block-job-resume', { device: 'd' });
    await until('null');
    expect(told).toContain('BLOCK_JOB_COMPLETED');
    expect(difference(target.bytes, image())).toBe(-1);
  });

  it.each([
    ['Source and target cannot be the same', { target: 'd' }],
    ["must provide a valid bitmap name for 'bitmap' sync mode", { sync: 'bitmap' }],
    ["Bitmap 'x' could not be found", { bitmap: 'x' }],
    ['Cannot specify bitmap sync mode without a bitmap', { 'bitmap-mode': 'never' }],
    ['Compression is not supported for this drive ', { compress: true }],
    ["Parameter 'speed' expects a non-negative value", { speed: -1n }],
    ["Invalid job ID '5'", { 'job-id': '5' }],
    ['Required max-chunk (5) is less than backup cluster size (65536)', { 'x-perf': { 'max-chunk': 5n } }],
  ])('is refused: %s', async (message, args) => {
    const { call } = await setUp();
    await expect(call('blockdev-backup', { ...FULL, ...args })).rejects.toThrow(message);
    expect(await call('query-jobs')).toEqual([]);
  });
});

describe('drive-backup', () => {
  it('makes the file, and lets go of it', async () => {
    const { call, host, until, table } = await setUp();
    const nodes = table.graph.all().length;
    await call('drive-backup', { ...FULL, target: 'new', format: 'raw' });
    await until('null');
    await new Promise(resolve => setImmediate(resolve)); // it closes behind its last event
    expect(difference(host.files.get('new')!.bytes, image())).toBe(-1);
    expect(table.graph.all()).toHaveLength(nodes);
    await expect(call('drive-backup', { ...FULL, target: '/no/x' })).rejects.toThrow(
      "Could not create '/no/x'",
    );
    await expect(call('drive-backup', { ...FULL, target: 's' })).rejects.toThrow('open already');
    await expect(call('drive-backup', { ...FULL, format: 'foo' })).rejects.toThrow(
      "Unknown file format 'foo'",
    );
  });
});

describe('mirrors', () => {
  it.each(['background', 'write-blocking'])('follow the image, and take its place: %s', async mode => {
    const { call, target, source, drive, until, told } = await setUp();
    await call('blockdev-mirror', { ...FULL, 'copy-mode': mode });
    const writes = Array.from({ length: 30 }, (_, n) =>
      drive.write((n * 91_111) % (SIZE - 600), new Uint8Array(600).fill(n)),
    );
    await Promise.all(writes);
    await until('BLOCK_JOB_READY');
    await drive.write(7 * CLUSTER, Uint8Array.of(1, 2, 3));
    await call('block-job-complete', { device: 'd' });
    const late = drive.write(8 * CLUSTER, Uint8Array.of(4, 5, 6));
    await until('null');
    await late;
    expect(drive.nodeName).toBe('t');
    expect(target.bytes.subarray(7 * CLUSTER, 7 * CLUSTER + 3)).toEqual(Uint8Array.of(1, 2, 3));
    expect(target.bytes.subarray(8 * CLUSTER, 8 * CLUSTER + 3)).toEqual(Uint8Array.of(4, 5, 6));
    expect([-1, 8 * CLUSTER]).toContain(difference(source.bytes, target.bytes));
    expect(source.closed).toBe(true);
    const states = ['created', 'running', 'ready', 'BLOCK_JOB_READY', 'waiting', 'pending'];
    expect(told).toEqual([...states, 'BLOCK_JOB_COMPLETED', 'concluded', 'null']);
  });

  it('end without effect when they are cancelled', async () => {
    const { call, drive, target, source, until, told } = await setUp();
    await call('drive-mirror', { ...FULL, target: 'new', 'node-name': 'nn' });
    await until('BLOCK_JOB_READY');
    await drive.write(0, Uint8Array.of(9));
    await call('block-job-cancel', { device: 'd' });
    await until('null');
    expect(told).toContain('BLOCK_JOB_COMPLETED');
    expect(drive.nodeName).not.toBe('nn');
    expect([source.closed, target.bytes[0]]).toEqual([false, 0]);
    told.length = 0;
    await call('blockdev-mirror', FULL);
    await until('BLOCK_JOB_READY');
    await call('block-job-change', { id: 'd', type: 'mirror', 'copy-mode': 'write-blocking' });
    expect(await call('query-block-jobs')).toMatchObject([{ 'actively-synced': true, ready: true }]);
    await call('block-job-cancel', { device: 'd', force: true });
    await until('null');
    expect(told).toContain('BLOCK_JOB_CANCELLED');
  });

  it.each([
    ["Can't mirror node into itself", { target: 'd' }],
    ["Sync mode 'bitmap' not supported", { sync: 'bitmap' }],
    ["Parameter 'granularity' expects a value in range [512B, 64MB]", { granularity: 5 }],
    ["Invalid parameter 'buf-size'", { 'buf-size': -1n }],
    ["Failed to find node with node-name='zz'", { replaces: 'zz' }],
    ["Duplicate nodes with node-name='t'", { 'filter-node-name': 't' }],
  ])('are refused: %s', async (message, args) => {
    const { call } = await setUp();
    await expect(call('blockdev-mirror', { ...FULL, ...args })).rejects.toThrow(message);
  });
});

describe('backups in a transaction', () => {
  const backup = (data: object) => ({ type: 'blockdev-backup', data: { ...FULL, ...data } });

  it('do not begin if something else fails', async () => {
    const { call, told } = await setUp();
    const actions = [backup({ 'job-id': 'j' }), { type: 'abort', data: {} }];
    await expect(call('transaction', { actions })).rejects.toThrow('Transaction aborted using Abort action');
    expect(told).toEqual(['created', 'aborting', 'concluded', 'null']);
    await call('transaction', { actions: [backup({ 'job-id': 'j' })] });
  });

  it('share their fate when they are grouped', async () => {
    const { call, table, told } = await setUp();
    await addBlockdev(table.graph, { driver: 'null-co', size: 4n << 20n, 'node-name': 'n' });
    await addBlockdev(table.graph, { driver: 'null-co', size: 4n << 20n, 'node-name': 'm' });
    const endless = backup({ 'job-id': 'a', sync: 'none' });
    const short = backup({ 'job-id': 'b', device: 'n', target: 'm' });
    const properties = { 'completion-mode': 'grouped' };
    await call('transaction', { actions: [endless, short], properties });
    while (!told.includes('waiting')) await new Promise(resolve => setImmediate(resolve));
    await call('job-cancel', { id: 'a' });
    while (told.filter(name => name === 'null').length < 2)
      await new Promise(resolve => setImmediate(resolve));
    expect(told.filter(name => name === 'BLOCK_JOB_CANCELLED')).toHaveLength(2);
    expect(await call('query-jobs')).toEqual([]);
  });
});
