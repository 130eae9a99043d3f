import { schema } from './generated/schema.ts';
import type { Schema } from './schema-model.ts';

export { type ErrorClass, type ErrorReply, QmpError } from './errors.ts';
export { introspect } from './introspect.ts';
export { restrictSchema, type Schema } from './schema-model.ts';
export {
  decodeEvent,
  decodeReturn,
  SchemaMismatchError,
  validateArguments,
  validateEvent,
  validateReturn,
} from './validate.ts';
export { isObject, type QmpObject, type QmpValue } from './value.ts';

/** The whole schema, as it was generated; reads no file. */
export function loadSchema(): Schema {
  return schema;
}
