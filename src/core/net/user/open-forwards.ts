import { QmpError } from '../../../qapi/errors.ts';
import { ConfigError } from '../../config.ts';
import type { UserNetwork } from './user-network.ts';

/** Opens the ports of `hostfwd=`; if one cannot be had, none is. @throws ConfigError */
export async function openForwards(networks: readonly UserNetwork[]): Promise<void> {
  try {
    for (const net of networks) for (const rule of net.config.forwards) await net.forwards.add(rule);
  } catch (error) {
    for (const net of networks) net.close();
    throw error instanceof QmpError ? new ConfigError(error.message) : error;
  }
}
