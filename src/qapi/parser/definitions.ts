import type { Doc } from './doc.ts';
import type { SourceLocation } from './location.ts';

/** When a definition or member exists: a symbol of the build, or a combination of conditions. */
export type Condition = string | { all: Condition[] } | { any: Condition[] } | { not: Condition };

/** A type by name, or an array of a type in the one-element list that the language writes. */
export type TypeRef = string | readonly [string];

export interface Feature {
  name: string;
  location: SourceLocation;
  condition?: Condition;
}

export interface Member {
  name: string;
  type: TypeRef;
  optional: boolean;
  location: SourceLocation;
  features: Feature[];
  condition?: Condition;
}

export interface EnumValue {
  name: string;
  location: SourceLocation;
  features: Feature[];
  condition?: Condition;
}

/** One branch of a union or alternate. */
export interface Branch {
  name: string;
  type: TypeRef;
  location: SourceLocation;
  condition?: Condition;
}

interface Common {
  name: string;
  location: SourceLocation;
  features: Feature[];
  condition?: Condition;
  doc?: Doc;
}

export interface EnumDefinition extends Common {
  kind: 'enum';
  values: EnumValue[];
  /** Prefix for C constants; without meaning here. */
  prefix?: string;
}

export interface StructDefinition extends Common {
  kind: 'struct';
  base?: string;
  members: Member[];
}

export interface UnionDefinition extends Common {
  kind: 'union';
  base: string | Member[];
  discriminator: string;
  branches: Branch[];
}

export interface AlternateDefinition extends Common {
  kind: 'alternate';
  branches: Branch[];
}

export interface CommandDefinition extends Common {
  kind: 'command';
  data?: string | Member[];
  returns?: TypeRef;
  boxed: boolean;
  gen: boolean;
  successResponse: boolean;
  allowOob: boolean;
  allowPreconfig: boolean;
  coroutine: boolean;
}

export interface EventDefinition extends Common {
  kind: 'event';
  data?: string | Member[];
  boxed: boolean;
}

export type TypeDefinition = EnumDefinition | StructDefinition | UnionDefinition | AlternateDefinition;
export type Definition = TypeDefinition | CommandDefinition | EventDefinition;

/** What `pragma` sets; the lists hold definitions that may break a rule. */
export interface Pragma {
  docRequired: boolean;
  commandNameExceptions: Set<string>;
  commandReturnsExceptions: Set<string>;
  documentationExceptions: Set<string>;
  memberNameExceptions: Set<string>;
}

/** A schema as written: every definition of a file and of what it includes, in order. */
export interface ParsedSchema {
  files: string[];
  definitions: Definition[];
  /** Documentation blocks that belong to no definition, in order. */
  freeDocs: Doc[];
  pragma: Pragma;
}
