import { QmpError } from '../../qapi/errors.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { CommandHandlers } from './handlers.ts';

/** Run control: what stops, starts, resets and ends the machine. */
export function runStateHandlers(lifecycle: Lifecycle): CommandHandlers {
  const refuseWhileHeld = () => {
    if (lifecycle.held) throw new QmpError('There is a dump in process, please wait.');
  };
  return {
    'query-status': () => ({ running: lifecycle.state.running, status: lifecycle.state.current }),
    stop: async () => {
      refuseWhileHeld();
      lifecycle.stop('paused');
      await lifecycle.drained;
      return {};
    },
    cont: () => {
      refuseWhileHeld();
      lifecycle.resume();
      return {};
    },
    // Events come before the reply, as QEMU sends them.
    system_reset: async () => {
      lifecycle.requestReset('host-qmp-system-reset');
      await lifecycle.carriedOut();
      return {};
    },
    system_powerdown: () => {
      lifecycle.requestPowerdown();
      return {};
    },
    // No suspend-to-RAM on this board: the guest has nothing to be woken from.
    system_wakeup: () => {
      throw new QmpError('wake-up from suspend is not supported by this guest');
    },
    'inject-nmi': () => {
      throw new QmpError('machine does not provide NMIs');
    },
    quit: async () => {
      lifecycle.requestShutdown('host-qmp-quit');
      await lifecycle.carriedOut();
      return {};
    },
    'set-action': args => {
      Object.assign(lifecycle.actions, args);
      return {};
    },
    'watchdog-set-action': ({ action }) => {
      lifecycle.actions.watchdog = action;
      return {};
    },
  };
}
