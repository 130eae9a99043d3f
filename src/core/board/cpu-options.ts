import type { QmpValue } from '../../qapi/value.ts';
import { ConfigError, type MachineConfig } from '../config.ts';
import { type BlockSizes, EXTENSIONS, type Extension, extensions, type SatpMode } from '../cpu/index.ts';
import { CPU_MODELS, kindOf } from '../machine-kinds.ts';
import type { TypeTable } from '../qom/types.ts';
import {
  BUNDLES,
  cpuTypeName,
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

/** What `-cpu` and `-smp` ask for. */
export interface CpuOptions {
  readonly typeName: string;
  /** The deepest page tables that harts offer. */
  readonly mmu: SatpMode;
  /** Whether harts have physical memory protection. */
  readonly pmp: boolean;
  /** Extensions that harts do without. */
  readonly without: ReadonlySet<Extension>;
  readonly blockSizes: BlockSizes;
  readonly isa: IsaDescription;
  /** How the switches stand on every hart. */
  readonly properties: ReadonlyMap<string, QmpValue>;
}

/** `-cpu MODEL,PROP=VALUE` as initial values of the model's type. @throws ConfigError for a model that there is not */
export function cpuGlobals(
  { model, properties }: MachineConfig['cpu'],
  warn: (message: string) => void,
): MachineConfig['globals'] {
  if (!CPU_MODELS.includes(model)) throw new ConfigError(`unable to find CPU model '${model}'`);
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
  const values = new Map(
    types.propertiesOf(typeName).map(spec => [spec.name, types.initialValue(typeName, spec)]),
  );
  checkAvailable(cpu.model, types, values);
  const without = extensionsOff(values);
  if (interruptModel(machineProperties).aia === 'aplic-imsic') {
    for (const extension of ['Smaia', 'Ssaia'] as const) without.delete(extension);
  }
  const [cbom, cbop, cboz] = ['cbom', 'cbop', 'cboz'].map(name => blockSize(`${name}_blocksize`, values));
  if ([cbom, cbop, cboz].some(size => size !== DEFAULT_BLOCK)) without.add('Zic64b');
  const mmu = values.get('mmu') === false ? 'none' : deepestMode(values);
  const present = extensions(without);
  return {
    typeName,
    mmu,
    pmp: values.get('pmp') === true,
    without,
    blockSizes: { management: cbom!, zero: cboz! },
    isa: {
      base: 'rv64i',
      extensions: present.map(name => name.toLowerCase()),
      mmuType: mmu === 'none' || mmu === 'bare' ? 'riscv,none' : `riscv,${mmu}`,
      blockSizes: { cbop: cbop!, cboz: cboz!, cbom: cbom! },
    },
    properties: finalProperties(present, mmu),
  };
}

type Values = ReadonlyMap<string, QmpValue | undefined>;

/** Refuses what this machine's harts cannot have, or cannot do without. */
function checkAvailable(model: string, types: TypeTable, values: Values): void {
  const typeName = cpuTypeName(model);
  for (const spec of types.propertiesOf(typeName)) {
    const value = values.get(spec.name);
    if (value === spec.defaultValue) continue;
    const refuse = (reason: string) =>
      new ConfigError(
        `can't apply global ${typeName}.${spec.name}=${value === true ? 'on' : 'off'}: '${model}' CPU ${reason}`,
      );
    if (isAbsent(spec.name)) throw refuse('does not allow enabling extensions that it has not');
    if (isSettled(spec.name) && spec.defaultValue === true)
      throw refuse('does not work without this extension');
  }
}

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

/** `sv48=off` leaves sv39, `sv48=on` alone leaves sv48, nothing said leaves sv57. */
function deepestMode(values: Values): SatpMode {
  const chosen = PAGE_TABLES.find(mode => values.get(mode) === true);
  if (chosen) return chosen;
  const off = PAGE_TABLES.findLastIndex(mode => values.get(mode) === false);
  return PAGE_TABLES[off + 1] ?? 'bare';
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
