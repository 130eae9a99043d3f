import {
  type Candidate,
  type CommandContext,
  type CompletionRequest,
  type Result,
  text,
} from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';

const HELP_WORDS = ['help', '?'];

function isHelp(word: string): boolean {
  return HELP_WORDS.includes(word);
}

/** Plugs a device in. `help` or `?` lists the drivers instead, `DRIVER,help` the properties of one. */
export async function deviceAdd(
  ctx: CommandContext,
  args: { device: Record<string, string> },
): Promise<Result | undefined> {
  const { driver, ...properties } = args.device;
  const wantsHelp = Object.keys(properties).some(isHelp);
  if ((driver === undefined && wantsHelp) || (driver !== undefined && isHelp(driver))) {
    const drivers = await ctx.qmp.execute('x-query-device-help');
    return text(drivers['human-readable-text']);
  }
  if (driver === undefined) throw new QmpError("Parameter 'driver' is missing");
  if (wantsHelp) {
    const options = await ctx.qmp.execute('x-query-device-help', { driver });
    return text(options['human-readable-text']);
  }
  await ctx.qmp.execute('device_add', { driver, ...properties });
  return undefined;
}

/** `info qdm`: every type of device, those that cannot be added as well */
export async function infoQdm(ctx: CommandContext): Promise<Result> {
  const devices = await ctx.qmp.execute('x-query-device-help', { all: true });
  return text(devices['human-readable-text']);
}

export async function deviceDel(ctx: CommandContext, args: { id: string }): Promise<void> {
  await ctx.qmp.execute('device_del', { id: args.id });
}

/** Drivers, and behind `DRIVER,` its properties. */
export async function completeDeviceAdd({ qmp, index, prefix }: CompletionRequest): Promise<Candidate[]> {
  if (index !== 1) return [];
  const comma = prefix.lastIndexOf(',');
  if (comma < 0) {
    const types = await qmp.execute('qom-list-types', { implements: 'device', abstract: false });
    return [{ text: 'help' }, ...types.map(({ name }) => ({ text: name }))];
  }
  const [driver = ''] = prefix.split(',', 1);
  const before = prefix.slice(0, comma + 1);
  const properties = await qmp.execute('device-list-properties', { typename: driver });
  return properties.map(({ name, type }) => ({ text: `${before}${name}=`, help: type }));
}

/** Devices that were given an identifier. */
export async function completeDeviceDel({ qmp, index }: CompletionRequest): Promise<Candidate[]> {
  if (index !== 1) return [];
  const devices = await qmp.execute('qom-list', { path: '/machine/peripheral' });
  return devices
    .filter(({ type }) => type.startsWith('child<'))
    .map(({ name, type }) => ({ text: name, help: type.slice('child<'.length, -1) }));
}
