import { QmpError } from '../../qapi/errors.ts';
import { cpuTypeName } from '../board/cpu-properties.ts';
import type { MachineConfig } from '../config.ts';
import type { Engine, Hart } from '../cpu/index.ts';
import type { CommandHandlers } from './handlers.ts';
import { hartByIndex } from './harts.ts';

const NO_UUID = '00000000-0000-0000-0000-000000000000';
const MAX_HARTS = 512n;

export interface MachineInfoParts {
  readonly config: MachineConfig;
  readonly engine: Engine;
  /** Number of the host thread that the harts run on. */
  readonly threadId: number;
  /** The program's name and version, shown behind that of the interface. */
  readonly package: string;
}

/** What machine this is, its harts and their registers. */
export function machineInfoHandlers({ config, engine, ...host }: MachineInfoParts): CommandHandlers {
  return {
    // Clients tell by this number which commands and formats to expect.
    'query-version': () => ({ qemu: { major: 10n, minor: 2n, micro: 2n }, package: host.package }),
    'query-name': () => (config.name === null ? {} : { name: config.name }),
    'query-uuid': () => ({ UUID: config.uuid ?? NO_UUID }),
    'query-target': () => ({ arch: 'riscv64' }),
    'query-kvm': () => ({ enabled: false, present: false }),
    'query-machines': () => [VIRT],
    'query-cpus-fast': () =>
      engine.harts.map(hart => describe(hart, BigInt(host.threadId), cpuTypeName(config.cpu.model))),
    'x-query-registers': args => {
      const harts = args.all ? engine.harts : [hartByIndex(engine, args['cpu-index'])];
      return { 'human-readable-text': harts.map(hart => hart.formatRegisters()).join('') };
    },
    'x-query-register': args => {
      const value = hartByIndex(engine, args['cpu-index']).readRegister(args.name);
      if (value === undefined) throw new QmpError('unknown register');
      return { value };
    },
    'x-query-register-names': () => hartByIndex(engine, 0n).registerNames(),
    'x-query-vcpu-stats': () =>
      engine.harts.map(hart => ({
        'cpu-index': BigInt(hart.id),
        instructions: hart.instructions,
        halted: hart.waiting,
      })),
  };
}

const VIRT = {
  name: 'virt',
  'is-default': true,
  'cpu-max': MAX_HARTS,
  'hotpluggable-cpus': false,
  'numa-mem-supported': false,
  deprecated: false,
  'default-cpu-type': 'rv64-riscv-cpu',
  'default-ram-id': 'riscv_virt_board.ram',
  acpi: true,
} as const;

function describe(hart: Hart, threadId: bigint, typeName: string) {
  return {
    'cpu-index': BigInt(hart.id),
    'qom-path': `/machine/soc0/harts[${hart.id}]`,
    'qom-type': typeName,
    'thread-id': threadId,
    props: { 'core-id': BigInt(hart.id) },
    target: 'riscv64',
  } as const;
}
