import type { QmpValue } from '../../qapi/value.ts';
import { ConfigError, type MachineConfig } from '../config.ts';
import { type EngineOptions, EXTENSIONS, type Extension, extensions, type SatpMode } from '../cpu/index.ts';
import { type CpuModel, findCpuModel, noSuchModel } from '../cpu-models.ts';
import { kindOf } from '../machine-kinds.ts';
import type { PropertySpec, TypeTable } from '../qom/types.ts';
import {
  BUNDLES,
  cpuTypeName,
  FIXED_BY_MAKER,
  IDENTITY,
  isAbsent,
  isSettled,
  LEGACY_NAMES,
  PAGE_TABLES,
  SWITCHES,
} from './cpu-properties.ts';
import type { IsaDescription } from './device-tree.ts';
import { interruptModel } from './interrupt-model.ts';

const DEFAULT_BLOCK = 64;
const LARGEST_BLOCK = 4096;

/** What harts are like. */
export interface CpuOptions {
  readonly typeName: string;
  readonly engine: Omit<EngineOptions, 'harts'>;
  readonly isa: IsaDescription;
  /** How the switches stand on every hart. */
  readonly properties: ReadonlyMap<string, QmpValue>;
}

/** `-cpu MODEL,PROP=VALUE` as initial values of the model's type. @throws ConfigError for a model that there is not */
export function cpuGlobals(
  { model, properties }: MachineConfig['cpu'],
  warn: (message: string) => void,
): MachineConfig['globals'] {
  if (!findCpuModel(model)) throw new ConfigError(noSuchModel(model));
  return Object.entries(properties).map(([given, value]) => {
    const property = LEGACY_NAMES.get(given) ?? given;
    if (property !== given) {
      warn(`warning: CPU property '${given}' is deprecated. Please use '${property}' instead`);
    }
    return { driver: cpuTypeName(model), property, value };
  });
}

/** What harts are like by the initial values of their type. @throws ConfigError for what they cannot be */
export function cpuOptions(
  { cpu, harts, machine, machineProperties }: MachineConfig,
  types: TypeTable,
): CpuOptions {
  const { name, maxHarts } = kindOf({ machine });
  if (harts > maxHarts) {
    throw new ConfigError(
      `Invalid SMP CPUs ${harts}. The max CPUs supported by machine '${name}' is ${maxHarts}`,
    );
  }
  const typeName = cpuTypeName(cpu.model);
  const refusal: Refusal = ({ name }, value, reason) => {
    const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
    return `can't apply global ${typeName}.${name}=${text}: ${reason}`;
  };
  const added = interruptModel(machineProperties).aia === 'aplic-imsic' ? MESSAGE_EXTENSIONS : [];
  return describeCpu(findCpuModel(cpu.model)!, types, new Map(), { refusal, added });
}

/** What harts have with interrupt files, asked for or not. */
const MESSAGE_EXTENSIONS: readonly Extension[] = ['Smaia', 'Ssaia'];

/** Says why a property may not have a value. */
type Refusal = (spec: PropertySpec, value: QmpValue | undefined, reason: string) => string;

interface Surroundings {
  readonly refusal?: Refusal;
  /** Extensions that come with the board's devices. */
  readonly added?: readonly Extension[];
}

/**
 * Harts of a model whose properties have those values, or what new ones start with.
 * @throws ConfigError for what harts of this machine cannot be
 */
export function describeCpu(
  model: CpuModel,
  types: TypeTable,
  given: ReadonlyMap<string, QmpValue>,
  { refusal = (_spec, _value, reason) => reason, added = [] }: Surroundings = {},
): CpuOptions {
  const typeName = cpuTypeName(model.name);
  const specs = types.propertiesOf(typeName);
  const values = new Map(
    specs.map(spec => [spec.name, given.get(spec.name) ?? types.initialValue(typeName, spec)]),
  );
  checkAvailable(model, specs, values, refusal);
  const without = extensionsOff(values);
  for (const extension of added) without.delete(extension);
  const [cbom, cbop, cboz] = ['cbom', 'cbop', 'cboz'].map(name => blockSize(`${name}_blocksize`, values));
  if ([cbom, cbop, cboz].some(size => size !== DEFAULT_BLOCK)) without.add('Zic64b');
  const mmu = values.get('mmu') === false ? 'none' : deepestMode(model, values);
  const stated = extensions(without).filter(name => !model.unsaid.has(name));
  return {
    typeName,
    engine: {
      satpMode: mmu,
      pmp: values.get('pmp') === true,
      without,
      blockSizes: { management: cbom!, zero: cboz! },
      privileged: model.privileged,
      identity: identityOf(values),
    },
    isa: {
      base: 'rv64i',
      extensions: stated.map(name => name.toLowerCase()),
      mmuType: mmu === 'none' || mmu === 'bare' ? 'riscv,none' : `riscv,${mmu}`,
      blockSizes: { cbop: cbop!, cboz: cboz!, cbom: cbom! },
    },
    properties: finalProperties(stated, mmu),
  };
}

type Values = ReadonlyMap<string, QmpValue | undefined>;

function identityOf(values: Values) {
  const [mvendorid, marchid, mimpid] = IDENTITY.map(name => toBigInt(values.get(name)));
  return { mvendorid: mvendorid!, marchid: marchid!, mimpid: mimpid! };
}

/** Refuses what harts of the model cannot have, or cannot do without. */
function checkAvailable(
  model: CpuModel,
  specs: readonly PropertySpec[],
  values: Values,
  refusal: Refusal,
): void {
  for (const spec of specs) {
    const value = values.get(spec.name);
    const reason = value === spec.defaultValue ? undefined : whyNot(model, spec, value);
    if (reason !== undefined) throw new ConfigError(refusal(spec, value, reason));
  }
}

/** Why a property cannot have a value that is not its default. */
function whyNot(
  { name: model, vendor, deepest }: CpuModel,
  { name, kind, defaultValue }: PropertySpec,
  value: QmpValue | undefined,
): string | undefined {
  if (name === 'priv_spec' || (vendor && FIXED_BY_MAKER.includes(name))) {
    const current = typeof defaultValue === 'boolean' ? '' : `\nCurrent '${name}' val: ${defaultValue}`;
    return `CPU '${model}' does not allow changing the value of '${name}'${current}`;
  }
  if (vendor && isIdentity(name)) {
    return `Unable to change ${cpuTypeName(model)} ${name} (0x${toBigInt(defaultValue).toString(16)})`;
  }
  const mode = (PAGE_TABLES as readonly string[]).indexOf(name);
  if (mode >= 0) {
    const tooDeep = value === true && mode < PAGE_TABLES.indexOf(deepest);
    return tooDeep ? `satp_mode ${name} is higher than hw max capability ${deepest}` : undefined;
  }
  if (isAbsent(name)) return `'${model}' CPU does not allow enabling extensions that it has not`;
  if (vendor && kind === 'bool' && value === true) return `'${model}' CPU does not allow enabling extensions`;
  if (isSettled(name) && defaultValue === true) return `'${model}' CPU does not work without this extension`;
  return undefined;
}

const isIdentity = (name: string) => IDENTITY.some(member => member === name);
const toBigInt = (value: QmpValue | undefined) => BigInt(value as bigint | number);

/** Extensions that are not there, those included that lack what they need. */
function extensionsOff(values: Values): Set<Extension> {
  const bundled = new Set([...BUNDLES].flatMap(([name, parts]) => (values.get(name) === true ? parts : [])));
  const without = new Set<Extension>();
  for (const [name, extension] of SWITCHES) {
    if (values.get(name) !== true && !bundled.has(extension)) without.add(extension);
  }
  if (without.has('F') && !without.has('D')) throw new ConfigError('D extension requires F extension');
  for (const { name, needs } of EXTENSIONS) if (needs.some(needed => without.has(needed))) without.add(name);
  return without;
}

function blockSize(name: string, values: Values): number {
  const size = Number(values.get(name));
  if (size >= 4 && size <= LARGEST_BLOCK && (size & (size - 1)) === 0) return size;
  throw new ConfigError(`${name} must be a power of 2 from 4 to ${LARGEST_BLOCK}, not ${size}`);
}

/** `sv48=off` leaves sv39, `sv48=on` alone leaves sv48, nothing said leaves what the model has. */
function deepestMode({ deepest }: CpuModel, values: Values): SatpMode {
  const chosen = PAGE_TABLES.find(mode => values.get(mode) === true);
  if (chosen) return chosen;
  const off = PAGE_TABLES.findLastIndex(mode => values.get(mode) === false);
  return PAGE_TABLES[Math.max(off + 1, PAGE_TABLES.indexOf(deepest))] ?? 'bare';
}

/** What the properties of the harts say once everything is settled. */
function finalProperties(present: readonly Extension[], mmu: SatpMode): Map<string, QmpValue> {
  const on = new Set<string>(present);
  const deepest = PAGE_TABLES.indexOf(mmu);
  const has = (parts: readonly Extension[]) => parts.every(part => on.has(part));
  return new Map([
    ...[...SWITCHES].map(([name, extension]): [string, QmpValue] => [name, on.has(extension)]),
    ...EXTENSIONS.filter(({ name, kind }) => kind === 'part' && isSettled(name.toLowerCase())).map(
      ({ name }): [string, QmpValue] => [name.toLowerCase(), on.has(name)],
    ),
    ...[...BUNDLES].map(([name, parts]): [string, QmpValue] => [name, has(parts)]),
    ...PAGE_TABLES.map((mode, index): [string, QmpValue] => [mode, deepest >= 0 && index >= deepest]),
  ]);
}
