import type { HxOptionTable } from '../hx/index.ts';

/** What `-help` prints: the option table's headings and help lines. */
export function usage(table: HxOptionTable): string {
  const lines = ['usage: hmp [options]', '', 'Without options the bundled guest runs. Options:'];
  for (const item of table.docs) {
    if (item.kind === 'heading') lines.push('', item.text);
    if (item.kind === 'option' && item.option.help !== '') lines.push(item.option.help.trimEnd());
  }
  lines.push('', 'See man hmp and man hmp-commands; the command `help` lists the monitor commands.');
  return `${lines.join('\n')}\n`;
}
