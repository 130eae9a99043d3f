import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../block/memory-disk.ts';
import { drivesWith } from '../block/testing/drives.ts';
import { EventBus } from '../events.ts';
import { FakeHost } from '../hw/virtio/testing/rig.ts';
import { JobTable } from '../jobs/job-table.ts';
import { blockJobHandlers } from './block-jobs.ts';

describe('block-stream', () => {
  const start = async (more: object) => {
    const events = new EventBus(() => 0);
    const told: string[] = [];
    events.on(({ event, data }) => told.push('status' in data ? String(data.status) : event));
    const host = new FakeHost();
    const jobs = new JobTable(events);
    const drives = drivesWith(host, new MemoryDisk(1 << 20, false));
    await blockJobHandlers({ jobs, drives, host })['block-stream']!({ device: 'd0', ...more });
    return { jobs, told };
  };

  it('answers when the job has done the nothing that there is to do', async () => {
    const { jobs, told } = await start({});
    expect(told).toEqual([
      ...['created', 'running', 'waiting', 'pending', 'BLOCK_JOB_COMPLETED', 'concluded', 'null'],
    ]);
    expect(jobs.all()).toEqual([]);
  });

  it('answers when the job waits to be finalized', async () => {
    const { jobs, told } = await start({ 'job-id': 'j1', 'auto-finalize': false });
    expect(told.slice(-2)).toEqual(['pending', 'BLOCK_JOB_PENDING']);
    expect(jobs.require('j1').info).toEqual({
      id: 'j1',
      type: 'stream',
      status: 'pending',
      'current-progress': 0n,
      'total-progress': 0n,
    });
  });
});
