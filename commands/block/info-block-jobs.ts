import { data, type Handler } from '../../src/monitor/types.ts';
import type { BlockJobInfo } from '../../src/qapi/generated/types.ts';

function formatJob(job: BlockJobInfo): string {
  const progress = `Completed ${job.offset} of ${job.len} bytes, speed limit ${job.speed} bytes/s`;
  return job.type === 'stream'
    ? `Streaming device ${job.device}: ${progress}\n`
    : `Type ${job.type}, device ${job.device}: ${progress}\n`;
}

/** `info block-jobs` */
export const infoBlockJobs: Handler = async ({ qmp }) => {
  const jobs = await qmp.execute('query-block-jobs');
  return data(jobs, jobs.length === 0 ? 'No active jobs\n' : jobs.map(formatJob).join(''));
};
