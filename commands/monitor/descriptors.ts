import type { Handler } from '../../src/monitor/types.ts';

/** `getfd name` */
export const getfd: Handler<{ fdname: string }> = async ({ qmp }, args) => {
  await qmp.execute('getfd', args);
};

/** `closefd name` */
export const closefd: Handler<{ fdname: string }> = async ({ qmp }, args) => {
  await qmp.execute('closefd', args);
};
