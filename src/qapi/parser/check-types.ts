import { BUILTIN_TYPES, isBuiltin } from '../schema-model.ts';
import type {
  AlternateDefinition,
  Branch,
  Definition,
  Member,
  StructDefinition,
  TypeDefinition,
  TypeRef,
  UnionDefinition,
} from './definitions.ts';
import { expected, SchemaError, type SourceLocation } from './location.ts';

/** The definitions by name, and what the checks of types ask of them. */
export class TypeTable {
  private readonly byName: Map<string, Definition>;

  constructor(definitions: readonly Definition[]) {
    this.byName = new Map();
    for (const definition of definitions) {
      const first = this.byName.get(definition.name);
      if (first === undefined) this.byName.set(definition.name, definition);
      else {
        const place = `${first.location.file}:${first.location.line}`;
        throw new SchemaError(definition.location, `'${definition.name}' is defined already, at ${place}`);
      }
    }
  }

  /** The definition of a type; undefined for a built-in one. Fails when there is none. */
  lookup(name: string, location: SourceLocation): TypeDefinition | undefined {
    if (isBuiltin(name)) return undefined;
    const definition = this.byName.get(name);
    if (definition === undefined || definition.kind === 'command' || definition.kind === 'event') {
      throw expected(location, 'the name of a type', `'${name}'`);
    }
    return definition;
  }

  reference(type: TypeRef, location: SourceLocation): void {
    this.lookup(typeof type === 'string' ? type : type[0], location);
  }

  /** A struct or union that can hold arguments or be a branch. */
  object(name: string, location: SourceLocation, what: string): StructDefinition | UnionDefinition {
    const definition = this.lookup(name, location);
    if (definition?.kind === 'struct' || definition?.kind === 'union') return definition;
    throw expected(location, `a struct or union as ${what}`, `'${name}'`);
  }

  /** Own and inherited members of a struct, or the base members of a union. */
  members(definition: StructDefinition | UnionDefinition, open: readonly string[] = []): Member[] {
    if (open.includes(definition.name)) {
      throw new SchemaError(definition.location, `'${definition.name}' is based on itself`);
    }
    const own = definition.kind === 'struct' ? definition.members : [];
    const { base } = definition;
    if (base === undefined) return own;
    const inherited = typeof base === 'string' ? this.baseMembers(definition, base, open) : base;
    return [...inherited, ...own];
  }

  private baseMembers(
    definition: StructDefinition | UnionDefinition,
    base: string,
    open: readonly string[],
  ): Member[] {
    const found = this.lookup(base, definition.location);
    if (found?.kind !== 'struct') throw expected(definition.location, 'a struct as the base', `'${base}'`);
    return this.members(found, [...open, definition.name]);
  }
}

/** Fails when two of the members share a name. */
export function checkClash(members: readonly Member[], owner: string, location: SourceLocation): void {
  const seen = new Set<string>();
  for (const { name } of members) {
    if (seen.has(name)) throw new SchemaError(location, `'${owner}' has two members '${name}'`);
    seen.add(name);
  }
}

export function checkUnion(definition: UnionDefinition, types: TypeTable): void {
  const members = types.members(definition);
  const { discriminator, location } = definition;
  const tag = members.find(member => member.name === discriminator);
  if (tag === undefined) {
    throw expected(location, 'a member of the base as the discriminator', `'${discriminator}'`);
  }
  const tagType = typeof tag.type === 'string' ? types.lookup(tag.type, tag.location) : undefined;
  if (tagType?.kind !== 'enum')
    throw expected(location, 'an enum as the discriminator', `'${discriminator}'`);
  if (tagType.values.length === 0)
    throw new SchemaError(location, `'${tagType.name}' has no values to tell branches`);
  if (tag.optional) throw new SchemaError(location, `the discriminator '${discriminator}' is optional`);
  if (tag.condition !== undefined) {
    throw new SchemaError(location, `the discriminator '${discriminator}' is conditional`);
  }
  for (const branch of definition.branches) {
    if (!tagType.values.some(value => value.name === branch.name)) {
      throw expected(branch.location, `a value of '${tagType.name}' as the branch`, `'${branch.name}'`);
    }
    checkBranch(definition, branch, members, types);
  }
}

function checkBranch(
  owner: UnionDefinition,
  branch: Branch,
  members: readonly Member[],
  types: TypeTable,
): void {
  if (typeof branch.type !== 'string')
    throw expected(branch.location, 'a struct or union as the branch', 'an array');
  const variant = types.object(branch.type, branch.location, 'the branch');
  checkClash([...members, ...types.members(variant)], owner.name, branch.location);
}

/** Fails when a value could belong to two branches. */
export function checkAlternate(definition: AlternateDefinition, types: TypeTable): void {
  const seen = new Map<string, string>();
  for (const branch of definition.branches) {
    for (const kind of jsonKinds(branch, types)) {
      const other = seen.get(kind);
      if (other !== undefined) {
        throw new SchemaError(
          branch.location,
          `branches '${other}' and '${branch.name}' cannot be told apart`,
        );
      }
      seen.set(kind, branch.name);
    }
  }
}

/** What JSON types the branch takes; a string may stand for more where it is read from a command line. */
function jsonKinds(branch: Branch, types: TypeTable): string[] {
  if (typeof branch.type !== 'string') {
    types.reference(branch.type, branch.location);
    return ['array'];
  }
  const definition = types.lookup(branch.type, branch.location);
  if (definition === undefined) {
    const kind = BUILTIN_TYPES[branch.type as keyof typeof BUILTIN_TYPES];
    if (kind === 'value') throw expected(branch.location, 'a type that excludes others', `'${branch.type}'`);
    return kind === 'int' ? ['number'] : kind === 'string' ? ['string', 'number', 'boolean'] : [kind];
  }
  if (definition.kind === 'alternate')
    throw expected(branch.location, 'a type that is no alternate', `'${branch.type}'`);
  if (definition.kind !== 'enum') return ['object'];
  const values = definition.values.map(value => value.name);
  const kinds = ['string'];
  if (values.some(value => value === 'on' || value === 'off')) kinds.push('boolean');
  if (values.some(value => /^[-+0-9.]/.test(value))) kinds.push('number');
  return kinds;
}
