import { join } from 'node:path';
import { loadMachineConfig } from '../../src/cli/machine-config.ts';
import { withOrigin } from '../../src/cli/options/origins.ts';
import { parseInvocation } from '../../src/cli/parse-invocation.ts';
import { installRoot } from '../../src/cli/paths.ts';
import { loadOptionTable } from '../../src/cli/tables.ts';
import { Machine } from '../../src/core/machine.ts';
import { createNodeHost } from '../../src/host/node-host.ts';
import { PaneStream } from '../../src/host/streams.ts';

const root = installRoot();
const table = loadOptionTable(root);
const built = join(root, 'src', 'guest', 'built');
const images = { firmware: join(built, 'firmware.elf'), guest: join(built, 'guest.elf') };

/** What the program says to a command line, without its name in front: warnings, and the error if it is refused. */
export async function saidTo(args: readonly string[]): Promise<{ lines: string[]; refused: boolean }> {
  const lines: string[] = [];
  let origins: ReadonlyMap<string, string> = new Map();
  const host = createNodeHost(() => new PaneStream(() => {}, setImmediate));
  try {
    const invocation = parseInvocation(table, args, lines);
    origins = invocation.origins;
    const machine = await Machine.create(loadMachineConfig(invocation.machine, images), host);
    await machine.dispose();
    return { lines, refused: false };
  } catch (error) {
    lines.push(withOrigin((error as Error).message, origins));
    return { lines, refused: true };
  }
}
