import type { CommandName, Commands } from './generated/types.ts';

/** QMP commands with what answers them, each typed by the schema. */
export type CommandHandlers = {
  [C in CommandName]?: (
    args: Commands[C]['args'],
  ) => Commands[C]['returns'] | Promise<Commands[C]['returns']>;
};
