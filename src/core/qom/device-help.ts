import { QmpError } from '../../qapi/errors.ts';
import { descriptionOf, qomTypeOf } from './property-kinds.ts';
import type { DeviceCategory, PropertySpec, TypeInfo, TypeTable } from './types.ts';

const CATEGORIES: readonly DeviceCategory[] = [
  'Controller/Bridge/Hub',
  'USB',
  'Storage',
  'Network',
  'Input',
  'Display',
  'Sound',
  'Misc',
  'CPU',
  'Watchdog',
  'Uncategorized',
];

const NAME_COLUMN = 24; // descriptions of options begin after it

/** `device_add help`: the devices that a user may add, by category and name. `info qdm`: all devices that there are. */
export function formatDeviceList(types: TypeTable, all = false): string {
  const devices = [...types.all()].filter(type => isDevice(types, type) && (all || type.userCreatable));
  const groups = CATEGORIES.map(category => {
    const members = devices.filter(type => (type.category ?? 'Uncategorized') === category);
    const lines = members.sort((a, b) => compare(a.name, b.name)).map(type => describe(types, type));
    return lines.length === 0 ? '' : `${category} devices:\n${lines.join('')}`;
  });
  return groups.filter(group => group !== '').join('\n');
}

function isDevice(types: TypeTable, type: TypeInfo): boolean {
  return !type.abstract && types.isA(type.name, 'device');
}

/** Bus type that a device plugs into: its own or that of the nearest base that names one. */
export function busTypeOf(types: TypeTable, name: string): string | undefined {
  for (let type = types.get(name); type; type = type.parent === null ? undefined : types.get(type.parent)) {
    if (type.bus !== undefined) return type.bus;
  }
  return undefined;
}

function describe(types: TypeTable, type: TypeInfo): string {
  const bus = busTypeOf(types, type.name);
  const where = bus === undefined ? '' : `, bus ${bus}`;
  const what = type.description === undefined ? '' : `, desc "${type.description}"`;
  const alias = type.alias === undefined ? '' : `, alias "${type.alias}"`;
  const whose = type.userCreatable ? '' : ', no-user';
  return `name "${type.name}"${where}${alias}${what}${whose}\n`;
}

/** `device_add DRIVER,help`: the options of a device. @throws QmpError for an unknown driver */
export function formatDeviceOptions(types: TypeTable, driver: string): string {
  const type = types.byNameOrAlias(driver);
  if (!type || !types.isA(type.name, 'device')) {
    throw new QmpError(`Device '${driver}' not found`, 'DeviceNotFound');
  }
  if (type.abstract) throw new QmpError("Parameter 'driver' expects a non-abstract device type");
  const options = types.optionsOf(type.name).map(describeOption);
  if (options.length === 0) return `There are no options for ${type.name}.\n`;
  options.sort((a, b) => (a < b ? -1 : 1)); // by code, so that a hyphen comes before the equals sign
  return `${type.name} options:\n${options.join('')}`;
}

function describeOption(spec: PropertySpec): string {
  const option = `  ${spec.name}=<${qomTypeOf(spec.kind)}>`;
  const description = descriptionOf(spec);
  if (description === undefined && spec.defaultValue === undefined) return `${option}\n`;
  const initial = spec.defaultValue === undefined ? '' : ` (default: ${formatDefault(spec)})`;
  return `${option.padEnd(NAME_COLUMN)} - ${description ?? ''}${initial}\n`;
}

function formatDefault(spec: PropertySpec): string {
  if (typeof spec.defaultValue === 'boolean') return spec.defaultValue ? 'on' : 'off';
  return String(spec.defaultValue);
}

/** Order without regard to case, as QEMU lists devices. */
function compare(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
