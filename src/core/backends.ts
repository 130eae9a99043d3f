import type { ByteStream, Host } from '../host/types.ts';
import { openDrives } from './block/drive.ts';
import { type FlashImage, loadFlash, planFlash } from './block/flash-image.ts';
import { ChardevTable, openSerials } from './chardev/table.ts';
import type { VirtualClock } from './clock.ts';
import { ConfigError, type MachineConfig, type OptionValues } from './config.ts';
import { FLASH_BANK_SIZE } from './hw/misc/pflash-cfi01.ts';
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
  /** By bank of the board's flash: what keeps its contents. */
  readonly flashes: readonly (FlashImage | null)[];
}

/** @throws ConfigError or QmpError naming the option that cannot be honoured */
export async function openBackends(
  config: MachineConfig,
  host: Host,
  clock: VirtualClock,
): Promise<Backends> {
  const chardevs = new ChardevTable(host);
  for (const options of config.chardevs) openChardev(chardevs, options);
  const serials = openSerials(chardevs, config.serials);
  const flash = planFlash(config);
  const drives = await openDrives(host, flash.drives);
  return {
    drives,
    flashes: await loadFlash(flash.banks, drives, FLASH_BANK_SIZE),
    chardevs,
    serial: serials[0]?.stream,
    rngs: new Map(config.objects.map(options => [options['id'] ?? '', createRngBackend(options, host)])),
    balloon: { balloon: null },
    ramSize: config.ramSize,
    nets: await openNets(config, host, clock), // last: nothing may fail once ports are open
  };
}

async function openNets({ netdevs }: MachineConfig, host: Host, clock: VirtualClock): Promise<NetTable> {
  const nets = createNetdevs(
    netdevs,
    (name, options) => new UserNetwork(name, parseUserNet(options), host, clock),
  );
  await openForwards(nets.userNetworks);
  return nets;
}

/** `-chardev vc,id=c0`, `-chardev file,id=c0,path=console.log`. */
function openChardev(chardevs: ChardevTable, { backend, id, path }: OptionValues): void {
  if (!id) throw new ConfigError("chardev: Parameter 'id' is missing");
  if (backend === 'file' && !path) throw new ConfigError(`chardev: ${id}: file: no filename given`);
  chardevs.open(id, backend === 'file' ? `file:${path}` : (backend ?? ''));
}
