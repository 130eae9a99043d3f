import { QmpError } from '../../qapi/errors.ts';
import { ConfigError, type MachineConfig, type MonitorConfig } from '../config.ts';
import { namingOption } from '../option-errors.ts';
import type { Chardev } from './chardev.ts';
import { parseLegacyChardev } from './legacy.ts';
import { parseChardev } from './options.ts';
import type { ChardevTable } from './table.ts';

export interface MonitorPort extends Pick<MonitorConfig, 'mode' | 'pretty'> {
  readonly chardev: Chardev;
}

export interface Ports {
  /** By number; null: there is no such port. */
  readonly serials: readonly (Chardev | null)[];
  readonly monitors: readonly MonitorPort[];
  /** Where the client of `-qtest` is. */
  readonly qtest: Chardev | null;
}

/** Opens what `-chardev`, `-qmp`, `-serial` and `-parallel` ask for; `say` hears of terminals. @throws ConfigError */
export async function openChardevs(
  table: ChardevTable,
  config: MachineConfig,
  say: (line: string) => void,
): Promise<Ports> {
  const monitors = await openMonitors(table, config);
  const serials = await openPorts(table, 'serial', config.serials);
  await openPorts(table, 'parallel', config.parallels);
  for (const { label, pseudoTerminal } of table.all()) {
    if (pseudoTerminal !== null) say(redirected(pseudoTerminal, label));
  }
  return { monitors, serials, qtest: await openQtest(table, config.qtest?.spec) };
}

/** QEMU's sentence, in which scripts find the name. */
function redirected(name: string, label: string): string {
  return `char device redirected to ${name} (label ${label})`;
}

/** Opens `-chardev` and what monitors have for themselves in their order, and then finds the monitors whose device that is. */
async function openMonitors(
  table: ChardevTable,
  { chardevs, monitors = [] }: MachineConfig,
): Promise<MonitorPort[]> {
  const opened = new Map<MonitorConfig, Chardev>();
  const open = async (config: MonitorConfig) => {
    const { spec, label = '', option } = config;
    opened.set(config, await openPort(table, { kind: 'qmp', spec, label, option }));
  };
  const own = monitors.filter(({ label }) => label !== undefined);
  for (const [index, text] of [...chardevs, null].entries()) {
    for (const config of own) if (config.chardevsBefore === index) await open(config);
    if (text !== null) await namingOption(`-chardev ${text}`, () => table.openRequest(parseChardev(text)));
  }
  for (const config of monitors) if (!opened.has(config)) await open(config);
  return monitors.map(config => ({
    mode: config.mode,
    pretty: config.pretty,
    chardev: opened.get(config)!,
  }));
}

/** Opens where the test program is. @throws ConfigError */
async function openQtest(table: ChardevTable, spec: string | undefined): Promise<Chardev | null> {
  if (spec === undefined) return null;
  const request = parseLegacyChardev('qtest', spec);
  if (!request) throw new ConfigError(`Failed to initialize device for qtest: "${spec}"`);
  await namingOption(`-qtest ${spec}`, () => table.openRequest(request));
  return occupy(table, 'qtest');
}

type PortKind = 'serial' | 'parallel' | 'qmp';

/** Opens serial0, ... @throws ConfigError */
async function openPorts(
  table: ChardevTable,
  kind: PortKind,
  specs: readonly string[],
): Promise<(Chardev | null)[]> {
  const ports: (Chardev | null)[] = [];
  for (const [index, spec] of specs.entries()) {
    if (spec === 'none') {
      ports.push(null);
      continue;
    }
    const port = await openPort(table, { kind, spec, label: `${kind}${index}` });
    port.frontendOpen = kind !== 'parallel'; // the board has no parallel port: nobody listens
    ports.push(port);
  }
  return ports;
}

interface WantedPort {
  readonly kind: PortKind;
  readonly spec: string;
  /** Its name, unless `spec` names a device that is there already. */
  readonly label: string;
  /** For messages. */
  readonly option?: string | undefined;
}

/** Opens a device, or takes the one that `chardev:ID` names. @throws ConfigError */
async function openPort(table: ChardevTable, { kind, spec, label, option }: WantedPort): Promise<Chardev> {
  const named = /^chardev:(.*)$/.exec(spec)?.[1];
  if (named !== undefined && kind !== 'qmp' && !table.get(named)) {
    const refusal = `could not connect ${kind} device to character backend '${spec}'`;
    throw new ConfigError(`-${kind} ${spec}: ${refusal}`);
  }
  if (named !== undefined) return occupy(table, named, option);
  await namingOption(option ?? `-${kind} ${spec}`, async () => {
    const request = parseLegacyChardev(label, spec);
    if (!request && kind === 'qmp') throw new QmpError(`'${spec}' is not a valid char driver`);
    if (!request) throw new QmpError(`could not connect ${kind} device to character backend '${spec}'`);
    await table.openRequest(request);
  });
  return occupy(table, label);
}

/** @throws ConfigError */
function occupy(table: ChardevTable, label: string, option?: string): Chardev {
  const port = table.take(label, option);
  port.inUse = port.frontendOpen = true;
  return port;
}
