/** What to build: the command line, digested. Everything here can be posted to a worker. */

export type OptionValues = Readonly<Record<string, string>>;

/** Options of which some may be given more than once: those have lists. */
export type NetdevOptions = Readonly<Record<string, string | readonly string[]>>;

export interface BootImage {
  /** As given on the command line; shown by `info roms`. */
  readonly name: string;
  readonly data: Uint8Array;
}

export interface MachineConfig {
  /** Bytes. */
  readonly ramSize: number;
  readonly harts: number;
  /** `-cpu rv64,sv48=off`: the model and its properties. */
  readonly cpu: { readonly model: string; readonly properties: OptionValues };
  readonly machineProperties: OptionValues;
  readonly firmware: BootImage | null;
  readonly kernel: BootImage | null;
  readonly initrd: BootImage | null;
  readonly append: string;
  /** `-dtb`: the user's device tree in place of the board's own. */
  readonly dtb: BootImage | null;
  /** `-fw_cfg` in order: files of the firmware configuration device. */
  readonly fwCfg: readonly BootImage[];
  /** `-device` in order; the driver is under the key `driver`. */
  readonly devices: readonly OptionValues[];
  readonly drives: readonly OptionValues[];
  /** `-netdev` in order; the kind is under the key `type`. */
  readonly netdevs: readonly NetdevOptions[];
  /** `-chardev` in order; the back end is under the key `backend`. */
  readonly chardevs: readonly OptionValues[];
  /** `-object` in order; the type is under the key `qom-type`. */
  readonly objects: readonly OptionValues[];
  /** `-global driver.property=value`. */
  readonly globals: readonly { readonly driver: string; readonly property: string; readonly value: string }[];
  /** `-serial` in order: the spec of each port's back end. */
  readonly serials: readonly string[];
  readonly name: string | null;
  readonly uuid: string | null;
  readonly startPaused: boolean;
  readonly onReboot: 'reset' | 'shutdown';
  readonly onShutdown: 'poweroff' | 'pause';
}

/** The command line asks for something that cannot be built; printed as `hmp: <message>`, exit code 1. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly exitCode = 1;
}
