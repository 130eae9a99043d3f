import { describe, expect, it } from 'vitest';
import { EventBus } from '../events.ts';
import type { Job } from './job.ts';
import { JobTable } from './job-table.ts';

const OPTIONS = { id: 'j', type: 'create', autoFinalize: true, autoDismiss: false, block: false } as const;

function start(options: Partial<Job['options']> = {}, work: (job: Job) => void | Promise<void> = () => {}) {
  const events = new EventBus(() => 0);
  const told: string[] = [];
  events.on(({ event, data }) => told.push('status' in data ? String(data.status) : event));
  const jobs = new JobTable(events);
  const job = jobs.start({ ...OPTIONS, ...options }, work);
  return { jobs, job, told, settled: () => new Promise(resolve => setImmediate(resolve)) };
}

describe('jobs', () => {
  it('go through their states to the end', async () => {
    const { jobs, job, told, settled } = start();
    await settled();
    expect(told).toEqual(['created', 'running', 'waiting', 'pending', 'concluded']);
    expect(job.info).toMatchObject({ status: 'concluded', 'current-progress': 1n });
    jobs.dismiss(job);
    expect(() => jobs.require('j')).toThrow('Job not found');
  });

  it('tell why they failed', async () => {
    const { job, told, settled } = start({}, () => Promise.reject(new Error('no luck')));
    await settled();
    expect(told).toEqual(['created', 'running', 'aborting', 'concluded']);
    expect(job.info.error).toBe('no luck');
  });

  it('wait for whoever wants to finalize them, and are forgotten by themselves', async () => {
    const { jobs, job, told, settled } = start({ autoFinalize: false, autoDismiss: true, block: true });
    await settled();
    expect(told.at(-1)).toBe('BLOCK_JOB_PENDING');
    expect(() => jobs.dismiss(job)).toThrow(
      "Job 'j' in state 'pending' cannot accept command verb 'dismiss'",
    );
    jobs.finalize(job);
    expect(told.slice(-3)).toEqual(['BLOCK_JOB_COMPLETED', 'concluded', 'null']);
    expect(() => jobs.requireBlock('j')).toThrow("Block job 'j' not found");
  });

  it('can be held up and given up', async () => {
    const { jobs, job, told, settled } = start({ block: true });
    jobs.pause(job);
    expect(() => jobs.pause(job)).toThrow('already paused');
    await settled();
    expect(job.status).toBe('paused');
    jobs.cancel(job);
    await settled();
    expect(told.slice(-3)).toEqual(['aborting', 'BLOCK_JOB_CANCELLED', 'concluded']);
    expect(job.info.error).toBe('Operation canceled');
  });

  it('go on where they were held up', async () => {
    const { jobs, job, settled } = start();
    expect(() => jobs.resume(job)).toThrow("Can't resume a job that was not paused");
    jobs.pause(job);
    jobs.resume(job);
    await settled();
    expect(job.status).toBe('concluded');
  });

  it('have names of their own', () => {
    const { jobs } = start();
    expect(() => jobs.start(OPTIONS, () => {})).toThrow("Job ID 'j' already in use");
    expect(() => jobs.start({ ...OPTIONS, id: '5' }, () => {})).toThrow("Invalid job ID '5'");
  });
});
