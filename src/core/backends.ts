import type { ByteStream, Host } from '../host/types.ts';
import { openDrives } from './block/drive.ts';
import { openChardevs } from './chardev/ports.ts';
import { ChardevTable } from './chardev/table.ts';
import type { VirtualClock } from './clock.ts';
import type { MachineConfig } from './config.ts';
import type { VirtioBackends } from './hw/virtio/factory.ts';
import { createRngBackend, type RngBackend } from './hw/virtio/rng-backend.ts';
import { createNetdevs, type NetTable } from './net/table.ts';
import { openForwards } from './net/user/open-forwards.ts';
import { parseUserNet } from './net/user/options.ts';
import { UserNetwork } from './net/user/user-network.ts';

/** The host side of the devices: what -drive, -netdev, -chardev, -serial and -object make, before the board. */
export interface Backends extends VirtioBackends {
  readonly rngs: ReadonlyMap<string, RngBackend>;
  /** Back end of the board's serial port, if it has one. */
  readonly serial: ByteStream | undefined;
}

/** @throws ConfigError or QmpError naming the option that cannot be honoured */
export async function openBackends(
  config: MachineConfig,
  host: Host,
  clock: VirtualClock,
): Promise<Backends> {
  const rngs = new Map(config.objects.map(options => [options['id'] ?? '', createRngBackend(options, host)]));
  const drives = await openDrives(host, config.drives);
  const chardevs = new ChardevTable(host);
  try {
    const [serial] = await openChardevs(chardevs, config);
    const nets = await openNets(config, host, clock); // last: nothing may fail once ports are open
    return { drives, chardevs, serial, rngs, balloon: { balloon: null }, ramSize: config.ramSize, nets };
  } catch (error) {
    chardevs.close();
    throw error;
  }
}

async function openNets({ netdevs }: MachineConfig, host: Host, clock: VirtualClock): Promise<NetTable> {
  const nets = createNetdevs(
    netdevs,
    (name, options) => new UserNetwork(name, parseUserNet(options), host, clock),
  );
  await openForwards(nets.userNetworks);
  return nets;
}
