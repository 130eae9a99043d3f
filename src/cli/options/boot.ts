import type { BootMenu, OptionValues } from '../../core/config.ts';
import { booleanOf, integerOf } from '../../qapi/text-values.ts';
import { UsageError } from '../errors.ts';

const KNOWN = ['order', 'once', 'menu', 'splash', 'splash-time', 'reboot-timeout', 'strict'];
const LONGEST = 0xffff;

/**
 * `-boot`: what firmware is told. An order of devices is checked; as in QEMU no firmware of this board hears of it.
 * @throws UsageError in QEMU's words
 */
export function bootMenu(values: OptionValues): BootMenu {
  const unknown = Object.keys(values).find(key => !KNOWN.includes(key));
  if (unknown !== undefined) throw new UsageError(`Parameter 'boot.${unknown}' is unexpected`);
  if (values['splash'] !== undefined)
    throw new UsageError('-boot splash=: no firmware of this board shows a picture');
  for (const order of [values['order'], values['once']]) checkOrder(order ?? '');
  return {
    strict: booleanOf('boot.strict', values['strict'] ?? 'off'),
    menu: booleanOf('boot.menu', values['menu'] ?? 'off'),
    menuWait: milliseconds(
      values,
      'splash-time',
      'splash time is invalid,it should be a value between 0 and 65535',
    ),
    failWait: milliseconds(
      values,
      'reboot-timeout',
      'reboot timeout is invalid,it should be a value between -1 and 65535',
      -1,
    ),
  };
}

function checkOrder(order: string): void {
  for (const [at, device] of [...order].entries()) {
    if (device < 'a' || device > 'p') throw new UsageError(`Invalid boot device '${device}'`);
    if (order.indexOf(device) < at) throw new UsageError(`Boot device '${device}' was given twice`);
  }
}

function milliseconds(values: OptionValues, key: string, complaint: string, least = 0): number | null {
  const text = values[key];
  if (text === undefined) return null;
  const value = integerOf(text);
  if (value === undefined) throw new UsageError(`Parameter 'boot.${key}' expects integer`);
  if (value < least || value > LONGEST) throw new UsageError(complaint);
  return Number(value);
}
