import type { OptionValues, Topology } from '../../core/config.ts';
import type { MachineKind } from '../../core/machine-kinds.ts';
import { integerOf } from '../../qapi/text-values.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';

const MEMBERS = ['cpus', 'maxcpus', 'sockets', 'dies', 'clusters', 'cores', 'threads'] as const;
type Member = (typeof MEMBERS)[number];

/** `-smp`: what is left out follows from the rest. @throws UsageError in QEMU's words */
export function topology(values: OptionValues, kind: MachineKind): Topology {
  const given = numbers(values);
  if (Object.values(given).includes(0)) {
    throw new UsageError('Invalid CPU topology: CPU topology parameters must be greater than zero');
  }
  for (const level of ['dies', 'clusters'] as const) {
    if ((given[level] ?? 0) > 1)
      throw new UsageError(`${level} not supported by this machine's CPU topology`);
  }
  const result = completed(given);
  check(result, kind);
  return result;
}

function numbers(values: OptionValues): Partial<Record<Member, number>> {
  const unknown = Object.keys(values).find(key => !MEMBERS.some(member => member === key));
  if (unknown !== undefined) throw new UsageError(`Parameter 'smp.${unknown}' is unexpected`);
  const entries = Object.entries(values).map(([key, text]) => {
    const value = integerOf(text);
    if (value === undefined || value < 0n) throw new UsageError(`Parameter 'smp.${key}' expects integer`);
    return [key, Number(value)];
  });
  return Object.fromEntries(entries) as Partial<Record<Member, number>>;
}

/** Cores come before sockets, and those before threads. */
function completed(given: Partial<Record<Member, number>>): Topology {
  let { cpus = 0, maxcpus = 0, sockets = 0, cores = 0, threads = 0 } = given;
  if (cpus === 0 && maxcpus === 0) {
    [sockets, cores, threads] = [sockets || 1, cores || 1, threads || 1];
  } else {
    maxcpus = maxcpus || cpus;
    if (cores === 0) {
      [sockets, threads] = [sockets || 1, threads || 1];
      cores = Math.floor(maxcpus / (sockets * threads));
    } else if (sockets === 0) {
      threads = threads || 1;
      sockets = Math.floor(maxcpus / (cores * threads));
    }
    threads = threads || Math.floor(maxcpus / (sockets * cores));
  }
  maxcpus = maxcpus || sockets * cores * threads;
  return { cpus: cpus || maxcpus, maxcpus, sockets, cores, threads };
}

function check({ cpus, maxcpus, sockets, cores, threads }: Topology, { name, maxHarts }: MachineKind): void {
  const product = `sockets (${sockets}) * cores (${cores}) * threads (${threads})`;
  if (sockets * cores * threads !== maxcpus) {
    throw new UsageError(
      `Invalid CPU topology: product of the hierarchy must match maxcpus: ${product} != maxcpus (${maxcpus})`,
    );
  }
  if (maxcpus < cpus) {
    throw new UsageError(
      `Invalid CPU topology: maxcpus must be equal to or greater than smp: ${product} == maxcpus (${maxcpus}) < smp_cpus (${cpus})`,
    );
  }
  if (maxcpus > maxHarts) {
    throw new UsageError(
      `Invalid SMP CPUs ${maxcpus}. The max CPUs supported by machine '${name}' is ${maxHarts}`,
    );
  }
}

/** How many harts there are: a machine whose harts have no default model has none unless one is named. */
export function hartCount(given: GivenOptions, { defaultCpu }: MachineKind, cpus: number): number {
  return defaultCpu === null && !given.has('cpu') && cpus === 1 ? 0 : cpus;
}

/** `-cpu`. @throws UsageError */
export function cpuModel(text = 'rv64'): { model: string; properties: OptionValues } {
  const [model = '', ...rest] = text.split(',');
  const properties = rest.map(part => {
    const equals = part.indexOf('=');
    if (equals < 0) throw new UsageError(`Expected key=value format, found ${part}.`);
    return [part.slice(0, equals), part.slice(equals + 1)];
  });
  return { model, properties: Object.fromEntries(properties) };
}
