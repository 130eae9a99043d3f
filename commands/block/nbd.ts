import type { Handler } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { SocketAddressLegacy } from '../../src/qapi/generated/types.ts';

/** `nbd_server_start [-a] [-w] host:port` */
export const nbdServerStart: Handler<{ all?: boolean; writable?: boolean; uri: string }> = async (
  { qmp },
  { all, writable, uri },
) => {
  if (writable && !all) throw new QmpError('-w only valid together with -a');
  await qmp.execute('nbd-server-start', { addr: socketAddress(uri) });
  if (!all) return;
  try {
    for (const { device, inserted } of await qmp.execute('query-block')) {
      if (inserted) await qmp.execute('nbd-server-add', { device, writable: writable ?? false });
    }
  } catch (error) {
    await qmp.execute('nbd-server-stop'); // all of them, or none
    throw error;
  }
};

/** `unix:PATH`, `HOST:PORT` or `tcp:HOST:PORT`. @throws QmpError */
function socketAddress(uri: string): SocketAddressLegacy {
  const path = /^unix:(.*)$/.exec(uri)?.[1];
  if (path !== undefined) return { type: 'unix', data: { path } };
  const [, host, port] = /^(?:tcp:)?(.*):([^:]+)$/.exec(uri) ?? [];
  if (host === undefined || port === undefined) throw new QmpError(`error parsing address '${uri}'`);
  return { type: 'inet', data: { host, port } };
}

/** `nbd_server_add [-w] device [name]` */
export const nbdServerAdd: Handler<{ writable?: boolean; device: string; name?: string }> = async (
  { qmp },
  { writable, device, name },
) => {
  await qmp.execute('nbd-server-add', {
    device,
    writable: writable ?? false,
    ...(name === undefined ? {} : { name }),
  });
};

/** `nbd_server_remove [-f] name` */
export const nbdServerRemove: Handler<{ force?: boolean; name: string }> = async (
  { qmp },
  { force, name },
) => {
  await qmp.execute('nbd-server-remove', { name, mode: force ? 'hard' : 'safe' });
};

/** `nbd_server_stop` */
export const nbdServerStop: Handler = async ({ qmp }) => {
  await qmp.execute('nbd-server-stop');
};
