import { UsageError } from '../errors.ts';

/** Who is on the program's own input and output, in place of the usual interface. */
export interface ConsolePlan {
  /** Label of the serial port that is there, null: none. */
  readonly serial: string | null;
  readonly monitor: boolean;
  /** The character before commands of the shared console. */
  readonly escape: number;
}

export interface ConsoleOptions {
  /** What `-serial` says, in order, `none` too; a port without one has `stdio`, `vc` or nothing, by the other options. */
  readonly serials: readonly string[];
  /** Null: the usual interface, which has the monitor, and the serial port in a pane. */
  readonly console: ConsolePlan | null;
}

export interface GivenConsoleOptions {
  readonly nographic: boolean;
  readonly nodefaults: boolean;
  readonly serial: readonly string[];
  /** `-chardev stdio`: the option, and the name of the stream. */
  readonly chardevs?: readonly { readonly option: string; readonly label: string }[];
  readonly monitor: string | undefined;
  readonly display: string | undefined;
  readonly echr: string | undefined;
}

const CONTROL_A = 1;
const SHARED = 'mon:stdio';

/** Where the serial ports and the monitor go, as QEMU's options say. @throws UsageError */
export function consoleOptions(given: GivenConsoleOptions): ConsoleOptions {
  if (given.display !== undefined && given.display !== 'none' && !/^(help|\?)$/.test(given.display)) {
    throw new UsageError(
      `-display ${given.display}: Parameter 'type' does not accept value '${given.display.replace(/,.*/s, '')}'`,
    );
  }
  const monitor = monitorPlace(given.monitor);
  const specs = serialSpecs(given);
  const isStdio = (spec: string) => spec === 'stdio' || spec === SHARED;
  const ports = specs.flatMap((spec, index) =>
    isStdio(spec) ? [{ option: `-serial ${spec}`, label: `serial${index}` }] : [],
  );
  const onStdio = [...(given.chardevs ?? []), ...ports];
  const shared = specs.includes(SHARED);
  const wantsMonitor = monitor === 'stdio' || (monitor === undefined && given.nographic && !shared);
  if (onStdio.length + Number(wantsMonitor) > 1) {
    const { option } = onStdio.at(-1)!;
    throw new UsageError(`${option}: cannot use stdio by multiple character devices`);
  }
  const plain = given.nographic || onStdio.length > 0 || monitor === 'none';
  return {
    // the sharing is done on the program's side
    serials: specs.map(spec => (spec === SHARED ? 'stdio' : spec)),
    console: plain
      ? {
          serial: onStdio[0]?.label ?? null,
          monitor: shared || wantsMonitor,
          escape: escapeCharacter(given.echr),
        }
      : null,
  };
}

function monitorPlace(spec: string | undefined): 'stdio' | 'none' | undefined {
  if (spec === undefined || spec === 'stdio') return spec;
  if (spec === 'none' || spec === 'null') return 'none';
  if (spec === 'vc') return undefined;
  return 'none'; // it is elsewhere: nothing of it is here
}

function serialSpecs({ serial, nographic, nodefaults, monitor }: GivenConsoleOptions): readonly string[] {
  if (serial.length > 0) return serial;
  if (nographic) return [monitor === undefined ? SHARED : 'stdio'];
  return nodefaults ? [] : ['vc'];
}

function escapeCharacter(text: string | undefined): number {
  if (text === undefined) return CONTROL_A;
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 255))
    throw new UsageError(`Bad argument to echr: '${text}' (use the number of a character, 0 to 255)`);
  return value;
}
