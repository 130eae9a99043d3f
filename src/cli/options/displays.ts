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

/** `-vga`: there is nothing behind it but `none`. @throws UsageError */
export function checkGraphicCard(given: GivenOptions, warn: (line: string) => void): void {
  const card = given.last('vga');
  if (card !== undefined && ELSEWHERE.includes(card)) {
    warn(
      'warning: A -vga option was passed but this machine type does not use that option; No VGA device has been created',
    );
  } else if (card !== undefined && card !== 'none' && !asksForHelp(card)) {
    const name = CARDS[card];
    throw new UsageError(name === undefined ? `unknown vga type: ${card}` : `${name} not available`);
  }
}

/** What `-vga help` prints. */
export const VGA_HELP = `${'none'.padEnd(20)} no graphic card\n`;
export const DISPLAY_HELP = 'Available display backend types:\nnone\n';
