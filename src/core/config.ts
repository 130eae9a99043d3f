/** What to build: the command line, digested. Everything here can be posted to a worker. */
import type { Audiodev, Commands } from '../qapi/generated/types.ts';

export type OptionValues = Readonly<Record<string, string>>;

export interface BootImage {
  /** Whether it came with the program, and nobody asked for it. */
  readonly builtIn?: boolean;
  /** As given on the command line; shown by `info roms`. */
  readonly name: string;
  readonly data: Uint8Array;
  /** Whether the parts of an ELF file are listed as one, as they would be of a flat image. */
  readonly listedAsOne?: boolean;
}

export type MachineName = 'none' | 'virt';
export type Accelerator = 'tcg' | 'qtest';

export interface QtestConfig {
  /** What to open. */
  readonly spec: string;
  /** `-qtest-log`: a file, `none`, or null for the error output. */
  readonly log: string | null;
}

/** A monitor on a character device. */
export interface MonitorConfig {
  /** `chardev:ID`, or what to open. */
  readonly spec: string;
  /** QMP, or lines for people. */
  readonly mode: 'control' | 'readline';
  /** The option that asks for it, for messages; absent: told by `spec`. */
  readonly option?: string;
  /** Whether its messages go over several lines. */
  readonly pretty: boolean;
  /** The name of the character device that is made of `spec`; absent: it names one that is there. */
  readonly label?: string;
  /** How many of `-chardev` come before it. */
  readonly chardevsBefore: number;
}

/** What is logged from the start on. */
export interface LogConfig {
  /** `-d`: items separated by commas. */
  readonly items: string | null;
  /** `-D`, `-trace file=`: where it goes. */
  readonly file: string | null;
  /** `-trace`: names and patterns of trace events; one that begins with `-` disables. */
  readonly patterns: readonly string[];
}

/** `-smp`, complete: sockets, cores and threads multiply to maxcpus. */
export interface Topology {
  readonly cpus: number;
  readonly maxcpus: number;
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
}

/** `-boot`: what firmware finds in fw_cfg. Times are milliseconds; -1 is for ever. */
export interface BootMenu {
  /** Firmware is to boot from devices with a `bootindex` only. */
  readonly strict: boolean;
  readonly menu: boolean;
  readonly menuWait: number | null;
  readonly failWait: number | null;
}

/** `-rtc`: what the real-time clock follows, and how far it is from it. */
export interface RtcConfig {
  /** The host's time; time since the host's start; the machine's time, which stands still while it is stopped. */
  readonly clock: 'host' | 'rt' | 'vm';
  /** Added to the host's time at the start. */
  readonly offsetMs: number;
}

/** What follows on a guest's reboot, shutdown, panic, and on a watchdog's expiry. */
export type ActionConfig = Commands['set-action']['args'];

/** A descriptor that files are opened by: `/dev/fdset/SET`. */
export interface FdSetEntry {
  readonly set: number;
  readonly fd: number;
  readonly opaque: string | null;
}

export interface MachineConfig {
  /** The board; absent: virt. */
  readonly machine?: MachineName;
  /** Who executes the guest: the harts, or nobody while a client tells what happens (qtest). Absent: the harts. */
  readonly accelerator?: Accelerator;
  /** `-qtest`: where the client is. */
  readonly qtest?: QtestConfig | null;
  /** Bytes. */
  readonly ramSize: number;
  /** Whether all of it is taken from the host at once. */
  readonly preallocate?: boolean;
  readonly harts: number;
  readonly smp?: Topology;
  readonly boot?: BootMenu;
  readonly rtc?: RtcConfig;
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
  /** `-audiodev` in order, complete. */
  readonly audiodevs?: readonly Audiodev[];
  /** `-blockdev` in order, as it is written. */
  readonly blockdevs?: readonly string[];
  /** `-add-fd`; `remove-fd` takes some away. */
  readonly fdSets?: FdSetEntry[];
  /** Whether the board brings along what nobody asked for, such as an empty floppy drive. */
  readonly defaultDrives: boolean;
  /** `-fsdev` in order, and those of `-virtfs`; the kind is under the key `fsdriver`. */
  readonly fsdevs: readonly OptionValues[];
  /** `-netdev` in order, as it is written. */
  readonly netdevs: readonly string[];
  /** `-nic` and `-net`, the same. */
  readonly nics: readonly string[];
  readonly nets: readonly string[];
  /** Nothing was said about networks: there is one all the same. */
  readonly defaultNetwork: boolean;
  /** Something was said about networks: what is not connected then is told. */
  readonly networkGiven?: boolean;
  /** `-chardev` in order, as it is written. */
  readonly chardevs: readonly string[];
  /** `-object` in order, as it is written. */
  readonly objects: readonly string[];
  /** `-global driver.property=value`. */
  readonly globals: readonly { readonly driver: string; readonly property: string; readonly value: string }[];
  /** `-serial` in order: the spec of each port's back end. With `none` there is no such port; those behind keep their number. */
  readonly serials: readonly string[];
  /** `-mon`, `-qmp` and `-qmp-pretty`. */
  readonly monitors?: readonly MonitorConfig[];
  /** `-parallel`, the same. */
  readonly parallels: readonly string[];
  readonly name: string | null;
  readonly uuid: string | null;
  /** Absent: nothing. */
  readonly log?: LogConfig;
  readonly startPaused: boolean;
  /** Commands that need a machine are refused until `x-exit-preconfig`; `-device` waits for it too. */
  readonly preconfig?: boolean;
  readonly actions?: ActionConfig;
}

/** The command line asks for something that cannot be built; printed as `hmp: <message>`, exit code 1. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly exitCode = 1;
}
