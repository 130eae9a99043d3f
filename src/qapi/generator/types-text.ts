import { holds } from '../parser/compile.ts';
import type {
  AlternateDefinition,
  CommandDefinition,
  Definition,
  EnumDefinition,
  EventDefinition,
  Member,
  ParsedSchema,
  StructDefinition,
  TypeDefinition,
  TypeRef,
  UnionDefinition,
} from '../parser/definitions.ts';
import type { Doc, DocItem } from '../parser/doc.ts';

const BUILTINS: Record<string, string> = {
  str: 'string',
  number: 'number',
  int: 'bigint',
  int64: 'bigint',
  uint64: 'bigint',
  size: 'bigint',
  int8: 'number',
  int16: 'number',
  int32: 'number',
  uint8: 'number',
  uint16: 'number',
  uint32: 'number',
  bool: 'boolean',
  any: 'QmpValue',
  null: 'null',
};

const WIDTH = 108;
const EMPTY = 'Record<string, never>';

/** The text of types.ts: a TypeScript type for each type, and tables of the commands and events. */
export function typesText(schema: ParsedSchema, defined: ReadonlySet<string> = new Set()): string {
  const present = schema.definitions.filter(definition => holds(definition.condition, defined));
  const emit = new TypesEmitter(present, defined);
  return emit.text();
}

class TypesEmitter {
  private readonly definitions: Definition[];
  private readonly byName: Map<string, Definition>;
  private readonly defined: ReadonlySet<string>;

  constructor(definitions: Definition[], defined: ReadonlySet<string>) {
    this.definitions = definitions;
    this.byName = new Map(definitions.map(definition => [definition.name, definition]));
    this.defined = defined;
  }

  text(): string {
    const commands = this.definitions.filter(definition => definition.kind === 'command');
    const events = this.definitions.filter(definition => definition.kind === 'event');
    const types = this.definitions.filter(isType);
    return [
      '// Made by scripts/generate-qapi.ts from src/qapi/schema; do not edit.\n',
      "import type { QmpValue } from '../value.ts';\n",
      ...types.map(definition => this.type(definition)),
      '/** Every command: its arguments and its reply. */',
      `export interface Commands {\n${commands.map(command => this.command(command)).join('\n')}\n}\n`,
      'export type CommandName = keyof Commands;\n',
      '/** Every event: its data. */',
      `export interface Events {\n${events.map(event => this.event(event)).join('\n')}\n}\n`,
      'export type EventName = keyof Events;\n',
    ].join('\n');
  }

  private type(definition: TypeDefinition): string {
    const comment = docComment(
      definition.doc,
      '',
      definition.features.map(feature => feature.name),
    );
    switch (definition.kind) {
      case 'enum':
        return comment + this.enum(definition);
      case 'struct':
        return comment + this.struct(definition);
      case 'union':
        return this.union(definition, comment);
      case 'alternate':
        return comment + this.alternate(definition);
    }
  }

  private enum(definition: EnumDefinition): string {
    const values = definition.values.filter(value => holds(value.condition, this.defined));
    const lines = values.map(value => {
      const text = definition.doc?.members.get(value.name)?.text;
      return `${text === undefined ? '' : comment([text], '  ')}  | ${quote(value.name)}`;
    });
    return `export type ${definition.name} =\n${lines.join('\n') || '  never'};\n`;
  }

  private struct(definition: StructDefinition): string {
    const body = this.members(definition.members, '  ', definition.doc?.members);
    const own = body === '' ? undefined : `{\n${body}}`;
    const parts = [definition.base, own].filter(part => part !== undefined);
    return `export type ${definition.name} = ${parts.join(' & ') || EMPTY};\n`;
  }

  private union(definition: UnionDefinition, comment: string): string {
    const { name, discriminator, base } = definition;
    const baseName = typeof base === 'string' ? base : `${name}Base`;
    const baseText =
      typeof base === 'string'
        ? ''
        : `/** What every variant of ${name} has. */\n` +
          `export type ${baseName} = {\n${this.members(base, '  ', definition.doc?.members)}};\n\n`;
    const branches = definition.branches.filter(branch => holds(branch.condition, this.defined));
    const tags = branches.map(branch => quote(branch.name));
    const cases = branches.map(
      branch => `  | ({ ${key(discriminator)}: ${quote(branch.name)} } & ${branch.type as string})`,
    );
    const tagType = this.discriminatorType(definition);
    const total = this.enumSize(tagType);
    if (total > tags.length) {
      cases.push(`  | { ${key(discriminator)}: Exclude<${tagType}, ${tags.join(' | ')}> }`);
    }
    return `${baseText}${comment}export type ${name} = ${baseName} & (\n${cases.join('\n')}\n);\n`;
  }

  private discriminatorType({ base, discriminator }: UnionDefinition): string {
    const members = typeof base === 'string' ? this.inherited(base) : base;
    return members.find(member => member.name === discriminator)!.type as string;
  }

  private inherited(name: string): Member[] {
    const definition = this.byName.get(name) as StructDefinition;
    return [...(definition.base === undefined ? [] : this.inherited(definition.base)), ...definition.members];
  }

  private enumSize(name: string): number {
    const definition = this.byName.get(name) as EnumDefinition;
    return definition.values.filter(value => holds(value.condition, this.defined)).length;
  }

  private alternate(definition: AlternateDefinition): string {
    const branches = definition.branches.filter(branch => holds(branch.condition, this.defined));
    return `export type ${definition.name} = ${branches.map(branch => typeName(branch.type)).join(' | ')};\n`;
  }

  private members(members: Member[], indent: string, docs: Map<string, DocItem> | undefined): string {
    return members
      .filter(member => holds(member.condition, this.defined))
      .map(member => {
        const text = docs?.get(member.name)?.text;
        const unstable = member.features.map(feature => `@${feature.name}`);
        const doc = text === undefined ? '' : comment([text, ...unstable], indent);
        return `${doc}${indent}${key(member.name)}${member.optional ? '?' : ''}: ${typeName(member.type)};\n`;
      })
      .join('');
  }

  private command(definition: CommandDefinition): string {
    const features = definition.features.map(feature => feature.name);
    const returns = definition.returns === undefined ? EMPTY : typeName(definition.returns);
    const args = this.data(definition);
    const open = definition.gen ? args : `${args} & { [property: string]: QmpValue | undefined }`;
    return (
      docComment(definition.doc, '  ', features) +
      `  ${key(definition.name)}: {\n    args: ${open};\n    returns: ${returns};\n  };`
    );
  }

  private event(definition: EventDefinition): string {
    const features = definition.features.map(feature => feature.name);
    const text = this.data(definition);
    return `${docComment(definition.doc, '  ', features)}  ${key(definition.name)}: ${text.replaceAll('\n  ', '\n')};`;
  }

  private data({ data, doc }: CommandDefinition | EventDefinition): string {
    if (typeof data === 'string') return data;
    const body = data === undefined ? '' : this.members(data, '      ', doc?.members);
    return body === '' ? EMPTY : `{\n${body}    }`;
  }
}

function isType(definition: Definition): definition is TypeDefinition {
  return definition.kind !== 'command' && definition.kind !== 'event';
}

function typeName(type: TypeRef): string {
  if (typeof type === 'string') return BUILTINS[type] ?? type;
  return `${typeName(type[0])}[]`;
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

function quote(text: string): string {
  return `'${text}'`;
}

function docComment(doc: Doc | undefined, indent: string, features: string[]): string {
  if (doc === undefined) return '';
  const parts = [doc.body];
  if (doc.returns !== null) parts.push(`@returns ${doc.returns}`);
  if (doc.errors !== null) parts.push(`Errors:\n${doc.errors}`);
  for (const feature of features)
    parts.push(`@${feature} ${doc.features.get(feature)?.text ?? ''}`.trimEnd());
  return comment(
    parts.filter(part => part !== ''),
    indent,
  );
}

function comment(parts: string[], indent: string): string {
  const lines = parts
    .join('\n')
    .replaceAll('*/', '* /')
    .split('\n')
    .filter(line => line.trim() !== '');
  const single = `${indent}/** ${lines[0]} */\n`;
  if (lines.length === 0) return '';
  if (lines.length === 1 && single.length <= WIDTH) return single;
  return `${indent}/**\n${lines.map(line => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}
