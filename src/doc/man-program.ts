import type { HxDocItem, HxOptionTable } from '../hx/model.ts';
import type { PageOptions } from './man-commands.ts';
import { chapter, pageHead, section, subsection, toRoff } from './roff.ts';
import { parseRst } from './rst.ts';

const DESCRIPTION = `
\`\`hmp\`\` is a monitor for virtual machines: a command line at which a machine is watched, stopped, examined
and changed while its guest runs. The machine is built in: a 64-bit RISC-V \`\`virt\`\` board with virtio devices.
Without options it runs a small guest that uses every one of them. The commands are described in
*hmp-commands*\\ (7).

The options are those of QEMU where they mean the same. One dash or two are the same, and behind two dashes
the argument may follow an equals sign.
`;

const MODES = `
On a terminal
  The monitor shows a prompt with editing, history and completion by Tab, a status line, events as they come,
  and the serial console of the guest in a second pane. The key that switches panes is shown on the screen.
  Ctrl-C gives up the line or the command at work, never the machine; \`\`quit\`\` ends it.
From a pipe or a file
  When standard input is not a terminal, it is read as one command a line, without prompt, echo or escape
  sequences. Empty lines and lines that begin with \`\`#\`\` are skipped. At the end of the input the machine ends.
From the command line
  \`\`-c\`\` and \`\`-f\`\` give commands and files of commands. They run in the order given, then the machine ends.
`;

const EXIT_STATUS = `
\`\`0\`\`
  All commands succeeded.
\`\`1\`\`
  A command failed, or the command line was wrong. Without \`\`-e\`\` the commands behind the one that failed
  were run all the same.
\`\`3\`\`
  The machine or the connection to it was lost.
\`\`4\`\`
  A \`\`wait\`\` timed out.

Error messages go to standard error, with the file and the line in front when the command came from a file.
`;

const FILES = `
\`\`$XDG_CONFIG_HOME/hmp\`\`
  Configuration; \`\`~/.config/hmp\`\` when the variable is not set.
\`\`$XDG_STATE_HOME/hmp/history\`\`
  Lines typed in earlier runs, readable by their owner alone; \`\`~/.local/state/hmp/history\`\` when the variable
  is not set.
\`\`hmp.bash-completion\`\`
  Beside this page in the package: completion of the options for bash. Source it from \`\`~/.bashrc\`\`.
`;

const ENVIRONMENT = `
\`\`NO_COLOR\`\`
  When it is set and not empty, no colours are used.
\`\`TERM\`\`
  With \`\`dumb\`\` the terminal gets plain lines, as a pipe does.
\`\`XDG_CONFIG_HOME\`\`, \`\`XDG_STATE_HOME\`\`
  See above.
`;

const EXAMPLES = `
Watch the built-in guest::

  hmp

Ask a few questions and leave::

  printf 'info status\\ninfo virtio\\n' | hmp

Boot Linux with a disk, and look at the queue of the disk::

  hmp -m 512M -kernel Image -initrd initrd.gz -append console=ttyS0 \\
      -drive if=none,id=d0,file=disk.raw,format=raw \\
      -device virtio-blk-device,drive=d0,id=blk0
  (hmp) info virtio-queue-status /machine/peripheral/blk0 0

Reset a machine and print its state as JSON, giving up at the first error::

  hmp -e -o json -c system_reset -c 'info status'
`;

function docItem(item: HxDocItem): string {
  if (item.kind === 'heading') return subsection(item.text);
  if (item.kind === 'text') return toRoff(parseRst(item.text));
  return item.kind === 'option' ? toRoff(parseRst(item.option.doc)) : '';
}

/** The text of hmp(1): the program, its options, ways in, exit status, files and environment. */
export function programPage(table: HxOptionTable, options: PageOptions): string {
  return [
    pageHead({
      name: 'hmp',
      section: 1,
      date: options.date,
      source: `hmp ${options.version}`,
      manual: 'User commands',
      summary: 'terminal monitor for virtual machines, with a RISC-V machine inside',
    }),
    section('synopsis'),
    '.B hmp\n.RI [ options ]\n',
    chapter('description', parseRst(DESCRIPTION)),
    section('options'),
    ...table.docs.map(docItem),
    chapter('three ways in', parseRst(MODES)),
    chapter('exit status', parseRst(EXIT_STATUS)),
    chapter('files', parseRst(FILES)),
    chapter('environment', parseRst(ENVIRONMENT)),
    chapter('examples', parseRst(EXAMPLES)),
    section('see also'),
    '.BR hmp\\-commands (7)\n',
  ].join('');
}
