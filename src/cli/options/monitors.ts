import type { MonitorConfig, OptionValues } from '../../core/config.ts';
import { booleanOf } from '../../qapi/text-values.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';

const MODES = ['control', 'readline'] as const;

/** Whether `-monitor` means a character device, and not the program's own input and output, or no monitor. */
export function isElsewhere(spec: string): boolean {
  return !['stdio', 'vc', 'none', 'null'].includes(spec);
}

/** The monitors on character devices: `-mon`, `-monitor`, `-qmp` and `-qmp-pretty`, in order. @throws UsageError */
export function monitorConfigs(given: GivenOptions): MonitorConfig[] {
  const monitors: MonitorConfig[] = [];
  let chardevsBefore = 0;
  let numbered = 0;
  for (const one of given.order) {
    const { argument, origin } = one;
    const { name } = one.option;
    if (name === 'chardev') chardevsBefore++;
    if (name === 'mon') monitors.push({ ...ofMon(given.valuesOf(one), origin), chardevsBefore });
    // `none` is a monitor that is not there
    if (!['monitor', 'qmp', 'qmp-pretty'].includes(name) || argument === 'none') continue;
    const label = `compat_monitor${numbered++}`;
    const place = { ...(argument.startsWith('chardev:') ? {} : { label }), chardevsBefore };
    if (name !== 'monitor') {
      monitors.push({ spec: argument, mode: 'control', pretty: name === 'qmp-pretty', ...place });
    } else if (isElsewhere(argument)) {
      monitors.push({ spec: argument, mode: 'readline', pretty: false, option: origin, ...place });
    }
  }
  return monitors;
}

type OfMon = Omit<MonitorConfig, 'chardevsBefore'>;

function ofMon({ chardev, mode = 'readline', pretty = 'off' }: OptionValues, origin: string): OfMon {
  const refuse = (reason: string) => new UsageError(reason, origin);
  if (chardev === undefined) throw refuse("Parameter 'chardev' is missing");
  const known = MODES.find(each => each === mode);
  if (!known) throw refuse(`Parameter 'mode' does not accept value '${mode}'`);
  const isPretty = booleanOf('pretty', pretty);
  if (known === 'readline' && isPretty) throw refuse("'pretty' is not compatible with HMP monitors");
  return { spec: `chardev:${chardev}`, mode: known, pretty: isPretty, option: origin };
}
