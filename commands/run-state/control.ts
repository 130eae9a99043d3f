import type { Handler } from '../../src/monitor/types.ts';

type ControlCommand = 'stop' | 'cont' | 'system_reset' | 'system_powerdown' | 'system_wakeup';

/** A handler for a command that is one QMP command without arguments and prints nothing. */
function control(command: ControlCommand): Handler {
  return async ctx => {
    await ctx.qmp.execute(command);
  };
}

export const stop = control('stop');
export const cont = control('cont');
export const systemReset = control('system_reset');
export const systemPowerdown = control('system_powerdown');
export const systemWakeup = control('system_wakeup');
