import type { MonitorConfig } from '../../core/config.ts';
import type { GivenOption } from '../argv.ts';
import { UsageError } from '../errors.ts';
import { parseOptionValues } from './values.ts';

const MODES = ['control', 'readline'] as const;
const SWITCH: Readonly<Record<string, boolean>> = {
  on: true,
  yes: true,
  true: true,
  off: false,
  no: false,
  false: false,
};

/** Whether `-monitor` means a character device, and not the program's own input and output, or no monitor. */
export function isElsewhere(spec: string): boolean {
  return !['stdio', 'vc', 'none', 'null'].includes(spec);
}

/** The monitors on character devices: `-mon`, `-monitor`, `-qmp` and `-qmp-pretty`, in order. @throws UsageError */
export function monitorConfigs(given: readonly GivenOption[]): MonitorConfig[] {
  return given.flatMap(({ option: { name }, argument }) => {
    if (name === 'mon') return [ofMon(argument)];
    if (name === 'monitor' && isElsewhere(argument)) {
      return [{ spec: argument, mode: 'readline', pretty: false, option: `-monitor ${argument}` } as const];
    }
    const isQmp = name === 'qmp' || name === 'qmp-pretty';
    if (!isQmp || argument === 'none') return []; // `none` is a monitor that is not there
    return [{ spec: argument, mode: 'control', pretty: name === 'qmp-pretty' } as const];
  });
}

function ofMon(text: string): MonitorConfig {
  const refuse = (reason: string) => new UsageError(`-mon ${text}: ${reason}`);
  const { chardev, mode = 'readline', pretty = 'off', ...rest } = parseOptionValues(text, 'chardev');
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw refuse(`Invalid parameter '${unknown}'`);
  if (chardev === undefined) throw refuse("Parameter 'chardev' is missing");
  const known = MODES.find(each => each === mode);
  if (!known) throw refuse(`Parameter 'mode' does not accept value '${mode}'`);
  const isPretty = SWITCH[pretty];
  if (isPretty === undefined) throw refuse("Parameter 'pretty' expects 'on' or 'off'");
  if (known === 'readline' && isPretty) throw refuse("'pretty' is not compatible with HMP monitors");
  return { spec: `chardev:${chardev}`, mode: known, pretty: isPretty, option: `-mon ${text}` };
}
