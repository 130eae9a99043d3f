import type { Call, TesterCommand } from './command.ts';
import { TesterError } from './errors.ts';
import { parseMilliseconds } from './numbers.ts';

/** `sleep milliseconds` */
async function sleep({ options, around }: Call): Promise<void> {
  const [time = ''] = options.words;
  const milliseconds = parseMilliseconds(time);
  await new Promise<void>(resolve => around.sleep(milliseconds, resolve));
}

/** In a program of its own it could do as it likes. */
function refuse({ name }: Call): void {
  throw new TesterError(`${name} is refused: it would end this program, and the machine with it`);
}

export const PROGRAM_COMMANDS: readonly TesterCommand[] = [
  { name: 'sleep', syntax: 'milliseconds', help: 'wait', least: 1, most: 1, run: sleep },
  { name: 'abort', syntax: '', help: 'refused: it would end the program', least: 0, most: 0, run: refuse },
  {
    name: 'sigraise',
    syntax: 'signal',
    help: 'refused: it would end the program',
    least: 1,
    most: 1,
    run: refuse,
  },
];
