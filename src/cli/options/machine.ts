import { formatMachineOptions } from '../../core/board/machine-object.ts';
import type { Accelerator, MachineName, OptionValues } from '../../core/config.ts';
import { MACHINE_KINDS, machineKind } from '../../core/machine-kinds.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';
import { asksForHelp } from './displays.ts';

const ACCELERATORS: readonly Accelerator[] = ['tcg', 'qtest'];
/** What `-accel tcg` takes: settings of translators that are not this one, checked and without effect. */
const TCG_PROPERTIES: Readonly<Record<string, RegExp>> = {
  thread: /^(single|multi)$/,
  'tb-size': /^\d+$/,
  'split-wx': /^(on|off)$/,
  'one-insn-per-tb': /^(on|off)$/,
};

export interface MachineOptions {
  readonly machine: MachineName;
  readonly machineProperties: OptionValues;
  readonly accelerator: Accelerator;
}

/**
 * What `-machine` and `-accel` ask for, the defaults for who asks for help; members of `-machine` that are given again
 * replace earlier ones. @throws UsageError
 */
export function machineOptions(given: GivenOptions): MachineOptions {
  const { type, accel, ...machineProperties } = given.merged('M', 'machine');
  const accels = given.given('accel').filter(({ argument }) => !isHelp(argument));
  const kind = machineKind(isHelp(type) ? undefined : type);
  if (!kind) throw unsupported(type);
  if (accel !== undefined && accels.length > 0) {
    throw new UsageError('The -accel and "-machine accel=" options are incompatible');
  }
  const candidates =
    accel === undefined
      ? accels.map(one => ofOption(given.valuesOf(one), one.origin))
      : accel.split(':').map(name => ({ name }));
  const hidden: OptionValues = given.has('nographic') ? { graphics: 'off' } : {};
  return {
    machine: kind.name,
    machineProperties: { ...hidden, ...machineProperties },
    accelerator: firstThatIs(candidates),
  };
}

interface Candidate {
  readonly name: string;
  /** The option that asks for it. */
  readonly option?: string;
}

function ofOption({ accel: name, ...properties }: OptionValues, origin: string): Candidate {
  const option = `${origin}: `;
  if (name === undefined) throw new UsageError(`${option}Parameter 'accel' is missing`);
  for (const [property, value] of Object.entries(properties)) checkProperty(option, name, property, value);
  return { name, option };
}

function checkProperty(option: string, accelerator: string, property: string, value: string): void {
  if (!isAccelerator(accelerator)) return; // told when it is wanted
  const pattern = accelerator === 'tcg' ? TCG_PROPERTIES[property] : undefined;
  if (!pattern) throw new UsageError(`${option}Property '${accelerator}-accel.${property}' not found`);
  if (!pattern.test(value)) throw new UsageError(`${option}Invalid '${property}' setting ${value}`);
}

/** Those that do not exist are passed over if another one does. */
function firstThatIs(candidates: readonly Candidate[]): Accelerator {
  if (candidates.length === 0) return 'tcg';
  const found = candidates.map(({ name }) => name).find(isAccelerator);
  if (found) return found;
  const [{ name, option = '' }] = candidates as [Candidate];
  throw new UsageError(`${option}invalid accelerator ${name}`);
}

function isAccelerator(name: string): name is Accelerator {
  return ACCELERATORS.some(known => known === name);
}

/** What `-machine help` or `-accel help` prints; undefined if neither is asked for. */
export function machineHelp(machines: readonly string[], accels: readonly string[]): string | undefined {
  const detailed = machines.find(text => asksForHelp(text) && !isHelp(text));
  if (detailed !== undefined) return propertyHelp(detailed);
  if (machines.some(isHelp)) return `Supported machines are:\n${MACHINE_KINDS.map(machineLine).join('')}`;
  // qtest is for test programs, and not listed
  return accels.some(isHelp) ? 'Accelerators supported in QEMU binary:\ntcg\n' : undefined;
}

/** What `-machine NAME,help` prints. @throws UsageError */
function propertyHelp(text: string): string {
  const name = text.split(',', 1)[0]!.replace(/^type=/, '');
  const kind = machineKind(name);
  if (!kind) throw unsupported(name);
  return formatMachineOptions(kind.name);
}

function unsupported(type: string | undefined): UsageError {
  return new UsageError(`unsupported machine type: "${type}"\nUse -machine help to list supported machines`);
}

/** The whole argument asks for help. */
export function isHelp(text: string | undefined): boolean {
  return text === 'help' || text === '?';
}

function machineLine({ name, description, isDefault }: (typeof MACHINE_KINDS)[number]): string {
  return `${name.padEnd(20)} ${description}${isDefault ? ' (default)' : ''}\n`;
}
