import type { MachineConfig, OptionValues } from '../core/config.ts';
import type { AttachPlan } from './attach/attach-plan.ts';
import type { ConsolePlan } from './console/console-options.ts';
import type { FwCfgPlan } from './options/fw-cfg.ts';
import type { ProgramPlan } from './options/program.ts';

/** What the command line asks for, before any file was read. */
export interface Invocation {
  readonly machine: MachinePlan;
  /** Another program's machine to attach to instead; `machine` is not used then. */
  readonly attach: AttachPlan | null;
  /** `-c`, in order; empty when none was given. */
  readonly commands: readonly string[];
  /** `-f`, in order. */
  readonly files: readonly string[];
  readonly stopAtError: boolean;
  readonly output: 'text' | 'json';
  /** `--hx` with the `--handlers` module that belongs to it. */
  readonly tables: readonly { readonly file: string; readonly handlers: string | null }[];
  /** Something to print in place of a machine. */
  readonly show: 'version' | 'help' | { readonly text: string } | null;
  /** Whether monitors on character devices, or a test program, have the machine to themselves. */
  readonly service: boolean;
  /** What is on the program's input and output; null: the usual interface, or a script. */
  readonly console: ConsolePlan | null;
  /** What the program itself is told. */
  readonly program: ProgramPlan;
  /** What options are called in the machine's errors, and how they were given where that differs. */
  readonly origins: ReadonlyMap<string, string>;
  /** What is accepted but unwise, a line each. */
  readonly warnings: readonly string[];
}

/** A machine configuration whose images are still paths. */
export interface MachinePlan
  extends Omit<MachineConfig, 'firmware' | 'kernel' | 'initrd' | 'dtb' | 'fwCfg' | 'devices' | 'drives'> {
  /** Null: the built-in firmware. */
  readonly bios: string | null;
  /** Whether the built-in guest is the kernel. */
  readonly bundledGuest: boolean;
  readonly kernel: string | null;
  readonly initrd: string | null;
  readonly dtb: string | null;
  readonly fwCfg: readonly FwCfgPlan[];
  /** `-L`: where firmware is looked for. */
  readonly dataFolders: readonly string[];
  readonly devices: readonly OptionValues[];
  readonly drives: readonly OptionValues[];
}
