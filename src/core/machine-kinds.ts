import type { MachineConfig, MachineName } from './config.ts';

/** A machine as it is before anything is said about it. */
export interface MachineKind {
  readonly name: MachineName;
  /** As `-machine help` puts it. */
  readonly description: string;
  readonly isDefault: boolean;
  readonly maxHarts: number;
  /** Model of the harts unless told; null: no hart unless a model is asked for. */
  readonly defaultCpu: string | null;
  /** Name of the RAM's back end unless one is given. */
  readonly ramId: string;
  /** Bytes of RAM unless told, and the least. */
  readonly defaultRam: number;
  readonly leastRam: number;
  readonly acpi: boolean;
  /** Whether it comes with a serial port, a network and a floppy drive when nothing is said about them. */
  readonly defaultPorts: boolean;
}

const MIB = 2 ** 20;

export const MACHINE_KINDS: readonly MachineKind[] = [
  {
    name: 'none',
    description: 'empty machine',
    isDefault: false,
    maxHarts: 1,
    defaultCpu: null,
    ramId: 'ram',
    defaultRam: 0,
    leastRam: 0,
    acpi: false,
    defaultPorts: false,
  },
  {
    name: 'virt',
    description: 'RISC-V VirtIO board',
    isDefault: true,
    maxHarts: 512,
    defaultCpu: 'rv64',
    ramId: 'riscv_virt_board.ram',
    defaultRam: 128 * MIB,
    leastRam: 8 * MIB,
    acpi: true,
    defaultPorts: true,
  },
];

/** The kind of the name, the default one if none is given; undefined when there is none of the name. */
export function machineKind(name: string | undefined): MachineKind | undefined {
  return MACHINE_KINDS.find(kind => (name === undefined ? kind.isDefault : kind.name === name));
}

export function kindOf({ machine }: Pick<MachineConfig, 'machine'>): MachineKind {
  return machineKind(machine)!;
}
