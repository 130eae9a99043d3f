/** A type by name, or an array of it in a one-element list. */
export type TypeRef = string | readonly [string];

export interface MemberModel {
  readonly name: string;
  readonly type: TypeRef;
  readonly optional?: boolean;
  readonly features?: readonly string[];
}

export interface EnumModel {
  readonly kind: 'enum';
  readonly values: readonly { readonly name: string; readonly features?: readonly string[] }[];
  readonly features?: readonly string[];
}

/** A struct; the members of its base come first. */
export interface StructModel {
  readonly kind: 'struct';
  readonly members: readonly MemberModel[];
  readonly features?: readonly string[];
}

/** A union: members of every variant, and by the discriminator's value the type with the others. */
export interface UnionModel {
  readonly kind: 'union';
  readonly members: readonly MemberModel[];
  readonly discriminator: string;
  readonly variants: Readonly<Record<string, string>>;
  readonly features?: readonly string[];
}

export interface AlternateModel {
  readonly kind: 'alternate';
  readonly variants: readonly TypeRef[];
  readonly features?: readonly string[];
}

export type TypeModel = EnumModel | StructModel | UnionModel | AlternateModel;

export interface CommandModel {
  /** Name of the struct or union with the arguments; absent: it takes none. */
  readonly data?: string;
  /** Type of the reply; absent: an empty object. */
  readonly returns?: TypeRef;
  /** False: arguments beyond those of `data` are for the command itself to check. */
  readonly gen?: boolean;
  /** False: no reply is sent when it succeeds. */
  readonly successResponse?: boolean;
  readonly allowOob?: boolean;
  /** True: it needs no machine, and can be had before `x-exit-preconfig`. */
  readonly allowPreconfig?: boolean;
  readonly features?: readonly string[];
}

export interface EventModel {
  readonly data?: string;
  readonly features?: readonly string[];
}

/**
 * A schema that is checked, with bases resolved, conditions decided and types made for members written in
 * place; those are named `q_obj_NAME-arg` (arguments, event data) and `q_obj_NAME-base`.
 */
export interface Schema {
  readonly commands: Readonly<Record<string, CommandModel>>;
  readonly events: Readonly<Record<string, EventModel>>;
  readonly types: Readonly<Record<string, TypeModel>>;
}

/** The types that need no definition, and what JSON calls them. */
export const BUILTIN_TYPES = {
  str: 'string',
  number: 'number',
  int: 'int',
  int8: 'int',
  int16: 'int',
  int32: 'int',
  int64: 'int',
  uint8: 'int',
  uint16: 'int',
  uint32: 'int',
  uint64: 'int',
  size: 'int',
  bool: 'boolean',
  any: 'value',
  null: 'null',
} as const;

export type BuiltinType = keyof typeof BUILTIN_TYPES;

export function isBuiltin(name: string): name is BuiltinType {
  return Object.hasOwn(BUILTIN_TYPES, name);
}
