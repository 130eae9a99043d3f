import type { ByteStream, Host } from '../host/types.ts';
import { QmpError } from '../qapi/errors.ts';
import { impliedDiskDevices, openDrives } from './block/drive-table.ts';
import { type FlashImage, loadFlash, planFlash } from './block/flash-image.ts';
import { openChardevs, type Ports } from './chardev/ports.ts';
import { ChardevTable } from './chardev/table.ts';
import type { VirtualClock } from './clock.ts';
import { ConfigError, type MachineConfig, type OptionValues } from './config.ts';
import type { DeviceBackends } from './device-factory.ts';
import { Displays } from './display/console.ts';
import type { EventBus } from './events.ts';
import { FLASH_BANK_SIZE } from './hw/misc/pflash-cfi01.ts';
import { Input } from './input/input.ts';
import { ExportTable } from './nbd/export-table.ts';
import { addClient, addNetdev, type NetContext } from './net/create.ts';
import { type NetPlan, planNetwork } from './net/legacy.ts';
import { FIRST_MAC, NetTable } from './net/table.ts';
import { FsdevTable } from './ninep/fsdev.ts';
import { ObjectTable, parseObject } from './objects/table.ts';
import { namingOption } from './option-errors.ts';
import { readFile } from './read-file.ts';

/** Bytes of a file for `-device loader`; RAM is smaller. */
const LARGEST_LOADED = 2 ** 32;

/** The host side of the devices: what -drive, -netdev, -chardev, -serial and -object make, before the board. */
export interface Backends extends DeviceBackends {
  readonly objects: ObjectTable;
  /** Images that others can use. */
  readonly exports: ExportTable;
  /** Back end of the board's serial port, if it has one. */
  readonly serial: ByteStream | undefined;
  /** By bank of the board's flash: what keeps its contents. */
  readonly flashes: readonly (FlashImage | null)[];
  /** What further network back ends are made with. */
  readonly netContext: NetContext;
  /** Monitors on character devices, to be served. */
  readonly monitors: Ports['monitors'];
  readonly qtest: Ports['qtest'];
  /** -device options of the network cards that -nic and -net ask for. */
  readonly cards: readonly OptionValues[];
  /** Those of the disks that -drive asks for by itself. */
  readonly disks: readonly OptionValues[];
}

/** @throws ConfigError or QmpError naming the option that cannot be honoured */
export async function openBackends(
  config: MachineConfig,
  host: Host,
  clock: VirtualClock,
  events: EventBus,
): Promise<Backends> {
  const plan = planNetwork(config, () => twoDigits(host));
  const objects = new ObjectTable(host);
  const rngs = { get: (id: string) => objects.rng(id) };
  for (const text of config.objects) {
    await namingOption(`-object ${text}`, () => objects.add(parseObject(text)));
  }
  const flash = planFlash(config);
  const drives = await openDrives(host, flash.drives, config.defaultDrives, config.blockdevs);
  const exports = new ExportTable(host, events);
  drives.onMediumRemoved(node => exports.dropNode(node));
  const fsdevs = await FsdevTable.open(host, config.fsdevs, config.accelerator === 'qtest');
  const loaderFiles = await readLoaderFiles(host, config.devices);
  const chardevs = new ChardevTable(host);
  const flashes = await loadFlash(flash.banks, drives, FLASH_BANK_SIZE);
  try {
    const { serials, monitors, qtest } = await openChardevs(chardevs, config, line => host.say?.(line));
    const nets = new NetTable();
    const netContext = { table: nets, host, clock, events, chardevs };
    await openNets(netContext, plan); // last: nothing may fail once ports are open
    const { cards } = plan;
    const { ramSize } = config;
    return {
      drives,
      flashes,
      chardevs,
      fsdevs,
      serial: serials[0] ?? undefined,
      monitors,
      qtest,
      objects,
      exports,
      rngs,
      balloon: { balloon: null },
      input: new Input(clock),
      displays: new Displays(),
      ramSize,
      nets,
      netContext,
      cards,
      disks: impliedDiskDevices(flash.drives),
      loaderFiles,
    };
  } catch (error) {
    chardevs.close();
    throw error;
  }
}

/** Makes the network back ends; if one cannot be had, none is. @throws ConfigError */
async function openNets(context: NetContext, { named, unnamed, isDefault }: NetPlan): Promise<void> {
  const { table } = context;
  if (isDefault) table.reserveMac(FIRST_MAC);
  try {
    for (const netdev of unnamed) await addClient(context, netdev);
    for (const [option, netdev] of named) await namingOption(option, () => addNetdev(context, netdev));
  } catch (error) {
    table.close();
    throw error instanceof QmpError ? new ConfigError(error.message) : error;
  }
}

/** What `-device loader,file=` is to put into memory; files that cannot be read are left out. */
async function readLoaderFiles(
  host: Host,
  devices: readonly OptionValues[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const { driver, file } of devices) {
    if (driver !== 'loader' || file === undefined || files.has(file)) continue;
    const data = await readFile(host, file, LARGEST_LOADED).catch(() => undefined);
    if (data) files.set(file, data);
  }
  return files;
}

function twoDigits(host: Host): string {
  return String(host.entropy(1)[0]! % 100).padStart(2, '0');
}
