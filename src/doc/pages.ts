import { parseOptions, parseTable } from '../hx/index.ts';
import { bashCompletion } from './bash-completion.ts';
import { commandsPage, type PageOptions } from './man-commands.ts';
import { programPage } from './man-program.ts';

/** A file made from the tables, by the path it has in the repository. */
export interface GeneratedFile {
  path: string;
  text: string;
}

/** Makes the manual pages and the shell completion. `read` returns a file's text by its path in the repository. */
export function generatedFiles(read: (path: string) => string, options: PageOptions): GeneratedFile[] {
  const commands = parseTable(read('hx/hmp-commands.hx'), 'hx/hmp-commands.hx');
  const info = parseTable(read('hx/hmp-commands-info.hx'), 'hx/hmp-commands-info.hx');
  const program = parseOptions(read('hx/hmp-options.hx'), 'hx/hmp-options.hx');
  return [
    { path: 'man/hmp.1', text: programPage(program, options) },
    { path: 'man/hmp-commands.7', text: commandsPage(commands, info, options) },
    { path: 'man/hmp.bash-completion', text: bashCompletion(program) },
  ];
}

/** The date that the pages carry; change it with their contents. */
export const PAGE_DATE = '2026-11-21';
