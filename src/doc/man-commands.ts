import type { HxDocItem, HxTable } from '../hx/model.ts';
import { chapter, pageHead, section, subsection, toRoff } from './roff.ts';
import { parseRst } from './rst.ts';

export interface PageOptions {
  /** date of the page, YYYY-MM-DD; fixed, so that the same tables give the same page */
  date: string;
  version: string;
}

const INTRODUCTION = `
This page describes the commands of the monitor of \`\`hmp\`\`; the program itself is described in *hmp*\\ (1).

A command line is a command, its flags, and its arguments, separated by blanks. An argument with blanks in it
stands in double quotes, in which \`\`\\"\`\`, \`\`\\n\`\`, \`\`\\r\`\` and \`\`\\\\\`\` have the meaning that they have in C.
Names and aliases are the same command. Square brackets stand around what may be left out.

An argument that is a number is an expression of numbers (decimal, \`\`0x\`\` hexadecimal, \`\`0\`\` octal, \`\`'c'\`\`
characters), registers of the current hart (\`\`$pc\`\`, \`\`$sp\`\`, \`\`$x5\`\`, \`\`$satp\`\`), the operators
\`\`+ - * / % & | ^ ~\`\` and parentheses. Blanks may stand in it: the expression goes on where an operator follows.
Sizes take a unit: \`\`K\`\`, \`\`M\`\`, \`\`G\`\` and so on.

A command that fails prints one line that says what is wrong, and has the exit code 1 if nothing else is said.
`;

function docItem(item: HxDocItem): string {
  if (item.kind === 'heading') return subsection(item.text);
  if (item.kind === 'text') return toRoff(parseRst(item.text));
  return item.kind === 'entry' ? toRoff(parseRst(item.entry.doc)) : '';
}

/** The text of hmp-commands(7): every command of both tables, in the order of the tables. */
export function commandsPage(commands: HxTable, infoCommands: HxTable, options: PageOptions): string {
  return [
    pageHead({
      name: 'hmp-commands',
      section: 7,
      date: options.date,
      source: `hmp ${options.version}`,
      manual: 'Monitor commands',
      summary: 'commands of the hmp monitor',
    }),
    chapter('description', parseRst(INTRODUCTION)),
    section('commands'),
    ...commands.docs.map(docItem),
    section('info subcommands'),
    ...infoCommands.docs.map(docItem),
    section('see also'),
    '.BR hmp (1)\n',
  ].join('');
}
