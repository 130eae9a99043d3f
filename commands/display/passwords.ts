import type { Handler } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { DisplayProtocol, SetPasswordAction } from '../../src/qapi/generated/types.ts';

const PROTOCOLS: Readonly<Record<DisplayProtocol, true>> = { vnc: true, spice: true };
const ACTIONS: Readonly<Record<SetPasswordAction, true>> = { keep: true, fail: true, disconnect: true };

/** @throws QmpError */
function oneOf<T extends string>(table: Readonly<Record<T, true>>, word: string): T {
  if (Object.hasOwn(table, word)) return word as T;
  throw new QmpError(`invalid parameter value: ${word}`);
}

interface PasswordArgs {
  protocol: string;
  password: string;
  display?: string;
  connected?: string;
}

/** `set_password protocol password [-d display] [action-if-connected]` */
export const setPassword: Handler<PasswordArgs> = async ({ qmp }, args) => {
  const { password, display, connected = 'keep' } = args;
  const common = { password, connected: oneOf(ACTIONS, connected) };
  const protocol = oneOf(PROTOCOLS, args.protocol);
  await qmp.execute(
    'set_password',
    protocol === 'vnc'
      ? { ...common, protocol, ...(display === undefined ? {} : { display }) }
      : { ...common, protocol },
  );
};

/** `expire_password protocol time [-d display]` */
export const expirePassword: Handler<{ protocol: string; time: string; display?: string }> = async (
  { qmp },
  { time, display, ...args },
) => {
  const protocol = oneOf(PROTOCOLS, args.protocol);
  await qmp.execute(
    'expire_password',
    protocol === 'vnc'
      ? { protocol, time, ...(display === undefined ? {} : { display }) }
      : { protocol, time },
  );
};
