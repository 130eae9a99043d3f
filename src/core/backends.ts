import type { ByteStream, Host } from '../host/types.ts';
import { openDrives } from './block/drive.ts';
import { ChardevTable, openSerials } from './chardev/table.ts';
import { ConfigError, type MachineConfig, type OptionValues } from './config.ts';
import type { VirtioBackends } from './hw/virtio/factory.ts';
import { createRngBackend, type RngBackend } from './hw/virtio/rng-backend.ts';
import { createNetdevs } from './net/table.ts';

/** The host side of the devices: what -drive, -netdev, -chardev, -serial and -object make, before the board. */
export interface Backends extends VirtioBackends {
  readonly rngs: ReadonlyMap<string, RngBackend>;
  /** Back end of the board's serial port, if it has one. */
  readonly serial: ByteStream | undefined;
}

/** @throws ConfigError or QmpError naming the option that cannot be honoured */
export async function openBackends(config: MachineConfig, host: Host): Promise<Backends> {
  const chardevs = new ChardevTable(host);
  for (const options of config.chardevs) openChardev(chardevs, options);
  const serials = openSerials(chardevs, config.serials);
  return {
    drives: await openDrives(host, config.drives),
    nets: createNetdevs(config.netdevs),
    chardevs,
    serial: serials[0]?.stream,
    rngs: new Map(config.objects.map(options => [options['id'] ?? '', createRngBackend(options, host)])),
    balloon: { balloon: null },
    ramSize: config.ramSize,
  };
}

/** `-chardev vc,id=c0`, `-chardev file,id=c0,path=console.log`. */
function openChardev(chardevs: ChardevTable, { backend, id, path }: OptionValues): void {
  if (!id) throw new ConfigError("chardev: Parameter 'id' is missing");
  if (backend === 'file' && !path) throw new ConfigError(`chardev: ${id}: file: no filename given`);
  chardevs.open(id, backend === 'file' ? `file:${path}` : (backend ?? ''));
}
