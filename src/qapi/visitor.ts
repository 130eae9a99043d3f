import { QmpError } from './errors.ts';
import { GHashNames } from './ghash-order.ts';
import { isUnsigned, toInteger } from './integers.ts';
import { qdictEntries } from './qdict-order.ts';
import {
  type AlternateModel,
  BUILTIN_TYPES,
  type BuiltinType,
  type EnumModel,
  isBuiltin,
  type MemberModel,
  type Schema,
  type TypeRef,
  type UnionModel,
} from './schema-model.ts';
import { booleanOf, integerOf, sizeOf } from './text-values.ts';
import { isObject, type QmpObject, type QmpValue, setMember } from './value.ts';

/** `loose`: a whole number is an integer, too. `typed`: integers are bigints, any number is a double. */
export type NumberTypes = 'loose' | 'typed';

export interface VisitorOptions {
  /** What happens to members that the type does not have. */
  extraMembers: 'refuse' | 'keep';
  /** Lets missing members and unknown enum values pass. */
  lenient?: boolean;
  /** Scalars are written as options write them: numbers, sizes and switches are text. */
  text?: boolean;
  /** Default loose. */
  numbers?: NumberTypes;
}

/**
 * Walks a value along its type, as QEMU's input visitor does, and builds its canonical form.
 * Paths in messages are whole (`a.b`, `a[0].c`), except where QEMU names the last member alone: for enum values,
 * alternates and integers that exceed a small type; an array's element is called 'null' there.
 */
export class Visitor {
  private readonly schema: Schema;
  private readonly options: VisitorOptions;

  constructor(schema: Schema, options: VisitorOptions) {
    this.schema = schema;
    this.options = options;
  }

  /** Visits the members of an object of the named type, or of none; `path` is empty at the top. */
  object(type: string | undefined, value: QmpObject, path = ''): QmpObject {
    const result: QmpObject = {};
    const known = new Set<string>();
    if (type !== undefined) this.objectMembers(type, value, path, result, known);
    for (const [name, item] of Object.entries(value) as [string, QmpValue | undefined][]) {
      if (known.has(name) || item === undefined) continue;
      if (this.options.extraMembers === 'refuse') {
        throw new QmpError(`Parameter '${join(path, firstSurplus(value, known))}' is unexpected`);
      }
      setMember(result, name, anyValue(item, join(path, name), this.options.numbers));
    }
    return result;
  }

  /** Visits a value of any type. `name` is the last member of the path, absent for an array's element. */
  value(type: TypeRef, value: unknown, path: string, name?: string): QmpValue {
    if (typeof type !== 'string') return this.array(type[0], value, path);
    if (type === 'any') return anyValue(value, path, this.options.numbers);
    if (isBuiltin(type))
      return builtin(type, this.typed(type, this.scalar(type, value, path), path), path, name);
    const model = this.schema.types[type];
    if (model === undefined) throw new Error(`the schema has no type '${type}'`);
    switch (model.kind) {
      case 'enum':
        return this.enum(model, value, path, name);
      case 'alternate':
        return this.alternate(type, model, value, path, name);
      default:
        if (!isObject(value)) throw wrongType(path, 'object');
        return this.object(type, value, path);
    }
  }

  /** What the text of an option stands for. */
  private scalar(type: string, value: unknown, path: string): unknown {
    if (this.options.text !== true || typeof value !== 'string' || type === 'str' || type === 'any')
      return value;
    if (type === 'bool') return booleanOf(path, value);
    const number = type === 'size' ? sizeOf(value) : integerOf(value);
    if (number !== undefined) return number;
    throw new QmpError(`Parameter '${path}' expects ${type === 'size' ? type : 'integer'}`);
  }

  /** Refuses doubles where they are told from integers. */
  private typed(type: BuiltinType, value: unknown, path: string): unknown {
    if (this.options.numbers !== 'typed' || typeof value !== 'number') return value;
    return BUILTIN_TYPES[type] === 'int' ? throwNoInteger(type, path) : value;
  }

  private objectMembers(
    type: string,
    value: QmpObject,
    path: string,
    result: QmpObject,
    known: Set<string>,
  ): void {
    const model = this.schema.types[type];
    if (model?.kind !== 'struct' && model?.kind !== 'union') throw new Error(`'${type}' is no object type`);
    for (const member of model.members) {
      known.add(member.name);
      this.member(member, value, path, result);
    }
    if (model.kind === 'union') this.variant(model, value, path, result, known);
  }

  private variant(
    model: UnionModel,
    value: QmpObject,
    path: string,
    result: QmpObject,
    known: Set<string>,
  ): void {
    const tag = result[model.discriminator];
    const variant =
      typeof tag === 'string' && Object.hasOwn(model.variants, tag) ? model.variants[tag] : undefined;
    if (variant !== undefined) this.objectMembers(variant, value, path, result, known);
  }

  private member(member: MemberModel, value: QmpObject, path: string, result: QmpObject): void {
    const { name } = member;
    const item = Object.hasOwn(value, name) ? value[name] : undefined;
    if (item !== undefined) {
      setMember(result, name, this.value(member.type, item, join(path, name), name));
    } else if (member.optional !== true && this.options.lenient !== true) {
      throw new QmpError(`Parameter '${join(path, name)}' is missing`);
    }
  }

  private array(element: string, value: unknown, path: string): QmpValue[] {
    if (!Array.isArray(value)) throw wrongType(path, 'array');
    return value.map((item, index) => this.value(element, item, `${path}[${index}]`));
  }

  private enum(model: EnumModel, value: unknown, path: string, name: string | undefined): string {
    if (typeof value !== 'string') throw wrongType(path, 'string');
    if (this.options.lenient === true || model.values.some(item => item.name === value)) return value;
    throw new QmpError(`Parameter '${name ?? 'null'}' does not accept value '${value}'`);
  }

  private alternate(
    type: string,
    model: AlternateModel,
    value: unknown,
    path: string,
    name: string | undefined,
  ): QmpValue {
    const kind = jsonKind(value);
    const variant = model.variants.find(item => this.kindOf(item) === kind);
    if (variant === undefined) throw wrongType(name ?? 'null', type);
    return this.value(variant, value, path, name);
  }

  /** The JSON type of a branch of an alternate. */
  private kindOf(type: TypeRef): string {
    if (typeof type !== 'string') return 'array';
    if (isBuiltin(type)) return BUILTIN_TYPES[type] === 'int' ? 'number' : BUILTIN_TYPES[type];
    return this.schema.types[type]?.kind === 'enum' ? 'string' : 'object';
  }
}

function builtin(
  type: keyof typeof BUILTIN_TYPES,
  value: unknown,
  path: string,
  name: string | undefined,
): QmpValue {
  switch (type) {
    case 'str':
      if (typeof value !== 'string') throw wrongType(path, 'string');
      return value;
    case 'bool':
      if (typeof value !== 'boolean') throw wrongType(path, 'boolean');
      return value;
    case 'null':
      if (value !== null) throw wrongType(path, 'null');
      return value;
    case 'number':
      if (typeof value !== 'number' && typeof value !== 'bigint') throw wrongType(path, 'number');
      return Number(value);
    default:
      return integer(type, value, path, name);
  }
}

/** The member that QEMU names of those that no type has. */
function firstSurplus(value: QmpObject, known: ReadonlySet<string>): string {
  const table = new GHashNames();
  for (const [name] of qdictEntries(value)) table.add(name);
  for (const name of known) table.remove(name);
  return table.names[0]!;
}

function integer(type: string, value: unknown, path: string, name: string | undefined): bigint | number {
  const result = toInteger(type, value);
  if ('value' in result) return result.value;
  if (result.problem !== 'type')
    throw new QmpError(`Parameter '${name ?? 'null'}' expects ${result.problem}`);
  return throwNoInteger(type, path);
}

function throwNoInteger(type: string, path: string): never {
  if (isUnsigned(type)) throw new QmpError(`Parameter '${path}' expects uint64`);
  throw wrongType(path, 'integer');
}

/** Takes whatever JSON can hold; members that are undefined count as absent. Typed integers become numbers if they can. */
function anyValue(value: unknown, path: string, numbers: NumberTypes = 'loose'): QmpValue {
  if (typeof value === 'bigint' && numbers === 'typed') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (value === null || ['boolean', 'number', 'bigint', 'string'].includes(typeof value))
    return value as QmpValue;
  if (Array.isArray(value)) return value.map((item, index) => anyValue(item, `${path}[${index}]`, numbers));
  if (!isObject(value)) throw wrongType(path, 'value');
  const result: QmpObject = {};
  for (const [name, item] of Object.entries(value) as [string, QmpValue | undefined][]) {
    if (item !== undefined) setMember(result, name, anyValue(item, join(path, name), numbers));
  }
  return result;
}

function jsonKind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function wrongType(path: string, due: string): QmpError {
  return new QmpError(`Invalid parameter type for '${path}', expected: ${due}`);
}
