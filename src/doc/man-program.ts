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

const ATTACHED = `
With \`\`-attach\`\` the machine is one that QEMU (7.2 or later) or another \`\`hmp\`\` runs, reached over its QMP socket. It must
have been started with such a socket, for example \`\`-qmp unix:/run/vm.sock,server=on,wait=off\`\`; QEMU serves one client
of a socket at a time. The three ways in are the same; three things differ:

\`\`quit\`\`
  It ends the machine, as in QEMU's own monitor. \`\`detach\`\`, Ctrl-D, the end of a script and signals leave it running.
Commands
  Those for which the server has the QMP commands are carried out here. The others, and all that only the server has,
  run in its own monitor, as they were typed; \`\`help\`\` says (remote) of them. Their answers are text: with \`\`-o json\`\` they
  are in \`\`human-readable-text\`\`. QEMU's monitor tells no failures but by what it prints, and so it is that which decides
  whether a command counts as failed.
A lost connection
  In a terminal it is made again, at growing intervals; the status line says so. Elsewhere it ends the program with exit
  status 3. When the machine itself ends, the program ends in order.
`;

const EXIT_STATUS = `
\`\`0\`\`
  All commands succeeded.
\`\`1\`\`
  A command failed, or the command line was wrong. Without \`\`-e\`\` the commands behind the one that failed
  were run all the same.
\`\`3\`\`
  The machine or the connection to it was lost, or there was none to attach to.
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

The monitor of a running QEMU, here and on another host, with its serial port in the second pane of the first::

  qemu-system-riscv64 -M virt -qmp unix:/run/vm.sock,server=on,wait=off \\
      -serial unix:/run/ser.sock,server=on,wait=off ...
  hmp -attach unix:/run/vm.sock -serial unix:/run/ser.sock
  hmp -attach ssh://root@server/run/vm.sock -o json -c 'info block'

Reset it, and wait until it has happened::

  hmp -attach /run/vm.sock -c system_reset -c 'wait RESET 5'
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
    chapter('attached machines', parseRst(ATTACHED)),
    chapter('exit status', parseRst(EXIT_STATUS)),
    chapter('files', parseRst(FILES)),
    chapter('environment', parseRst(ENVIRONMENT)),
    chapter('examples', parseRst(EXAMPLES)),
    section('see also'),
    '.BR hmp\\-commands (7)\n',
  ].join('');
}
