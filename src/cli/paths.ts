import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that the program was installed to: where its tables are. */
export function installRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'hx', 'hmp-commands.hx'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('hx/hmp-commands.hx is missing from the installation');
    folder = above;
  }
  return folder;
}

/** Where the firmware is that comes with the program. */
export function firmwareFolder(): string {
  return join(installRoot(), 'dist', 'guest');
}

/** `$XDG_STATE_HOME/hmp`, by default `~/.local/state/hmp`. */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'hmp');
}
