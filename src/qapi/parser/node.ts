import { describe, type Lexer, type Token } from './lexer.ts';
import { expected, SchemaError, type SourceLocation } from './location.ts';

/** A value of the schema language, each with its place. */
export type Node =
  | { kind: 'string'; value: string; location: SourceLocation }
  | { kind: 'boolean'; value: boolean; location: SourceLocation }
  | { kind: 'list'; items: Node[]; location: SourceLocation }
  | ObjectNode;

export interface ObjectNode {
  kind: 'object';
  entries: Map<string, Entry>;
  location: SourceLocation;
}

/** One member of an object: the place of its key, and its value. */
export interface Entry {
  location: SourceLocation;
  value: Node;
}

/** Reads one object whose `{` is the given token. */
export function parseObject(lexer: Lexer, open: Token): ObjectNode {
  const entries = new Map<string, Entry>();
  let token = lexer.next();
  if (token.kind === '}') return { kind: 'object', entries, location: open.location };
  for (;;) {
    if (token.kind !== 'string')
      throw expected(token.location, "a member's name in quotes or '}'", describe(token));
    if (entries.has(token.text))
      throw new SchemaError(token.location, `member '${token.text}' is given twice`);
    const colon = lexer.next();
    if (colon.kind !== ':') throw expected(colon.location, "':'", describe(colon));
    entries.set(token.text, { location: token.location, value: parseValue(lexer, lexer.next()) });
    token = lexer.next();
    if (token.kind === '}') return { kind: 'object', entries, location: open.location };
    if (token.kind !== ',') throw expected(token.location, "',' or '}'", describe(token));
    token = lexer.next();
    if (token.kind === '}') throw expected(token.location, "a member's name in quotes", describe(token));
  }
}

function parseList(lexer: Lexer, open: Token): Node {
  const items: Node[] = [];
  let token = lexer.next();
  if (token.kind === ']') return { kind: 'list', items, location: open.location };
  for (;;) {
    items.push(parseValue(lexer, token));
    token = lexer.next();
    if (token.kind === ']') return { kind: 'list', items, location: open.location };
    if (token.kind !== ',') throw expected(token.location, "',' or ']'", describe(token));
    token = lexer.next();
  }
}

function parseValue(lexer: Lexer, token: Token): Node {
  switch (token.kind) {
    case '{':
      return parseObject(lexer, token);
    case '[':
      return parseList(lexer, token);
    case 'string':
      return { kind: 'string', value: token.text, location: token.location };
    case 'boolean':
      return { kind: 'boolean', value: token.text === 'true', location: token.location };
    default:
      throw expected(token.location, "'{', '[', a string, true or false", describe(token));
  }
}

/** Names a node in an error message. */
export function describeNode(node: Node): string {
  switch (node.kind) {
    case 'string':
      return `'${node.value}'`;
    case 'boolean':
      return String(node.value);
    case 'list':
      return 'a list';
    case 'object':
      return 'an object';
  }
}
