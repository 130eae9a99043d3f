import type { Block, Span } from './rst.ts';

/** Text for the man macros: characters with a meaning to roff are escaped. */
export function escapeRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti');
}

const FONTS: Readonly<Record<Span['kind'], string>> = {
  plain: 'R',
  literal: 'B',
  strong: 'B',
  emphasis: 'I',
};

/** One line of running text with its fonts. */
export function roffSpans(spans: readonly Span[]): string {
  const text = spans
    .map(({ kind, text: value }) => {
      const escaped = escapeRoff(value);
      return kind === 'plain' ? escaped : `\\f${FONTS[kind]}${escaped}\\fR`;
    })
    .join('');
  return protect(text);
}

/** A line must not start like a macro. */
function protect(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line;
}

/** Lets every sentence begin a line, as roff sets the space behind it then. */
function sentences(line: string): string {
  return line
    .replace(/([.:?!](?:\\fR)?) (?=[A-Z`\\])/g, '$1\n')
    .split('\n')
    .flatMap(wrap)
    .map(protect)
    .join('\n');
}

/** Input lines stay short; roff fills the output anyway. */
const LINE_BYTES = 80;

function wrap(line: string): string[] {
  const lines: string[] = [];
  for (const word of line.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    // a byte stays free for what protect() may put in front
    if (lines.length > 0 && Buffer.byteLength(longer) > LINE_BYTES - 2) lines.push(word);
    else lines[Math.max(lines.length - 1, 0)] = longer;
  }
  return lines;
}

function roffLiteral(lines: readonly string[]): string {
  return ['.PP', '.RS 4', '.EX', ...lines.map(line => protect(escapeRoff(line))), '.EE', '.RE'].join('\n');
}

function roffItem(blocks: readonly Block[]): string {
  return `.IP \\(bu 2\n${roffBody(blocks)}`;
}

/** Blocks behind a macro that has begun a paragraph: the first of them needs none. */
function roffBody(blocks: readonly Block[]): string {
  return blocks
    .map((block, index) =>
      index === 0 && block.kind === 'paragraph' ? sentences(roffSpans(block.spans)) : roffBlock(block),
    )
    .join('\n');
}

function roffBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `.PP\n${sentences(roffSpans(block.spans))}`;
    case 'literal':
      return roffLiteral(block.lines);
    case 'bullets':
      return block.items.map(roffItem).join('\n');
    case 'definition': {
      const [first, ...rest] = block.body;
      const inner = rest.length === 0 ? '' : `\n.RS\n${rest.map(roffBlock).join('\n')}\n.RE`;
      return `.TP\n${roffSpans(block.term)}\n${first ? roffBody([first]) : '\\&'}${inner}`;
    }
  }
}

/** Blocks as man(7) macros, ending with a newline. */
export function toRoff(blocks: readonly Block[]): string {
  return blocks.map(block => `${roffBlock(block)}\n`).join('');
}

export function section(title: string): string {
  return `.SH ${quoteArgument(title.toUpperCase())}\n`;
}

/** A section with text; its first paragraph follows the heading directly. */
export function chapter(title: string, blocks: readonly Block[]): string {
  return `${section(title)}${roffBody(blocks)}\n`;
}

export function subsection(title: string): string {
  return `.SS ${quoteArgument(title)}\n`;
}

function quoteArgument(text: string): string {
  const escaped = escapeRoff(text).replaceAll('"', '\\(dq');
  return /\s/.test(escaped) ? `"${escaped}"` : escaped;
}

export interface PageTitle {
  name: string;
  section: number;
  /** year, month and day: 2026-11-21 */
  date: string;
  source: string;
  manual: string;
  /** one line behind the name */
  summary: string;
}

/** The head of a page up to and with its NAME section. */
export function pageHead(page: PageTitle): string {
  const title = [page.name.toUpperCase(), String(page.section), page.date, page.source, page.manual];
  const [name, number, ...rest] = title;
  return [
    `.TH ${escapeRoff(name!)} ${number} ${rest.map(each => `"${each}"`).join(' ')}`,
    section('name').trimEnd(),
    `${escapeRoff(page.name)} \\- ${escapeRoff(page.summary)}\n`,
  ].join('\n');
}
