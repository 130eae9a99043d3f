import { describe, expect, it } from 'vitest';
import type { BlockDeviceStats } from '../../src/qapi/generated/types.ts';
import { shown, testContext } from '../test-support.ts';
import { driveAdd } from './drives.ts';
import { infoBlockJobs } from './info-block-jobs.ts';
import { infoBlockstats } from './info-blockstats.ts';
import { change, completeChange } from './media.ts';

describe('info blockstats', () => {
  it('shows a line a drive', async () => {
    const stats = { rd_bytes: 4096n, rd_operations: 1n, rd_total_time_ns: 100217n } as BlockDeviceStats;
    const ctx = testContext({ 'query-blockstats': () => [{ device: 'd0', stats }, { stats }] });
    expect(shown((await infoBlockstats(ctx, {})) ?? undefined)).toBe(
      'd0: rd_bytes=4096 wr_bytes=0 rd_operations=1 wr_operations=0 flush_operations=0 wr_total_time_ns=0 ' +
        'rd_total_time_ns=100217 flush_total_time_ns=0 rd_merged=0 wr_merged=0 idle_time_ns=0\n',
    );
  });
});

describe('info block-jobs', () => {
  it('shows what jobs there are', async () => {
    const job = {
      device: 'j0',
      len: 10n,
      offset: 5n,
      busy: false,
      paused: false,
      speed: 0n,
      'io-status': 'ok',
      ready: false,
      status: 'running',
      'auto-finalize': true,
      'auto-dismiss': true,
    } as const;
    const jobs = [{ ...job, type: 'stream' } as const, { ...job, type: 'backup' } as const];
    const answer = await infoBlockJobs(testContext({ 'query-block-jobs': () => jobs }), {});
    expect(shown(answer ?? undefined)).toBe(
      'Streaming device j0: Completed 5 of 10 bytes, speed limit 0 bytes/s\n' +
        'Type backup, device j0: Completed 5 of 10 bytes, speed limit 0 bytes/s\n',
    );
  });
});

describe('change', () => {
  it('passes on what it was told', async () => {
    const ctx = testContext({ 'blockdev-change-medium': () => ({}) });
    const args = { device: 'cd0', target: 'a.iso', arg: 'raw', 'read-only-mode': 'read-only' };
    expect(await change(ctx, { ...args, force: true })).toBeUndefined();
    const { device, target: filename, arg: format } = args;
    expect(ctx.asked[0]!.args).toEqual({
      device,
      filename,
      format,
      force: true,
      'read-only-mode': 'read-only',
    });
    await expect(change(ctx, { ...args, 'read-only-mode': 'x' })).rejects.toThrow(
      'Error: invalid parameter value: x',
    );
  });

  it('completes formats and modes', async () => {
    const asked = { words: [], prefix: '', ...testContext() };
    expect(await completeChange({ ...asked, index: 3 })).toEqual(['raw']);
    expect(await completeChange({ ...asked, index: 4 })).toContain('read-write');
    expect(await completeChange({ ...asked, index: 1 })).toEqual([]);
  });
});

describe('drive_add', () => {
  it('makes drives and nodes', async () => {
    const ctx = testContext({ 'x-drive-add': () => ({}), 'blockdev-add': () => ({}) });
    const drive = await driveAdd(ctx, { pci_addr: '0', opts: 'if=none,file=a.raw' });
    expect(shown(drive)).toMatch(/^WARNING: Image format was not specified for 'a\.raw'[\s\S]*\nOK\n$/);
    const opts = 'driver=null-co,node-name=n,size=10,read-only=on';
    await driveAdd(ctx, { node: true, pci_addr: '0', opts });
    expect(ctx.asked.map(({ args }) => args)).toEqual([
      { options: { if: 'none', file: 'a.raw' } },
      { driver: 'null-co', 'node-name': 'n', size: 10n, 'read-only': true },
    ]);
  });
});
