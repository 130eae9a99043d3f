import { expected, SchemaError, type SourceLocation } from './location.ts';

/** A documentation block, taken apart. Texts keep their line breaks and lose their common indentation. */
export interface Doc {
  location: SourceLocation;
  /** The definition it belongs to; null for a block that stands by itself. */
  symbol: string | null;
  body: string;
  members: Map<string, DocItem>;
  features: Map<string, DocItem>;
  returns: string | null;
  errors: string | null;
  since: string | null;
  todo: string | null;
  notes: string[];
  examples: string[];
}

/** The text for one member or feature, and where it begins. */
export interface DocItem {
  location: SourceLocation;
  text: string;
}

type Kind = 'text' | 'member' | 'feature' | 'Returns' | 'Errors' | 'Since' | 'TODO' | 'Note' | 'Example';

interface Section {
  kind: Kind;
  name: string;
  location: SourceLocation;
  lines: string[];
}

const TAG = /^(Returns|Errors|Since|TODO|Notes?|Examples?):(?:\s+(.*))?$/;
const ITEM = /^@([A-Za-z0-9_.-]+):(?:\s+(.*))?$/;
const EXAMPLE = /^\.\. qmp-example::/;

/** Takes one block apart; `text` is what stands between the two `##`, each line without its `# `. */
export function parseDoc(text: string, location: SourceLocation): Doc {
  const lines = text === '' ? [] : text.split('\n');
  const first = lines.findIndex(line => line !== '');
  const symbol = first < 0 ? null : parseSymbol(lines[first]!, placeOf(location, first));
  const begin = symbol === null ? 0 : first + 1;
  const doc: Doc = {
    location,
    symbol,
    body: '',
    members: new Map(),
    features: new Map(),
    returns: null,
    errors: null,
    since: null,
    todo: null,
    notes: [],
    examples: [],
  };
  const sections =
    symbol === null ? [textSection(lines, placeOf(location, 0))] : splitSections(lines, begin, location);
  for (const section of sections) addSection(doc, section);
  return doc;
}

function placeOf(block: SourceLocation, index: number): SourceLocation {
  return { file: block.file, line: block.line + 1 + index, column: 3 };
}

function textSection(lines: string[], location: SourceLocation): Section {
  return { kind: 'text', name: '', location, lines };
}

function parseSymbol(line: string, location: SourceLocation): string | null {
  if (!line.startsWith('@')) return null;
  const match = /^@([A-Za-z0-9_.-]+):$/.exec(line);
  if (match === null) throw expected(location, "'@NAME:' alone on the line", `'${line}'`);
  return match[1]!;
}

function splitSections(lines: string[], begin: number, block: SourceLocation): Section[] {
  let current = textSection([], placeOf(block, begin));
  const sections = [current];
  let inFeatures = false;
  const start = (kind: Kind, name: string, index: number, text?: string) => {
    current = { kind, name, location: placeOf(block, index), lines: text === undefined ? [] : [text] };
    sections.push(current);
  };
  for (let index = begin; index < lines.length; index += 1) {
    const line = lines[index]!;
    const item = ITEM.exec(line);
    const tag = TAG.exec(line);
    const paragraph = line !== '' && !line.startsWith(' ') && lines[index - 1] === '';
    if (line === 'Features:') {
      if (sections.some(section => section.kind === 'feature')) {
        throw new SchemaError(placeOf(block, index), "section 'Features:' is given twice");
      }
      inFeatures = true;
      start('text', '', index);
    } else if (item !== null) {
      start(inFeatures ? 'feature' : 'member', item[1]!, index, item[2]);
    } else if (tag !== null) {
      inFeatures = false;
      start(tag[1]!.replace(/^(Note|Example)s$/, '$1') as Kind, '', index, tag[2]);
    } else if (paragraph && current.kind !== 'text') {
      inFeatures = false;
      start('text', '', index, line);
    } else {
      current.lines.push(line);
    }
  }
  return sections;
}

function addSection(doc: Doc, section: Section): void {
  switch (section.kind) {
    case 'text':
      addText(doc, section.lines);
      return;
    case 'member':
      addItem(doc.members, section);
      return;
    case 'feature':
      addItem(doc.features, section);
      return;
    case 'Note':
      doc.notes.push(joinText(section.lines));
      return;
    case 'Example':
      doc.examples.push(joinText(section.lines));
      return;
    default:
      addTag(doc, section.kind, section);
  }
}

function addTag(doc: Doc, kind: 'Returns' | 'Errors' | 'Since' | 'TODO', section: Section): void {
  const key = kind.toLowerCase() as 'returns' | 'errors' | 'since' | 'todo';
  if (doc[key] !== null) throw new SchemaError(section.location, `section '${kind}:' is given twice`);
  doc[key] = joinText(section.lines);
  if (doc[key] === '') throw new SchemaError(section.location, `expected text after '${kind}:'`);
}

function addItem(items: Map<string, DocItem>, section: Section): void {
  if (items.has(section.name)) throw new SchemaError(section.location, `'@${section.name}:' is given twice`);
  items.set(section.name, { location: section.location, text: joinText(section.lines) });
}

/** Moves examples written as a directive to their own list, the rest to the body. */
function addText(doc: Doc, lines: string[]): void {
  const rest: string[] = [];
  for (let index = 0; index < lines.length; ) {
    if (!EXAMPLE.test(lines[index]!)) {
      rest.push(lines[index]!);
      index += 1;
      continue;
    }
    const begin = index;
    index += 1;
    while (index < lines.length && (lines[index] === '' || lines[index]!.startsWith(' '))) index += 1;
    doc.examples.push(joinText(lines.slice(begin + 1, index)));
  }
  const text = joinText(rest);
  if (text !== '') doc.body = doc.body === '' ? text : `${doc.body}\n\n${text}`;
}

/** Joins lines, drops blank ones at both ends and the indentation that all but the first share. */
function joinText(lines: string[]): string {
  const indents = lines.slice(lines[0]?.startsWith(' ') ? 0 : 1).filter(line => line.trim() !== '');
  const indent = Math.min(...indents.map(line => line.length - line.trimStart().length), 99);
  const cut = lines.map(line => (line.startsWith(' ') ? line.slice(Math.min(indent, leading(line))) : line));
  return cut
    .join('\n')
    .replace(/^\s*\n/, '')
    .trimEnd();
}

function leading(line: string): number {
  return line.length - line.trimStart().length;
}
