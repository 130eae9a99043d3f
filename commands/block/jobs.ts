import type { Handler } from '../../src/monitor/types.ts';

interface StreamArgs {
  device: string;
  speed?: bigint;
  base?: string;
}

/** `block_stream device [speed [base]]` */
export const blockStream: Handler<StreamArgs> = async ({ qmp }, { device, speed, base }) => {
  await qmp.execute('block-stream', {
    device,
    ...(speed === undefined ? {} : { speed }),
    ...(base === undefined ? {} : { base }),
  });
};

/** `block_job_set_speed device speed` */
export const blockJobSetSpeed: Handler<{ device: string; speed: bigint }> = async ({ qmp }, args) => {
  await qmp.execute('block-job-set-speed', args);
};

/** `block_job_cancel [-f] device` */
export const blockJobCancel: Handler<{ force?: boolean; device: string }> = async ({ qmp }, args) => {
  await qmp.execute('block-job-cancel', { device: args.device, force: args.force ?? false });
};

/** `block_job_complete device` */
export const blockJobComplete: Handler<{ device: string }> = async ({ qmp }, { device }) => {
  await qmp.execute('block-job-complete', { device });
};

/** `block_job_pause device` */
export const blockJobPause: Handler<{ device: string }> = async ({ qmp }, { device }) => {
  await qmp.execute('block-job-pause', { device });
};

/** `block_job_resume device` */
export const blockJobResume: Handler<{ device: string }> = async ({ qmp }, { device }) => {
  await qmp.execute('block-job-resume', { device });
};
