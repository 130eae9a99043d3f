import type { HxLocation } from './model.ts';

/** The nested `#if` texts in force, outermost first. */
export type Conditions = readonly string[];

interface TokenBase {
  location: HxLocation;
  conditions: Conditions;
}

export type CodeKind = 'string' | 'identifier' | 'number' | 'punctuator';

export interface CodeToken extends TokenBase {
  kind: CodeKind;
  /** value: strings with escapes replaced, the rest as written */
  text: string;
}

export interface DocToken extends TokenBase {
  kind: 'doc';
  text: string;
}

export interface HeadingToken extends TokenBase {
  kind: 'heading';
  text: string;
  arch?: string;
}

export interface EndToken extends TokenBase {
  kind: 'end';
  text: '';
}

export type Token = CodeToken | DocToken | HeadingToken | EndToken;

/** How an error message names a token. */
export function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of file';
    case 'doc':
      return 'SRST';
    case 'heading':
      return token.arch === undefined ? 'DEFHEADING' : 'ARCHHEADING';
    case 'string':
      return `string ${JSON.stringify(token.text)}`;
    default:
      return `'${token.text}'`;
  }
}
