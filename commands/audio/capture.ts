import { CommandError, type Handler } from '../../src/monitor/types.ts';

/** `wavcapture path audiodev [frequency [bits [channels]]]`: there are no audio back ends to record from */
export const wavcapture: Handler<{ audiodev: string }> = async (_ctx, { audiodev }) => {
  throw new CommandError(`audiodev '${audiodev}' not found`);
};

/** `stopcapture index`: QEMU says nothing about a recording that there is not */
export const stopcapture: Handler<{ n: bigint }> = async () => {};
