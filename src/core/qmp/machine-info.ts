import { QmpError } from '../../qapi/errors.ts';
import type { VersionInfo } from '../../qapi/generated/types.ts';
import { cpuTypeName } from '../board/cpu-properties.ts';
import type { MachineConfig } from '../config.ts';
import type { Engine } from '../cpu/index.ts';
import { kindOf, MACHINE_KINDS, type MachineKind } from '../machine-kinds.ts';
import type { CommandHandlers } from './handlers.ts';
import { hartByIndex } from './harts.ts';

/** Of the interface: clients tell by it which commands and formats to expect. */
export const VERSION: VersionInfo = { qemu: { major: 10n, minor: 2n, micro: 2n }, package: '' };

const NO_UUID = '00000000-0000-0000-0000-000000000000';

export interface MachineInfoParts {
  readonly config: MachineConfig;
  readonly engine: Engine;
  /** Where the harts are in the composition tree. */
  readonly hartPaths: readonly string[];
  /** Number of the host thread that the harts run on. */
  readonly threadId: number;
}

/** What machine this is, its harts and their registers. */
export function machineInfoHandlers({ config, engine, ...host }: MachineInfoParts): CommandHandlers {
  return {
    'query-version': () => VERSION,
    'query-name': () => (config.name === null ? {} : { name: config.name }),
    'query-uuid': () => ({ UUID: config.uuid ?? NO_UUID }),
    'query-target': () => ({ arch: 'riscv64' }),
    'query-kvm': () => ({ enabled: false, present: false }),
    'query-machines': () => MACHINE_KINDS.map(describeKind),
    'query-cpus-fast': () =>
      engine.harts.map(hart => ({
        'cpu-index': BigInt(hart.id),
        'qom-path': host.hartPaths[hart.id]!,
        'qom-type': cpuTypeName(config.cpu.model),
        'thread-id': BigInt(host.threadId),
        ...(kindOf(config).name === 'none' ? {} : { props: { 'core-id': BigInt(hart.id) } }),
        target: 'riscv64' as const,
      })),
    'x-query-registers': args => {
      if (engine.harts.length === 0) return { 'human-readable-text': 'No CPU available\n' };
      const harts = args.all ? engine.harts : [hartByIndex(engine, args['cpu-index'])];
      return { 'human-readable-text': harts.map(hart => hart.formatRegisters()).join('') };
    },
    'x-query-register': args => {
      const none = engine.harts.length === 0;
      const value = none ? undefined : hartByIndex(engine, args['cpu-index']).readRegister(args.name);
      if (value === undefined) throw new QmpError('unknown register');
      return { value };
    },
    'x-query-register-names': () => engine.harts[0]?.registerNames() ?? [],
    'x-query-vcpu-stats': () =>
      engine.harts.map(hart => ({
        'cpu-index': BigInt(hart.id),
        instructions: hart.instructions,
        halted: hart.waiting,
      })),
  };
}

function describeKind({ name, isDefault, maxHarts, defaultCpu, ramId, acpi }: MachineKind) {
  return {
    name,
    ...(isDefault ? { 'is-default': true } : {}),
    'cpu-max': BigInt(maxHarts),
    'hotpluggable-cpus': false,
    'numa-mem-supported': false,
    deprecated: false,
    ...(defaultCpu === null ? {} : { 'default-cpu-type': cpuTypeName(defaultCpu) }),
    'default-ram-id': ramId,
    acpi,
  };
}
