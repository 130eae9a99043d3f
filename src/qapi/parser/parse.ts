import { DEFINITION_KINDS, parseDefinition } from './definition-parser.ts';
import type { Definition, ParsedSchema, Pragma } from './definitions.ts';
import { type Doc, parseDoc } from './doc.ts';
import * as fields from './fields.ts';
import { describe, Lexer } from './lexer.ts';
import { expected, SchemaError, type SourceLocation } from './location.ts';
import { type ObjectNode, parseObject } from './node.ts';

/** Reads a schema file by its path; throws when it cannot. */
export type ReadFile = (path: string) => string;

/**
 * Parses a schema file and everything it includes, each file once.
 * Names, types and documentation are checked by `checkSchema`, not here.
 * Throws SchemaError at the first thing that is not the schema language.
 */
export function parseSchema(path: string, readFile: ReadFile): ParsedSchema {
  const parser = new SchemaParser(readFile);
  parser.file(path, readFile(path), []);
  return parser.result;
}

class SchemaParser {
  readonly result: ParsedSchema = { files: [], definitions: [], freeDocs: [], pragma: emptyPragma() };
  private readonly readFile: ReadFile;

  constructor(readFile: ReadFile) {
    this.readFile = readFile;
  }

  file(path: string, source: string, open: readonly string[]): void {
    this.result.files.push(path);
    const lexer = new Lexer(path, source);
    let doc: Doc | undefined;
    for (;;) {
      const token = lexer.next();
      if (token.kind === 'doc') {
        this.rejectLooseDoc(doc);
        doc = this.addDoc(parseDoc(token.text, token.location));
        continue;
      }
      if (token.kind === 'end') {
        this.rejectLooseDoc(doc);
        return;
      }
      if (token.kind !== '{') throw expected(token.location, "'{' or a comment", describe(token));
      this.expression(parseObject(lexer, token), doc, [...open, path]);
      doc = undefined;
    }
  }

  private addDoc(doc: Doc): Doc {
    if (doc.symbol === null) this.result.freeDocs.push(doc);
    return doc;
  }

  /** A block that names a definition must stand right before it. */
  private rejectLooseDoc(doc: Doc | undefined): void {
    if (doc === undefined || doc.symbol === null) return;
    throw new SchemaError(doc.location, `expected the definition of '${doc.symbol}' after its documentation`);
  }

  private expression(object: ObjectNode, doc: Doc | undefined, open: readonly string[]): void {
    if (object.entries.has('include')) {
      this.rejectLooseDoc(doc);
      this.include(object, open);
    } else if (object.entries.has('pragma')) {
      this.rejectLooseDoc(doc);
      applyPragma(this.result.pragma, object);
    } else {
      this.result.definitions.push(toDefinition(object, doc));
    }
  }

  private include(object: ObjectNode, open: readonly string[]): void {
    fields.checkKeys(object, 'an include', ['include']);
    const { value } = fields.requireEntry(object, 'include', 'the include');
    const name = fields.asString(value, 'the name of a file');
    const path = resolvePath(open.at(-1)!, name);
    if (open.includes(path))
      throw new SchemaError(value.location, `'${name}' includes itself, here or below`);
    if (this.result.files.includes(path)) return;
    this.file(path, this.read(path, name, value.location), open);
  }

  private read(path: string, name: string, location: SourceLocation): string {
    try {
      return this.readFile(path);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new SchemaError(location, `cannot read '${name}': ${why}`);
    }
  }
}

function toDefinition(object: ObjectNode, doc: Doc | undefined): Definition {
  const kind = DEFINITION_KINDS.find(candidate => object.entries.has(candidate));
  if (kind === undefined) {
    const kinds = fields.quoteAll([...DEFINITION_KINDS, 'include', 'pragma']);
    const found = fields.quoteAll([...object.entries.keys()]) || 'an empty object';
    throw expected(object.location, `one of ${kinds}`, found);
  }
  const definition = parseDefinition(kind, object);
  if (doc === undefined) return definition;
  if (doc.symbol === null) {
    throw new SchemaError(
      doc.location,
      `expected '@${definition.name}:' in the first line of the documentation`,
    );
  }
  if (doc.symbol !== definition.name) {
    throw expected(definition.location, `the definition of '${doc.symbol}'`, `'${definition.name}'`);
  }
  return { ...definition, doc };
}

function emptyPragma(): Pragma {
  return {
    docRequired: false,
    commandNameExceptions: new Set(),
    commandReturnsExceptions: new Set(),
    documentationExceptions: new Set(),
    memberNameExceptions: new Set(),
  };
}

const PRAGMA_LISTS = {
  'command-name-exceptions': 'commandNameExceptions',
  'command-returns-exceptions': 'commandReturnsExceptions',
  'documentation-exceptions': 'documentationExceptions',
  'member-name-exceptions': 'memberNameExceptions',
} as const;

function applyPragma(pragma: Pragma, object: ObjectNode): void {
  fields.checkKeys(object, 'a pragma', ['pragma']);
  const settings = fields.asObject(object.entries.get('pragma')!.value, 'an object with settings');
  fields.checkKeys(settings, 'a pragma', ['doc-required', ...Object.keys(PRAGMA_LISTS)]);
  for (const [key, { value }] of settings.entries) {
    if (key === 'doc-required') {
      if (value.kind !== 'boolean')
        throw expected(value.location, "true or false for 'doc-required'", value.kind);
      pragma.docRequired = value.value;
      continue;
    }
    const names = pragma[PRAGMA_LISTS[key as keyof typeof PRAGMA_LISTS]];
    for (const item of fields.asList(value, `a list of names for '${key}'`)) {
      names.add(fields.asString(item, 'a name'));
    }
  }
}

/** The path of a file that is named relative to the file that includes it. */
function resolvePath(from: string, name: string): string {
  if (name.startsWith('/')) return name;
  const parts = from.split('/').slice(0, -1);
  for (const part of name.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
