import { QmpError } from '../../qapi/errors.ts';
import type { MachineConfig } from '../config.ts';
import { namingOption } from '../option-errors.ts';
import type { Chardev } from './chardev.ts';
import { parseLegacyChardev } from './legacy.ts';
import { parseChardev } from './options.ts';
import type { ChardevTable } from './table.ts';

/** Opens what `-chardev`, `-parallel` and `-serial` ask for; resolves to the serial ports'. @throws ConfigError */
export async function openChardevs(table: ChardevTable, config: MachineConfig): Promise<Chardev[]> {
  for (const text of config.chardevs)
    await namingOption(`-chardev ${text}`, () => table.openRequest(parseChardev(text)));
  await openPorts(table, 'parallel', config.parallels);
  return openPorts(table, 'serial', config.serials);
}

/** Opens serial0, ... or takes the one that `chardev:ID` names. @throws ConfigError */
async function openPorts(
  table: ChardevTable,
  kind: 'serial' | 'parallel',
  specs: readonly string[],
): Promise<Chardev[]> {
  const ports: Chardev[] = [];
  for (const [index, spec] of specs.entries()) {
    const named = /^chardev:(.*)$/.exec(spec)?.[1];
    const label = named ?? `${kind}${index}`;
    if (named === undefined) await namingOption(`-${kind} ${spec}`, () => openPort(table, label, spec, kind));
    const port = table.take(label);
    port.inUse = true;
    port.frontendOpen = kind === 'serial'; // the board has no parallel port: nobody listens
    ports.push(port);
  }
  return ports;
}

async function openPort(table: ChardevTable, label: string, spec: string, kind: string): Promise<void> {
  const request = parseLegacyChardev(label, spec);
  if (!request) throw new QmpError(`could not connect ${kind} device to character backend '${spec}'`);
  await table.openRequest(request);
}
