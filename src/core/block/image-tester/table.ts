import { ASYNCHRONOUS_COMMANDS } from './asynchronous.ts';
import { CHANGING_COMMANDS } from './change.ts';
import type { TesterCommand } from './command.ts';
import { DEBUGGING_COMMANDS } from './debug.ts';
import { helpCommand } from './help.ts';
import { INSPECTING_COMMANDS } from './inspect.ts';
import { PROGRAM_COMMANDS } from './program.ts';
import { READ_COMMANDS } from './read.ts';
import { REOPEN_COMMANDS } from './reopen.ts';
import { WRITE_COMMANDS } from './write.ts';

/** Every command, by name. */
export const TESTER_COMMANDS: readonly TesterCommand[] = [
  ...READ_COMMANDS,
  ...WRITE_COMMANDS,
  ...ASYNCHRONOUS_COMMANDS,
  ...INSPECTING_COMMANDS,
  ...CHANGING_COMMANDS,
  ...REOPEN_COMMANDS,
  ...DEBUGGING_COMMANDS,
  ...PROGRAM_COMMANDS,
  helpCommand(() => TESTER_COMMANDS),
].sort((one, other) => (one.name < other.name ? -1 : 1));
