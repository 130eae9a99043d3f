import { QmpError } from '../qapi/errors.ts';
import type { CommandHandlers } from '../qapi/handlers.ts';
import { introspect } from '../qapi/introspect.ts';
import { restrictSchema, type Schema } from '../qapi/schema-model.ts';
import { commandNotFound, validateArguments, validateReturn } from '../qapi/validate.ts';
import type { QmpObject, QmpValue } from '../qapi/value.ts';
import type { NumberTypes } from '../qapi/visitor.ts';

export type { CommandHandlers };

export interface DispatcherOptions {
  /** Looks at every command before its arguments are. @throws QmpError when it cannot be had now */
  admit?: (command: string) => void;
  /** Told of every command that was found, with the error when it failed. */
  onExecuted?: (command: string, error: QmpError | null) => void;
  /** Checks every reply against its type, for tests: a reply that does not fit rejects. */
  validateReplies?: boolean;
}

type AnyHandler = (args: QmpObject) => QmpValue | Promise<QmpValue>;

/**
 * The server's half of QMP without a transport: finds the command, checks the arguments, runs the handler.
 * Answers query-commands and query-qmp-schema itself, for the commands that have handlers.
 */
export class Dispatcher {
  /** The schema, restricted to the commands on offer. */
  readonly schema: Schema;
  private readonly handlers: ReadonlyMap<string, AnyHandler>;
  private readonly options: DispatcherOptions;

  constructor(schema: Schema, handlers: CommandHandlers, options: DispatcherOptions = {}) {
    const known = new Map<string, AnyHandler>();
    for (const [name, handler] of Object.entries(handlers)) {
      if (handler === undefined) continue;
      if (!Object.hasOwn(schema.commands, name)) throw new Error(`the schema has no command '${name}'`);
      known.set(name, handler as AnyHandler);
    }
    known.set('query-commands', () => this.commands().map(name => ({ name })));
    known.set('query-qmp-schema', () => introspect(this.schema) as QmpValue);
    this.handlers = known;
    this.schema = restrictSchema(schema, name => known.has(name));
    this.options = options;
  }

  /** Names of the commands on offer, in the schema's order. */
  commands(): string[] {
    return Object.keys(this.schema.commands);
  }

  /**
   * Runs one command. `args` may be undefined for none; `numbers`: how integers in them are told from doubles.
   * Rejects with QmpError: CommandNotFound, wrong arguments, or what the handler refuses.
   */
  async dispatch(execute: string, args: unknown, numbers: NumberTypes = 'loose'): Promise<QmpValue> {
    const handler = this.handlers.get(execute);
    if (handler === undefined || !Object.hasOwn(this.schema.commands, execute))
      throw commandNotFound(execute);
    try {
      this.options.admit?.(execute);
      const value = await handler(validateArguments(this.schema, execute, args, numbers));
      const reply =
        this.options.validateReplies === true ? validateReturn(this.schema, execute, value) : value;
      this.options.onExecuted?.(execute, null);
      return reply;
    } catch (error) {
      if (error instanceof QmpError) this.options.onExecuted?.(execute, error);
      throw error;
    }
  }
}
