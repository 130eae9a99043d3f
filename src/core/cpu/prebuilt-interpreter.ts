import type { InterpreterModule } from './emit/interpreter.ts';

/** The interpreter, and the key of the options that it was made for. */
export interface PrebuiltInterpreter {
  readonly key: string;
  readonly module: () => InterpreterModule;
}

/** Made when the program is built, which puts a module with it in this one's place; until then there is none. */
export const PREBUILT_INTERPRETER: PrebuiltInterpreter | undefined = undefined;
