import type { MemberModel, Schema, TypeModel } from '../schema-model.ts';
import type {
  CommandDefinition,
  Condition,
  Definition,
  EventDefinition,
  Feature,
  Member,
  ParsedSchema,
  StructDefinition,
  TypeDefinition,
  UnionDefinition,
} from './definitions.ts';
import { SchemaError, type SourceLocation } from './location.ts';

/** True when the condition holds, given the symbols that are defined. */
export function holds(condition: Condition | undefined, defined: ReadonlySet<string>): boolean {
  if (condition === undefined) return true;
  if (typeof condition === 'string') return defined.has(condition);
  if ('all' in condition) return condition.all.every(item => holds(item, defined));
  if ('any' in condition) return condition.any.some(item => holds(item, defined));
  return !holds(condition.not, defined);
}

/** Turns a checked schema into the model; what is not there under the defined symbols is left out. */
export function compileSchema(schema: ParsedSchema, defined: ReadonlySet<string> = new Set()): Schema {
  return new Compiler(schema, defined).run();
}

class Compiler {
  private readonly definitions: Definition[];
  private readonly byName: Map<string, Definition>;
  private readonly defined: ReadonlySet<string>;
  private readonly commands: Record<string, Schema['commands'][string]> = {};
  private readonly events: Record<string, Schema['events'][string]> = {};
  private readonly types: Record<string, TypeModel> = {};

  constructor(schema: ParsedSchema, defined: ReadonlySet<string>) {
    this.defined = defined;
    this.definitions = this.present(schema.definitions);
    this.byName = new Map(this.definitions.map(definition => [definition.name, definition]));
  }

  run(): Schema {
    for (const definition of this.definitions) {
      if (definition.kind === 'command') this.command(definition);
      else if (definition.kind === 'event') this.event(definition);
      else this.types[definition.name] = this.type(definition);
    }
    return { commands: this.commands, events: this.events, types: this.types };
  }

  private present<T extends { condition?: Condition }>(items: readonly T[]): T[] {
    return items.filter(item => holds(item.condition, this.defined));
  }

  private features(features: readonly Feature[]): { features?: readonly string[] } {
    const names = this.present(features).map(feature => feature.name);
    return names.length === 0 ? {} : { features: names };
  }

  private command(definition: CommandDefinition): void {
    this.commands[definition.name] = {
      ...this.data(definition),
      ...(definition.returns === undefined ? {} : { returns: definition.returns }),
      ...(definition.gen ? {} : { gen: false }),
      ...(definition.successResponse ? {} : { successResponse: false }),
      ...(definition.allowOob ? { allowOob: true } : {}),
      ...(definition.allowPreconfig ? { allowPreconfig: true } : {}),
      ...this.features(definition.features),
    };
  }

  private event(definition: EventDefinition): void {
    this.events[definition.name] = { ...this.data(definition), ...this.features(definition.features) };
  }

  private data({ name, data }: CommandDefinition | EventDefinition): { data?: string } {
    if (data === undefined) return {};
    if (typeof data === 'string') return { data };
    if (data.length === 0) return {};
    const implicit = `q_obj_${name}-arg`;
    this.types[implicit] = { kind: 'struct', members: this.members(data) };
    return { data: implicit };
  }

  private type(definition: TypeDefinition): TypeModel {
    const features = this.features(definition.features);
    switch (definition.kind) {
      case 'enum': {
        const values = this.present(definition.values).map(value => ({
          name: value.name,
          ...this.features(value.features),
        }));
        return { kind: 'enum', values, ...features };
      }
      case 'struct':
        return { kind: 'struct', members: this.allMembers(definition), ...features };
      case 'alternate':
        return {
          kind: 'alternate',
          variants: this.present(definition.branches).map(({ type }) => type),
          ...features,
        };
      case 'union':
        return { ...this.union(definition), ...features };
    }
  }

  private union(definition: UnionDefinition): TypeModel {
    const variants = this.present(definition.branches).map(
      ({ name, type }) => [name, type as string] as const,
    );
    return {
      kind: 'union',
      members: this.baseMembers(definition.base, definition.location),
      discriminator: definition.discriminator,
      variants: Object.fromEntries(variants),
    };
  }

  private baseMembers(base: string | Member[] | undefined, location: SourceLocation): MemberModel[] {
    if (base === undefined) return [];
    if (typeof base !== 'string') return this.members(base);
    const definition = this.byName.get(base);
    if (definition?.kind === 'struct') return this.allMembers(definition);
    throw new SchemaError(location, `the base '${base}' is left out by its condition`);
  }

  private allMembers(definition: StructDefinition): MemberModel[] {
    return [...this.baseMembers(definition.base, definition.location), ...this.members(definition.members)];
  }

  private members(members: readonly Member[]): MemberModel[] {
    return this.present(members).map(member => ({
      name: member.name,
      type: member.type,
      ...(member.optional ? { optional: true } : {}),
      ...this.features(member.features),
    }));
  }
}
