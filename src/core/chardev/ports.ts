import { QmpError } from '../../qapi/errors.ts';
import { ConfigError, type MachineConfig, type MonitorConfig } from '../config.ts';
import { namingOption } from '../option-errors.ts';
import type { Chardev } from './chardev.ts';
import { parseLegacyChardev } from './legacy.ts';
import { parseChardev } from './options.ts';
import type { ChardevTable } from './table.ts';

export interface Ports {
  readonly serials: readonly Chardev[];
  readonly monitors: readonly { readonly chardev: Chardev; readonly pretty: boolean }[];
}

/** Opens what `-chardev`, `-parallel`, `-qmp` and `-serial` ask for. @throws ConfigError */
export async function openChardevs(table: ChardevTable, config: MachineConfig): Promise<Ports> {
  for (const text of config.chardevs)
    await namingOption(`-chardev ${text}`, () => table.openRequest(parseChardev(text)));
  await openPorts(table, 'parallel', config.parallels);
  const monitors = await openMonitors(table, config.monitors ?? []);
  return { monitors, serials: await openPorts(table, 'serial', config.serials) };
}

async function openMonitors(
  table: ChardevTable,
  configs: readonly MonitorConfig[],
): Promise<Ports['monitors']> {
  const specs = configs.map(({ spec }) => spec);
  const chardevs = await openPorts(table, 'qmp', specs, 'compat_monitor');
  return chardevs.map((chardev, index) => ({ chardev, pretty: configs[index]!.pretty }));
}

/** Opens serial0, ... or takes the one that `chardev:ID` names. @throws ConfigError */
async function openPorts(
  table: ChardevTable,
  kind: 'serial' | 'parallel' | 'qmp',
  specs: readonly string[],
  stem: string = kind,
): Promise<Chardev[]> {
  const ports: Chardev[] = [];
  for (const [index, spec] of specs.entries()) {
    const named = /^chardev:(.*)$/.exec(spec)?.[1];
    const label = named ?? `${stem}${index}`;
    if (named !== undefined && kind !== 'qmp' && !table.get(named)) {
      throw new ConfigError(
        `-${kind} ${spec}: could not connect ${kind} device to character backend '${spec}'`,
      );
    }
    if (named === undefined) await namingOption(`-${kind} ${spec}`, () => openPort(table, label, spec, kind));
    const port = table.take(label);
    port.inUse = true;
    port.frontendOpen = kind !== 'parallel'; // the board has no parallel port: nobody listens
    ports.push(port);
  }
  return ports;
}

async function openPort(table: ChardevTable, label: string, spec: string, kind: string): Promise<void> {
  const request = parseLegacyChardev(label, spec);
  if (!request) throw new QmpError(`could not connect ${kind} device to character backend '${spec}'`);
  await table.openRequest(request);
}
