/** A command failed; its text is printed as it is, without the word Error. */
export class CommandError extends Error {
  /** exit status of a script that ends with this error: 1 a failure, 3 the VM was lost, 4 a wait timed out */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/** No table has a command of this name. */
export class UnknownCommandError extends CommandError {
  constructor(name: string) {
    super(`unknown command: '${name}'`);
    this.name = 'UnknownCommandError';
  }
}

/** The arguments of a command do not fit its args_type. */
export class ArgumentError extends CommandError {
  constructor(message: string) {
    super(message);
    this.name = 'ArgumentError';
  }
}
