import type { HxOptionTable } from '../hx/model.ts';

/** Options whose argument is the name of a file. */
const FILE_OPTIONS = [
  ...['bios', 'kernel', 'initrd', 'dtb', 'f', 'hx', 'handlers', 'readconfig', 'pidfile', 'D', 'L'],
  ...['hda', 'hdb', 'hdc', 'hdd', 'cdrom', 'pflash'],
];

/** Words that an option's argument is one of, from its help: `-o text|json`. */
function choices(help: string, name: string): string[] {
  const argument = new RegExp(`^-${name} (\\S+)`).exec(help)?.[1] ?? '';
  return /^[a-z]+(\|[a-z]+)+$/.test(argument) ? argument.split('|') : [];
}

/** A bash completion script for the program: its options, their choices, and files where files are meant. */
export function bashCompletion(table: HxOptionTable): string {
  const names = table.options.map(({ name }) => `-${name}`).sort();
  const cases = table.options.flatMap(({ name, help }) => {
    const words = choices(help, name);
    if (words.length === 0) return [];
    return [`    -${name}) COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$word")); return ;;`];
  });
  const files = table.options.filter(({ name }) => FILE_OPTIONS.includes(name)).map(({ name }) => `-${name}`);
  const others = table.options
    .filter(
      ({ name, help, hasArg }) => hasArg && !FILE_OPTIONS.includes(name) && choices(help, name).length === 0,
    )
    .map(({ name }) => `-${name}`);
  return [
    '# bash completion of hmp',
    '_hmp() {',
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are the shell's own expansions
    '  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}',
    '  before=${before/#--/-}',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above
    '  COMPREPLY=()',
    '  case $before in',
    ...cases,
    `    ${files.join('|')}) COMPREPLY=($(compgen -f -- "$word")); return ;;`,
    `    ${others.join('|')}) return ;;`,
    '  esac',
    `  COMPREPLY=($(compgen -W "${names.join(' ')}" -- "$word"))`,
    '}',
    'complete -o filenames -F _hmp hmp',
    '',
  ].join('\n');
}
