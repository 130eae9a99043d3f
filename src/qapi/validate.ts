import { QmpError } from './errors.ts';
import type { Schema, TypeRef } from './schema-model.ts';
import { isObject, type QmpObject, type QmpValue } from './value.ts';
import { type NumberTypes, Visitor } from './visitor.ts';

/** A reply or event does not fit its type in the schema. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
}

/**
 * Checks the arguments of a command and returns them in canonical form: a bigint or number as the type has it.
 * Throws QmpError: CommandNotFound for an unknown command, else GenericError with QEMU's sentence for the first
 * member that is missing or wrong, in the schema's order, then for one that is unexpected.
 */
export function validateArguments(
  schema: Schema,
  command: string,
  args: unknown,
  numbers: NumberTypes = 'loose',
): QmpObject {
  const model = Object.hasOwn(schema.commands, command) ? schema.commands[command] : undefined;
  if (model === undefined) throw commandNotFound(command);
  const given = args ?? {};
  if (!isObject(given) || args === null) throw new QmpError("QMP input member 'arguments' must be an object");
  const visitor = new Visitor(schema, { extraMembers: model.gen === false ? 'keep' : 'refuse', numbers });
  return visitor.object(model.data, given);
}

/** The error for a command that is not offered. */
export function commandNotFound(command: string): QmpError {
  return new QmpError(`The command ${command} has not been found`, 'CommandNotFound');
}

/** Checks a reply strictly and returns it in canonical form. Throws SchemaMismatchError. */
export function validateReturn(schema: Schema, command: string, value: unknown): QmpValue {
  return visitReturn(new Visitor(schema, { extraMembers: 'refuse' }), schema, command, value);
}

/**
 * Brings the reply of another server to canonical form. Members and enum values that the schema does not know,
 * and missing ones, pass: servers differ by release. Throws SchemaMismatchError where a type is another.
 */
export function decodeReturn(schema: Schema, command: string, value: unknown): QmpValue {
  return visitReturn(new Visitor(schema, { extraMembers: 'keep', lenient: true }), schema, command, value);
}

function visitReturn(visitor: Visitor, schema: Schema, command: string, value: unknown): QmpValue {
  const model = Object.hasOwn(schema.commands, command) ? schema.commands[command] : undefined;
  if (model === undefined) throw new SchemaMismatchError(`the schema has no command '${command}'`);
  const what = `the reply of ${command}`;
  return mismatch(what, () => visitRoot(visitor, model.returns, value));
}

function visitRoot(visitor: Visitor, type: TypeRef | undefined, value: unknown): QmpValue {
  if (type !== undefined) return visitor.value(type, value, 'return');
  if (!isObject(value)) throw new QmpError("Invalid parameter type for 'return', expected: object");
  return visitor.object(undefined, value);
}

/** Checks the data of an event strictly and returns it in canonical form. Throws SchemaMismatchError. */
export function validateEvent(schema: Schema, event: string, data: unknown): QmpObject {
  return visitEvent(new Visitor(schema, { extraMembers: 'refuse' }), schema, event, data);
}

/** Brings the data of another server's event to canonical form, as decodeReturn does for replies. */
export function decodeEvent(schema: Schema, event: string, data: unknown): QmpObject {
  return visitEvent(new Visitor(schema, { extraMembers: 'keep', lenient: true }), schema, event, data);
}

function visitEvent(visitor: Visitor, schema: Schema, event: string, data: unknown): QmpObject {
  const model = Object.hasOwn(schema.events, event) ? schema.events[event] : undefined;
  if (model === undefined) throw new SchemaMismatchError(`the schema has no event '${event}'`);
  const given = data ?? {};
  if (!isObject(given)) throw new SchemaMismatchError(`the data of ${event} is not an object`);
  return mismatch(`the data of ${event}`, () => visitor.object(model.data, given));
}

function mismatch<T>(what: string, visit: () => T): T {
  try {
    return visit();
  } catch (error) {
    if (!(error instanceof QmpError)) throw error;
    throw new SchemaMismatchError(`${what} does not fit the schema: ${error.message}`);
  }
}
