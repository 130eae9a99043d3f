import { QmpError } from '../../qapi/errors.ts';
import type { CommandHandlers } from './handlers.ts';

const NO_DISPLAY = 'Can not find vnc display';

/** Displays for clients elsewhere: there is none, and QEMU's commands say so. */
export function clientHandlers(): CommandHandlers {
  const refuse = (protocol: 'vnc' | 'spice', what: string): never => {
    if (protocol === 'spice') throw new QmpError('SPICE is not in use', 'DeviceNotActive');
    throw new QmpError(what);
  };
  return {
    set_password: ({ protocol, connected = 'keep' }) => {
      if (protocol === 'vnc' && connected !== 'keep') {
        throw new QmpError("parameter 'connected' must be 'keep' when 'protocol' is 'vnc'");
      }
      return refuse(protocol, 'Could not set password');
    },
    expire_password: ({ protocol }) => refuse(protocol, 'Could not set password expire time'),
    'change-vnc-password': () => refuse('vnc', 'Could not set password'),
    'display-reload': options => {
      if (options['tls-certs'] === true) throw new QmpError(NO_DISPLAY);
      return {};
    },
    'display-update': () => {
      throw new QmpError(NO_DISPLAY);
    },
    'query-display-options': () => ({ type: 'none' }),
    client_migrate_info: ({ protocol }) => {
      if (protocol !== 'spice') throw new QmpError("Parameter 'protocol' expects 'spice'");
      return refuse(protocol, '');
    },
  };
}
