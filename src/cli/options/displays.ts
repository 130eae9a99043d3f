import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';

/** `help`, `DRIVER,help`, and so on with a question mark. */
export function asksForHelp(argument: string | undefined): argument is string {
  return argument !== undefined && /(^|,)(help|\?)$/.test(argument);
}

/** Cards that `-vga` names, none of which this board has. */
const CARDS: Readonly<Record<string, string>> = {
  none: 'no graphic card',
  std: 'standard VGA',
  cirrus: 'Cirrus VGA',
  vmware: 'VMWare SVGA',
  virtio: 'Virtio VGA',
  qxl: 'QXL VGA',
  tcx: 'TCX framebuffer',
  cg3: 'CG3 framebuffer',
};

/** Cards for which QEMU has a device, though not on this board. */
const ELSEWHERE = ['std', 'cirrus', 'vmware', 'virtio'];

/** `-vga`, `-audio`, `-audiodev`: there is nothing behind them but `none`. @throws UsageError */
export function checkOutputs(given: GivenOptions, warn: (line: string) => void): void {
  const card = given.last('vga');
  if (card !== undefined && ELSEWHERE.includes(card)) {
    warn(
      'warning: A -vga option was passed but this machine type does not use that option; No VGA device has been created',
    );
  } else if (card !== undefined && card !== 'none' && !asksForHelp(card)) {
    const name = CARDS[card];
    throw new UsageError(name === undefined ? `unknown vga type: ${card}` : `${name} not available`);
  }
  for (const one of given.given('audiodev', 'audio'))
    checkSound(one.option.name, one.origin, given.valuesOf(one));
}

function checkSound(
  option: string,
  origin: string,
  { driver, id, model, ...rest }: Readonly<Record<string, string>>,
): void {
  const fail = (message: string) => new UsageError(message, origin);
  if (option === 'audiodev' && id === undefined) throw fail("Parameter 'id' is missing");
  if (driver === undefined) throw fail("Parameter 'driver' is missing");
  if (driver !== 'none') throw fail(`Parameter 'driver' does not accept value '${driver}'`);
  const unknown = Object.keys(rest).find(key => !/^(timer-period|(in|out)\.[a-z-]+)$/.test(key));
  if (unknown !== undefined) throw fail(`Parameter '${unknown}' is unexpected`);
  if (model !== undefined) throw fail(`Unknown sound card name \`${model}'`);
}

/** What `-vga help` prints. */
export const VGA_HELP = `${'none'.padEnd(20)} no graphic card\n`;
export const DISPLAY_HELP = 'Available display backend types:\nnone\n';
export const AUDIO_HELP = 'Available audio drivers:\nnone\n';
