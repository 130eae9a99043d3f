import { type ChardevRequest, parseChardev } from './options.ts';

const escaped = (value: string) => value.replaceAll(',', ',,');

/** Forms that begin with a word and a colon, as options of `-chardev`. */
const FORMS: readonly (readonly [pattern: RegExp, options: (match: RegExpExecArray) => string])[] = [
  [/^vc(?::.*)?$/, () => 'vc'],
  [/^(null|stdio|pty)$/, ([, kind]) => kind!],
  [/^file:(.*)$/s, ([, path]) => `file,path=${escaped(path!)}`],
  [/^(?:con|pipe):(.*)$/s, ([, path]) => `pipe,path=${escaped(path!)}`],
  [/^unix:([^,]*(?:,,[^,]*)*)(.*)$/s, ([, path, rest]) => `socket,path=${path}${rest}`],
  [/^tcp:([^,:]*):([^,]*)(.*)$/s, ([, host, port, rest]) => `socket,host=${host},port=${port}${rest}`],
  [
    /^telnet:([^,:]*):([^,]*)(.*)$/s,
    ([, host, port, rest]) => `socket,telnet=on,host=${host},port=${port}${rest}`,
  ],
  [
    /^udp:([^,:]*):([^,@]*)(?:@([^,:]*):([^,]*))?$/,
    ([, host, port, at, local]) =>
      `udp,host=${host},port=${port}${local === undefined ? '' : `,localaddr=${at},localport=${local}`}`,
  ],
  [/^(\/dev\/parport.*)$/, ([, path]) => `parallel,path=${escaped(path!)}`],
  [/^(\/dev\/.*)$/, ([, path]) => `serial,path=${escaped(path!)}`],
];

/**
 * What `-serial` and `-parallel` take: `vc`, `file:PATH`, `unix:PATH,server=on`, ...; `mon:` before it shares it.
 * Undefined for what is none of it. @throws QmpError for settings that do not fit
 */
export function parseLegacyChardev(label: string, spec: string): ChardevRequest | undefined {
  const shared = spec.startsWith('mon:');
  const plain = shared ? spec.slice('mon:'.length) : spec;
  for (const [pattern, options] of FORMS) {
    const match = pattern.exec(plain);
    if (match) return parseChardev(`${options(match)},id=${label}${shared ? ',mux=on' : ''}`);
  }
  return undefined;
}
