import { CPU_MODELS } from '../../core/cpu-models.ts';
import type { GivenOptions } from '../given-options.ts';
import { firmwareFolder } from '../paths.ts';
import { asksForHelp, DISPLAY_HELP, VGA_HELP } from './displays.ts';
import { isHelp, machineHelp } from './machine.ts';
import { AUDIO_HELP } from './sound.ts';

/** The monitor command that answers an option's `help`, undefined if none is asked for. */
export function helpCommand(given: GivenOptions): string | undefined {
  const device = given.all('device').find(asksForHelp);
  if (device !== undefined) return `device_add ${device}`;
  const object = given.all('object').find(asksForHelp);
  if (object !== undefined) return `object_add ${object}`;
  const chardev = given.all('chardev').find(asksForHelp);
  if (chardev !== undefined) return 'chardev-add help';
  if (given.all('netdev', 'nic', 'net').some(asksForHelp)) return 'netdev_add help';
  const items = given.last('d');
  if (items === 'help' || items === '?') return 'log help';
  const trace = [items?.replace(/^trace:/, ''), given.last('trace')].find(asksForHelp);
  return trace === undefined ? undefined : 'info trace-events';
}

const TEXTS: Readonly<Record<string, string>> = {
  vga: VGA_HELP,
  display: DISPLAY_HELP,
  audiodev: AUDIO_HELP,
  audio: AUDIO_HELP,
};

/** Properties of a model are told by the monitor. */
const CPU_HELP = `Available CPUs:\n${CPU_MODELS.map(({ name }) => `  ${name}\n`).join('')}`;

/** What an option's `help` prints that needs no machine, null if none is asked for. */
export function helpAnswer(given: GivenOptions): { readonly text: string } | null {
  const text = helpText(given);
  return text === undefined ? null : { text };
}

function helpText(given: GivenOptions): string | undefined {
  if (given.all('cpu').some(isHelp)) return CPU_HELP;
  const machines = machineHelp(given.all('M', 'machine'), given.all('accel'));
  if (machines !== undefined) return machines;
  if (given.all('L').some(asksForHelp)) {
    const folders = given.all('L').filter(folder => !asksForHelp(folder));
    return [...folders, firmwareFolder()].map(folder => `${folder}\n`).join('');
  }
  const asked = Object.keys(TEXTS).find(name => given.all(name).some(asksForHelp));
  return asked === undefined ? undefined : TEXTS[asked]!;
}
