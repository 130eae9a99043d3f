import type { SchemaInfo, SchemaInfoObjectMember } from './generated/types.ts';
import {
  BUILTIN_TYPES,
  type EnumModel,
  isBuiltin,
  type MemberModel,
  type Schema,
  type TypeRef,
  type UnionModel,
} from './schema-model.ts';

/**
 * The answer of query-qmp-schema: every command, every event, and the types these need.
 * Types other than the built-in ones have numbers for names, in the order of their first use.
 */
export function introspect(schema: Schema): SchemaInfo[] {
  return new Introspector(schema).run();
}

type Features = { features?: string[] };

class Introspector {
  private readonly schema: Schema;
  private readonly numbers = new Map<string, string>();
  private readonly used = new Map<string, TypeRef | null>();
  private readonly result: SchemaInfo[] = [];

  constructor(schema: Schema) {
    this.schema = schema;
  }

  run(): SchemaInfo[] {
    for (const [name, command] of Object.entries(this.schema.commands)) {
      const argType = this.use(command.data ?? null);
      const retType = this.use(command.returns ?? null);
      const oob = command.allowOob === true ? { 'allow-oob': true } : {};
      const types = { 'arg-type': argType, 'ret-type': retType };
      this.result.push({ name, 'meta-type': 'command', ...types, ...oob, ...featuresOf(command) });
    }
    for (const [name, event] of Object.entries(this.schema.events)) {
      this.result.push({
        name,
        'meta-type': 'event',
        'arg-type': this.use(event.data ?? null),
        ...featuresOf(event),
      });
    }
    // A Map is iterated in order of insertion, entries added on the way included.
    for (const [name, type] of this.used) this.describe(name, type);
    return this.result;
  }

  /** The masked name of a type, which gets an entry later; null is the object without members. */
  private use(type: TypeRef | null): string {
    const name = this.mask(type);
    if (!this.used.has(name)) this.used.set(name, type);
    return name;
  }

  private mask(type: TypeRef | null): string {
    if (type !== null && typeof type !== 'string') return `[${this.mask(type[0])}]`;
    if (type !== null && isBuiltin(type)) return BUILTIN_TYPES[type] === 'int' ? 'int' : type;
    const key = type ?? '';
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = String(this.numbers.size);
      this.numbers.set(key, number);
    }
    return number;
  }

  private describe(name: string, type: TypeRef | null): void {
    if (type === null) {
      this.result.push({ name, 'meta-type': 'object', members: [] });
    } else if (typeof type !== 'string') {
      this.result.push({ name, 'meta-type': 'array', 'element-type': this.use(type[0]) });
    } else if (isBuiltin(type)) {
      this.result.push({ name, 'meta-type': 'builtin', 'json-type': BUILTIN_TYPES[type] });
    } else {
      this.result.push(this.defined(name, type));
    }
  }

  private defined(name: string, type: string): SchemaInfo {
    const model = this.schema.types[type];
    if (model === undefined) throw new Error(`the schema has no type '${type}'`);
    const features = featuresOf(model);
    switch (model.kind) {
      case 'enum':
        return { name, 'meta-type': 'enum', ...enumMembers(model), ...features };
      case 'alternate': {
        const members = model.variants.map(variant => ({ type: this.use(variant) }));
        return { name, 'meta-type': 'alternate', members, ...features };
      }
      case 'struct':
        return { name, 'meta-type': 'object', members: this.members(model.members), ...features };
      case 'union':
        return { name, 'meta-type': 'object', ...this.union(model), ...features };
    }
  }

  private members(members: readonly MemberModel[]): SchemaInfoObjectMember[] {
    return members.map(member => ({
      name: member.name,
      type: this.use(member.type),
      ...(member.optional === true ? { default: null } : {}),
      ...featuresOf(member),
    }));
  }

  /** Members, tag and one variant for each value of the tag; values without a branch add no members. */
  private union(model: UnionModel) {
    const members = this.members(model.members);
    const tag = model.members.find(member => member.name === model.discriminator);
    const tagType = typeof tag?.type === 'string' ? this.schema.types[tag.type] : undefined;
    if (tagType?.kind !== 'enum') throw new Error(`'${model.discriminator}' is no enum`);
    const cases = new Set([...Object.keys(model.variants), ...tagType.values.map(value => value.name)]);
    const variants = [...cases].map(value => ({
      case: value,
      type: this.use(model.variants[value] ?? null),
    }));
    return { members, tag: model.discriminator, variants };
  }
}

function enumMembers(model: EnumModel) {
  const members = model.values.map(value => ({ name: value.name, ...featuresOf(value) }));
  return { members, values: model.values.map(value => value.name) };
}

function featuresOf({ features }: { readonly features?: readonly string[] }): Features {
  return features === undefined ? {} : { features: [...features] };
}
