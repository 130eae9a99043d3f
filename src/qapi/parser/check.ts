import { checkDoc } from './check-doc.ts';
import { checkAlternate, checkClash, checkUnion, TypeTable } from './check-types.ts';
import type {
  Branch,
  CommandDefinition,
  Definition,
  EventDefinition,
  Feature,
  Member,
  ParsedSchema,
  Pragma,
  StructDefinition,
  TypeRef,
} from './definitions.ts';
import { expected, SchemaError, type SourceLocation } from './location.ts';
import { checkDefinitionName, checkMemberName } from './names.ts';

/**
 * Checks names, types and documentation of a parsed schema.
 * Throws SchemaError at the first definition that breaks a rule.
 */
export function checkSchema(schema: ParsedSchema): void {
  const types = new TypeTable(schema.definitions);
  for (const definition of schema.definitions) {
    checkDefinitionName(definition, schema.pragma);
    for (const feature of definition.features) checkFeature(feature);
    checkDefinition(definition, types, schema.pragma);
    checkDoc(definition, schema.pragma);
  }
}

function checkDefinition(definition: Definition, types: TypeTable, pragma: Pragma): void {
  const permissive = pragma.memberNameExceptions.has(definition.name);
  switch (definition.kind) {
    case 'enum':
      for (const { name, location, features } of definition.values) {
        checkMemberName(name, location, 'a value', { permissive, value: true });
        features.forEach(checkFeature);
      }
      return;
    case 'struct':
      checkStruct(definition, types, permissive);
      return;
    case 'union':
      if (typeof definition.base !== 'string') checkMembers(definition.base, types, permissive);
      checkUnion(definition, types);
      return;
    case 'alternate':
      definition.branches.forEach(checkBranchName);
      checkAlternate(definition, types);
      return;
    case 'command':
      checkArguments(definition, types, permissive);
      checkReturns(definition, types, pragma);
      return;
    case 'event':
      checkArguments(definition, types, permissive);
      return;
  }
}

function checkFeature({ name, location }: Feature): void {
  checkMemberName(name, location, 'a feature');
}

function checkBranchName({ name, location }: Branch): void {
  checkMemberName(name, location, 'a branch');
}

function checkStruct(definition: StructDefinition, types: TypeTable, permissive: boolean): void {
  checkMembers(definition.members, types, permissive);
  checkClash(types.members(definition), definition.name, definition.location);
  checkContained(definition, types, []);
}

/** Fails when the struct cannot end: it holds itself by members that must be present. */
function checkContained(definition: StructDefinition, types: TypeTable, open: readonly string[]): void {
  if (open.includes(definition.name)) {
    throw new SchemaError(definition.location, `'${definition.name}' contains itself`);
  }
  for (const member of types.members(definition)) {
    if (member.optional || typeof member.type !== 'string') continue;
    const inner = types.lookup(member.type, member.location);
    if (inner?.kind === 'struct') checkContained(inner, types, [...open, definition.name]);
  }
}

function checkMembers(members: readonly Member[], types: TypeTable, permissive: boolean): void {
  for (const { name, type, location, features } of members) {
    checkMemberName(name, location, 'a member', { permissive });
    types.reference(type, location);
    features.forEach(checkFeature);
  }
}

function checkArguments(
  definition: CommandDefinition | EventDefinition,
  types: TypeTable,
  permissive: boolean,
): void {
  const { data, boxed, kind, location } = definition;
  if (data === undefined) return;
  if (typeof data !== 'string') {
    checkMembers(data, types, permissive);
    return;
  }
  const type = types.object(data, location, `the data of the ${kind}`);
  if (type.kind === 'union' && !boxed)
    throw expected(location, "'boxed': true beside a union", `'${data}' alone`);
}

function checkReturns(definition: CommandDefinition, types: TypeTable, pragma: Pragma): void {
  const { returns, location, name } = definition;
  if (returns === undefined) return;
  types.reference(returns, location);
  if (pragma.commandReturnsExceptions.has(name) || isObject(returns, location, types)) return;
  const found = typeof returns === 'string' ? `'${returns}'` : `['${returns[0]}']`;
  throw expected(location, 'a struct, a union or an array of those as the reply', found);
}

function isObject(type: TypeRef, location: SourceLocation, types: TypeTable): boolean {
  const definition = types.lookup(typeof type === 'string' ? type : type[0], location);
  return definition?.kind === 'struct' || definition?.kind === 'union';
}
