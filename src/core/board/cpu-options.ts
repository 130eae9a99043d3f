import { QmpError } from '../../qapi/errors.ts';
import { ConfigError, type MachineConfig } from '../config.ts';
import { type Extension, extensions, type SatpMode } from '../cpu/index.ts';
import { parseProperty } from '../qom/property-kinds.ts';
import type { IsaDescription } from './device-tree.ts';

const MODEL = 'rv64';
/** Deepest first; switching one off takes the deeper ones with it. */
const MODES: readonly SatpMode[] = ['sv57', 'sv48', 'sv39'];
const MAX_HARTS = 512;
/** Properties that switch an extension. */
const SWITCHES: ReadonlyMap<string, Extension> = new Map([
  ['f', 'F'],
  ['d', 'D'],
]);

/** What `-cpu` and `-smp` ask for. */
export interface CpuOptions {
  /** The deepest page tables that harts offer. */
  readonly mmu: SatpMode;
  /** Extensions that harts do without. */
  readonly without: ReadonlySet<Extension>;
  readonly isa: IsaDescription;
}

/** @throws ConfigError for a model or property that there is not */
export function cpuOptions({ cpu, harts }: MachineConfig): CpuOptions {
  if (cpu.model !== MODEL)
    throw new ConfigError(`unable to find CPU model '${cpu.model}': the only one is ${MODEL}`);
  if (harts > MAX_HARTS) {
    throw new ConfigError(
      `Invalid SMP CPUs ${harts}. The max CPUs supported by machine 'virt' is ${MAX_HARTS}`,
    );
  }
  const modes = new Map<string, boolean>();
  const without = new Set<Extension>();
  for (const [name, value] of Object.entries(cpu.properties)) {
    const extension = SWITCHES.get(name);
    if (extension === undefined) modes.set(modeName(name, value), isOn(name, value));
    else if (!isOn(name, value)) without.add(extension);
  }
  if (without.has('F') && !without.has('D')) throw new ConfigError('D extension requires F extension');
  const mmu = deepestMode(modes);
  const names = extensions(without).map(name => name.toLowerCase());
  return { mmu, without, isa: { base: 'rv64i', extensions: names, mmuType: `riscv,${mmu}` } };
}

function refuse(name: string, value: string, reason: string): ConfigError {
  return new ConfigError(`can't apply global rv64-riscv-cpu.${name}=${value}: ${reason}`);
}

function modeName(name: string, value: string): string {
  if (MODES.some(mode => mode === name)) return name;
  throw refuse(name, value, `Property 'rv64-riscv-cpu.${name}' not found`);
}

function isOn(name: string, value: string): boolean {
  try {
    return parseProperty('rv64-riscv-cpu', { name, kind: 'bool' }, value) === true;
  } catch (error) {
    throw error instanceof QmpError ? refuse(name, value, error.message) : error;
  }
}

/** `sv48=off` leaves sv39, `sv48=on` alone leaves sv48, nothing said leaves sv57. */
function deepestMode(modes: ReadonlyMap<string, boolean>): SatpMode {
  const chosen = MODES.find(mode => modes.get(mode) === true);
  if (chosen) return chosen;
  const off = MODES.findLastIndex(mode => modes.get(mode) === false);
  const left = MODES[off + 1];
  if (!left) throw refuse('sv39', 'off', 'harts cannot do without address translation');
  return left;
}
