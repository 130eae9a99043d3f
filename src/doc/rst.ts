/** A piece of running text; `literal` and `emphasis` are printed in their own fonts. */
export interface Span {
  kind: 'plain' | 'literal' | 'emphasis' | 'strong';
  text: string;
}

/** A block of the restructured text that `.hx` documentation uses. */
export type Block =
  | { kind: 'paragraph'; spans: Span[] }
  | { kind: 'literal'; lines: string[] }
  | { kind: 'bullets'; items: Block[][] }
  | { kind: 'definition'; term: Span[]; body: Block[] };

const INLINE = /``(.+?)``|\*\*(.+?)\*\*|\*(.+?)\*|\\(.)/g;

/** Reads the fonts of a text; a backslash takes the meaning from the next character, and a blank away. */
export function parseInline(text: string): Span[] {
  const spans: Span[] = [];
  const add = (kind: Span['kind'], value: string) => {
    const last = spans.at(-1);
    if (value === '') return;
    if (kind === 'plain' && last?.kind === 'plain') last.text += value;
    else spans.push({ kind, text: value });
  };
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    add('plain', text.slice(at, match.index));
    at = match.index + match[0].length;
    const [, literal, strong, emphasis, escaped] = match;
    if (literal !== undefined) add('literal', literal);
    else if (strong !== undefined) add('strong', strong);
    else if (emphasis !== undefined) add('emphasis', emphasis);
    else add('plain', escaped === ' ' ? '' : (escaped ?? ''));
  }
  add('plain', text.slice(at));
  return spans;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}

/** The lines from `start` on that are blank or indented by at least `indent`, that indent removed. */
function takeIndented(lines: readonly string[], start: number, indent: number): string[] {
  let end = start;
  while (end < lines.length && (isBlank(lines[end]) || indentOf(lines[end]!) >= indent)) end++;
  while (end > start && isBlank(lines[end - 1])) end--;
  return lines.slice(start, end).map(line => line.slice(indent));
}

/** `- item` and the lines below it that stand under its text. */
function parseBullets(lines: readonly string[], start: number): { block: Block; next: number } {
  const items: Block[][] = [];
  let at = start;
  while (lines[at]?.startsWith('- ')) {
    const rest = takeIndented(lines, at + 1, 2);
    items.push(parseBlocks([lines[at]!.slice(2), ...rest]));
    at += 1 + rest.length;
    while (at < lines.length && isBlank(lines[at])) at++;
  }
  return { block: { kind: 'bullets', items }, next: at };
}

function skipBlank(lines: readonly string[], start: number): number {
  let at = start;
  while (at < lines.length && isBlank(lines[at])) at++;
  return at;
}

/** A paragraph, and the literal block behind it when it ends with `::`. */
function parseParagraph(lines: readonly string[], start: number): { blocks: Block[]; next: number } {
  let end = start;
  while (end < lines.length && !isBlank(lines[end]) && indentOf(lines[end]!) === 0) end++;
  const text = lines.slice(start, end).join(' ');
  if (!text.endsWith('::')) {
    return { blocks: [{ kind: 'paragraph', spans: parseInline(text) }], next: end };
  }
  const first = skipBlank(lines, end);
  const literal = takeIndented(lines, first, Math.max(1, indentOf(lines[first] ?? '')));
  return {
    blocks: [
      { kind: 'paragraph', spans: parseInline(text.slice(0, -1)) },
      { kind: 'literal', lines: literal },
    ],
    next: first + literal.length,
  };
}

function parseBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let at = skipBlank(lines, 0);
  while (at < lines.length) {
    const below = lines[at + 1];
    if (lines[at]!.startsWith('- ')) {
      const { block, next } = parseBullets(lines, at);
      blocks.push(block);
      at = next;
    } else if (!isBlank(below) && indentOf(below!) > 0) {
      const body = takeIndented(lines, at + 1, indentOf(below!));
      blocks.push({ kind: 'definition', term: parseInline(lines[at]!), body: parseBlocks(body) });
      at += 1 + body.length;
    } else {
      const { blocks: more, next } = parseParagraph(lines, at);
      blocks.push(...more);
      at = Math.max(next, at + 1);
    }
    at = skipBlank(lines, at);
  }
  return blocks;
}

/**
 * Parses the subset of restructured text that SRST blocks use: paragraphs, definition lists, bullets,
 * literal blocks behind `::`, and inline literals, emphasis and strong text.
 */
export function parseRst(text: string): Block[] {
  return parseBlocks(text.split('\n').map(line => line.trimEnd()));
}

/** The text of spans without fonts. */
export function plainText(spans: readonly Span[]): string {
  return spans.map(span => span.text).join('');
}
