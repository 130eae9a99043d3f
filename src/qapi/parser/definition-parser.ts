import type {
  AlternateDefinition,
  Branch,
  CommandDefinition,
  Definition,
  EnumDefinition,
  EventDefinition,
  Member,
  StructDefinition,
  UnionDefinition,
} from './definitions.ts';
import * as fields from './fields.ts';
import { expected, SchemaError } from './location.ts';
import { describeNode, type Node, type ObjectNode } from './node.ts';

/** The keywords that begin a definition. */
export const DEFINITION_KINDS = ['enum', 'struct', 'union', 'alternate', 'command', 'event'] as const;
export type DefinitionKind = (typeof DEFINITION_KINDS)[number];

const COMMAND_KEYS = [
  ...['command', 'data', 'returns', 'boxed', 'gen', 'success-response', 'allow-oob', 'allow-preconfig'],
  ...['coroutine', 'if', 'features'],
];

const KEYS: Record<DefinitionKind, readonly string[]> = {
  enum: ['enum', 'data', 'if', 'features', 'prefix'],
  struct: ['struct', 'data', 'base', 'if', 'features'],
  union: ['union', 'base', 'discriminator', 'data', 'if', 'features'],
  alternate: ['alternate', 'data', 'if', 'features'],
  command: COMMAND_KEYS,
  event: ['event', 'data', 'boxed', 'if', 'features'],
};

/** Reads one definition of the given kind out of its object. */
export function parseDefinition(kind: DefinitionKind, object: ObjectNode): Definition {
  fields.checkKeys(object, `a definition of kind '${kind}'`, KEYS[kind]);
  switch (kind) {
    case 'enum':
      return parseEnum(object);
    case 'struct':
      return parseStruct(object);
    case 'union':
      return parseUnion(object);
    case 'alternate':
      return parseAlternate(object);
    case 'command':
      return parseCommand(object);
    case 'event':
      return parseEvent(object);
  }
}

function common(kind: DefinitionKind, object: ObjectNode) {
  const entry = fields.requireEntry(object, kind, 'the definition');
  return {
    name: fields.asString(entry.value, `the name of the ${kind}`),
    location: entry.value.location,
    features: fields.parseFeatures(object),
    ...fields.parseCondition(object),
  };
}

function dataOf(kind: DefinitionKind, object: ObjectNode): Node {
  return fields.requireEntry(object, 'data', `the ${kind}`).value;
}

function parseEnum(object: ObjectNode): EnumDefinition {
  const items = fields.asList(dataOf('enum', object), "a list of values for 'data'");
  const values = items.map(item => {
    const named = fields.asNamed(item, 'a value', ['name', 'if', 'features']);
    const features = named.object === undefined ? [] : fields.parseFeatures(named.object);
    const condition = named.object === undefined ? {} : fields.parseCondition(named.object);
    return { name: named.name, location: named.location, features, ...condition };
  });
  fields.checkUnique(values, 'value');
  const prefix = object.entries.get('prefix');
  return {
    kind: 'enum',
    ...common('enum', object),
    values,
    ...(prefix === undefined ? {} : { prefix: fields.asString(prefix.value, 'a prefix') }),
  };
}

function parseStruct(object: ObjectNode): StructDefinition {
  const base = object.entries.get('base');
  return {
    kind: 'struct',
    ...common('struct', object),
    ...(base === undefined ? {} : { base: fields.asString(base.value, 'the name of the base') }),
    members: parseMembers(dataOf('struct', object), "an object with the members for 'data'"),
  };
}

function parseUnion(object: ObjectNode): UnionDefinition {
  const base = fields.requireEntry(object, 'base', 'the union').value;
  const discriminator = fields.requireEntry(object, 'discriminator', 'the union').value;
  return {
    kind: 'union',
    ...common('union', object),
    base: base.kind === 'string' ? base.value : parseMembers(base, 'the name of the base, or its members'),
    discriminator: fields.asString(discriminator, 'the name of a member of the base'),
    branches: parseBranches(dataOf('union', object)),
  };
}

function parseAlternate(object: ObjectNode): AlternateDefinition {
  const data = dataOf('alternate', object);
  const branches = parseBranches(data);
  if (branches.length === 0) throw expected(data.location, 'at least one branch', 'none');
  return { kind: 'alternate', ...common('alternate', object), branches };
}

function parseCommand(object: ObjectNode): CommandDefinition {
  const returns = object.entries.get('returns');
  const boxed = fields.flag(object, 'boxed', false);
  if (object.entries.has('allow-oob') && object.entries.has('coroutine')) {
    throw new SchemaError(object.location, "'allow-oob' and 'coroutine' exclude each other");
  }
  return {
    kind: 'command',
    ...common('command', object),
    ...parseArguments(object, boxed),
    ...(returns === undefined ? {} : { returns: fields.asType(returns.value) }),
    boxed,
    gen: fields.flag(object, 'gen', true),
    successResponse: fields.flag(object, 'success-response', true),
    allowOob: fields.flag(object, 'allow-oob', false),
    allowPreconfig: fields.flag(object, 'allow-preconfig', false),
    coroutine: fields.flag(object, 'coroutine', false),
  };
}

function parseEvent(object: ObjectNode): EventDefinition {
  const boxed = fields.flag(object, 'boxed', false);
  return { kind: 'event', ...common('event', object), ...parseArguments(object, boxed), boxed };
}

function parseArguments(object: ObjectNode, boxed: boolean): { data?: string | Member[] } {
  const data = object.entries.get('data')?.value;
  if (data === undefined) {
    if (boxed) throw expected(object.location, "'data' beside 'boxed'", 'none');
    return {};
  }
  if (data.kind === 'string') return { data: data.value };
  if (boxed) throw expected(data.location, "a type's name for 'data' beside 'boxed'", describeNode(data));
  return { data: parseMembers(data, "a type's name or an object with the members for 'data'") };
}

function parseMembers(node: Node, what: string): Member[] {
  const object = fields.asObject(node, what);
  const members = [...object.entries].map(([key, entry]): Member => {
    const optional = key.startsWith('*');
    const name = optional ? key.slice(1) : key;
    const { value } = entry;
    if (value.kind !== 'object') {
      return { name, optional, type: fields.asType(value), location: entry.location, features: [] };
    }
    fields.checkKeys(value, `member '${name}'`, ['type', 'if', 'features']);
    return {
      name,
      optional,
      type: fields.asType(fields.requireEntry(value, 'type', `member '${name}'`).value),
      location: entry.location,
      features: fields.parseFeatures(value),
      ...fields.parseCondition(value),
    };
  });
  fields.checkUnique(members, 'member');
  return members;
}

function parseBranches(node: Node): Branch[] {
  const object = fields.asObject(node, "an object with the branches for 'data'");
  return [...object.entries].map(([name, entry]): Branch => {
    const { value } = entry;
    if (value.kind !== 'object') return { name, type: fields.asType(value), location: entry.location };
    fields.checkKeys(value, `branch '${name}'`, ['type', 'if']);
    const type = fields.requireEntry(value, 'type', `branch '${name}'`).value;
    return { name, type: fields.asType(type), location: entry.location, ...fields.parseCondition(value) };
  });
}
