import { isBuiltin } from '../schema-model.ts';
import type { Definition, Pragma } from './definitions.ts';
import { expected, SchemaError, type SourceLocation } from './location.ts';

const NAME = /^(?:__[a-z0-9.-]+_)?(?:x-)?([a-z][a-z0-9_-]*)$/i;
const VALUE = /^(?:__[a-z0-9.-]+_)?(?:x-)?([a-z0-9][a-z0-9_-]*)$/i;

/** Splits off a vendor's or experimental prefix; fails on what no name may be. */
function stem(name: string, location: SourceLocation, pattern: RegExp): string {
  const match = pattern.exec(name);
  if (match === null || /^q[-_]/i.test(name)) {
    const rule = "a name of letters, digits, '-' and '_' that begins with a letter and not with 'q_'";
    throw expected(location, rule, `'${name}'`);
  }
  return match[1]!;
}

/** Fails unless the definition's name follows the rule for its kind. */
export function checkDefinitionName(definition: Definition, pragma: Pragma): void {
  const { name, kind, location } = definition;
  if (kind === 'event') {
    if (!/[a-z-]/.test(stem(name, location, NAME))) return;
    throw expected(location, 'the name of an event in capitals with underscores', `'${name}'`);
  }
  if (kind === 'command') {
    const rest = stem(name, location, NAME);
    if (!/[A-Z]/.test(rest) && (!rest.includes('_') || pragma.commandNameExceptions.has(name))) return;
    throw expected(location, 'the name of a command in lower case with hyphens', `'${name}'`);
  }
  if (isBuiltin(name)) throw new SchemaError(location, `'${name}' is the name of a built-in type`);
  if (!/^[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*$/.test(stem(name, location, NAME))) {
    throw expected(location, `the name of the ${kind} in CamelCase`, `'${name}'`);
  }
  if (name.endsWith('List')) throw expected(location, "a name that does not end in 'List'", `'${name}'`);
}

/** Fails unless a member's, branch's or feature's name is in lower case; `permissive` lets the old ones pass. */
export function checkMemberName(
  name: string,
  location: SourceLocation,
  what: string,
  options: { permissive?: boolean; value?: boolean } = {},
): void {
  const rest = stem(name, location, options.value === true ? VALUE : NAME);
  if (options.permissive !== true && /[A-Z_]/.test(rest)) {
    throw expected(location, `the name of ${what} in lower case with hyphens`, `'${name}'`);
  }
  if (options.value === true) return;
  if (name === 'u' || /^has[-_]/.test(name))
    throw new SchemaError(location, `${what} '${name}' has a reserved name`);
}
