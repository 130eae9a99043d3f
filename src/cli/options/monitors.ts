import type { MonitorConfig, OptionValues } from '../../core/config.ts';
import { booleanOf } from '../../qapi/text-values.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';

const MODES = ['control', 'readline'] as const;

/** The monitors on character devices: `-mon`, `-qmp` and `-qmp-pretty`, in order. @throws UsageError */
export function monitorConfigs(given: GivenOptions): MonitorConfig[] {
  return given.order.flatMap(one => {
    const { argument, origin } = one;
    const { name } = one.option;
    if (name === 'mon') return [ofMon(given.valuesOf(one), origin)];
    const isQmp = name === 'qmp' || name === 'qmp-pretty';
    if (!isQmp || argument === 'none') return []; // `none` is a monitor that is not there
    return [{ spec: argument, mode: 'control', pretty: name === 'qmp-pretty' } as const];
  });
}

function ofMon({ chardev, mode = 'readline', pretty = 'off' }: OptionValues, origin: string): MonitorConfig {
  const refuse = (reason: string) => new UsageError(reason, origin);
  if (chardev === undefined) throw refuse("Parameter 'chardev' is missing");
  const known = MODES.find(each => each === mode);
  if (!known) throw refuse(`Parameter 'mode' does not accept value '${mode}'`);
  const isPretty = booleanOf('pretty', pretty);
  if (known === 'readline' && isPretty) throw refuse("'pretty' is not compatible with HMP monitors");
  return { spec: `chardev:${chardev}`, mode: known, pretty: isPretty, option: origin };
}
