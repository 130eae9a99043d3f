import type { InterpreterModule } from './emit/interpreter.ts';

/** The interpreter, and the key of the options that it was made for. */
export interface PrebuiltInterpreter extends InterpreterModule {
  readonly key: string;
}

/** Made when the program is built, which puts a module with it in this one's place; until then there is none. */
export const PREBUILT_INTERPRETER: PrebuiltInterpreter | undefined = undefined;
