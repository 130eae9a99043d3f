import type { CommandName, Commands } from '../../qapi/generated/types.ts';

/** The QMP commands that a part of the machine answers, each typed by the schema. */
export type CommandHandlers = {
  [C in CommandName]?: (
    args: Commands[C]['args'],
  ) => Commands[C]['returns'] | Promise<Commands[C]['returns']>;
};
