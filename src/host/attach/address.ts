/** Where a running server is reached. */
export type AttachAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'ssh';
      readonly user: string | null;
      readonly host: string;
      readonly port: number | null;
      /** of the socket there */
      readonly path: string;
    }
  | { readonly kind: 'exec'; readonly command: string };

/** The address as it is written. */
export function addressText(address: AttachAddress): string {
  switch (address.kind) {
    case 'unix':
      return `unix:${address.path}`;
    case 'tcp':
      return `tcp:${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
    case 'ssh': {
      const user = address.user === null ? '' : `${address.user}@`;
      return `ssh://${user}${address.host}${address.port === null ? '' : `:${address.port}`}${address.path}`;
    }
    case 'exec':
      return `exec:${address.command}`;
  }
}

const SSH = /^ssh:\/\/(?:([^@/]+)@)?(\[[^\]]+\]|[^:/@[\]]+)(?::(\d+))?(\/.+)$/;
/** What QEMU's own option for the socket may have behind the address. */
const SERVER_SETTINGS = /(,(server|wait|nowait|telnet)(=[^,]*)?)+$/;

/**
 * Reads `unix:PATH`, `tcp:HOST:PORT`, `ssh://[USER@]HOST[:PORT]/PATH` or `exec:COMMAND`; a path with a slash or without
 * a colon, and HOST:PORT, need no word in front. Settings such as `,server=on,wait=off` may stand behind.
 * Answers null for anything else.
 */
export function parseAddress(text: string): AttachAddress | null {
  if (text.startsWith('exec:')) return text.length > 5 ? { kind: 'exec', command: text.slice(5) } : null;
  const bare = text.replace(SERVER_SETTINGS, '');
  if (bare.startsWith('ssh:')) return parseSsh(bare);
  if (bare.startsWith('unix:')) return unix(bare.slice(5));
  if (bare.startsWith('tcp:')) return parseTcp(bare.slice(4));
  if (bare.includes('/') || !bare.includes(':')) return unix(bare);
  return parseTcp(bare);
}

function unix(path: string): AttachAddress | null {
  return path === '' ? null : { kind: 'unix', path };
}

function parseTcp(text: string): AttachAddress | null {
  const [, bracketed, name, digits] = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const port = portNumber(digits);
  return port === null ? null : { kind: 'tcp', host: bracketed ?? (name || 'localhost'), port };
}

function parseSsh(text: string): AttachAddress | null {
  const [, user = null, name, digits, path] = SSH.exec(text) ?? [];
  const port = digits === undefined ? null : portNumber(digits);
  if (name === undefined || path === undefined || (digits !== undefined && port === null)) return null;
  const host = name.replace(/^\[(.*)\]$/, '$1');
  // ssh would take what begins with a dash for an option
  if (host.startsWith('-') || user?.startsWith('-')) return null;
  return { kind: 'ssh', user, host, port, path };
}

function portNumber(digits: string | undefined): number | null {
  const port = Number(digits);
  return digits !== undefined && port > 0 && port < 65536 ? port : null;
}
