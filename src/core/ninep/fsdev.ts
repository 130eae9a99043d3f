import type { Host, HostFolder } from '../../host/types.ts';
import { ConfigError, type OptionValues } from '../config.ts';
import { namingValues } from '../option-errors.ts';
import { MappedFolder } from './mapped-folder.ts';
import { NinepServer } from './server.ts';

const MODELS = ['passthrough', 'mapped-xattr', 'mapped-file', 'none'] as const;
type SecurityModel = (typeof MODELS)[number];
const KNOWN = ['fsdriver', 'id', 'path', 'security_model', 'readonly', 'mount_tag'];

/** `-fsdev local`, digested. */
export interface Fsdev {
  readonly id: string;
  readonly path: string;
  readonly model: SecurityModel;
  readonly readOnly: boolean;
}

/** What `-fsdev` made: folders by name, opened when a device takes one. */
export class FsdevTable {
  readonly #folders = new Map<string, { fsdev: Fsdev; folder: HostFolder | Error }>();

  /** Opens what `-fsdev` names, in order. @throws ConfigError */
  static async open(host: Pick<Host, 'openFolder'>, fsdevs: readonly OptionValues[]): Promise<FsdevTable> {
    const table = new FsdevTable();
    for (const options of fsdevs) {
      const fsdev = namingValues('fsdev', options, () => parseFsdev(options));
      if (table.#folders.has(fsdev.id)) throw new ConfigError(`Duplicate ID '${fsdev.id}' for fsdev`);
      // A folder that cannot be opened is the trouble of the device that wants it.
      const folder = await host.openFolder(fsdev.path).catch((error: unknown) => error as Error);
      table.#folders.set(fsdev.id, { fsdev, folder });
    }
    return table;
  }

  /** A server for a device. @throws ConfigError when there is no such folder */
  serve(id: string, wallClock: () => number): NinepServer {
    const found = this.#folders.get(id);
    if (!found) throw new ConfigError(`9pfs device couldn't find fsdev with the id = ${id || 'NULL'}`);
    const { fsdev, folder } = found;
    if (folder instanceof Error) {
      throw new ConfigError(
        `cannot initialize fsdev '${id}': failed to open '${fsdev.path}': ${folder.message}`,
      );
    }
    const view = fsdev.model === 'mapped-file' ? new MappedFolder(folder) : folder;
    const strictOwners = fsdev.model !== 'none';
    return new NinepServer(view, { readOnly: fsdev.readOnly, strictOwners, wallClock });
  }

  async close(): Promise<void> {
    for (const { folder } of this.#folders.values()) if (!(folder instanceof Error)) await folder.close();
  }
}

/** @throws ConfigError */
function parseFsdev(options: OptionValues): Fsdev {
  const { fsdriver = '', id, path } = options;
  const unknown = Object.keys(options).find(key => !KNOWN.includes(key));
  if (unknown !== undefined) throw new ConfigError(`Invalid parameter '${unknown}'`);
  if (id === undefined) throw new ConfigError('fsdev: No id specified');
  if (fsdriver !== 'local') throw new ConfigError(`fsdev: fsdriver ${fsdriver} not found`);
  const model = securityModel(options['security_model']);
  if (path === undefined) throw new ConfigError('path property not set');
  return { id, path, model, readOnly: readOnly(options['readonly'] ?? 'off') };
}

function securityModel(text: string | undefined): SecurityModel {
  const valid = `\nValid options are: security_model=[${MODELS.join('|')}]`;
  if (text === undefined) throw new ConfigError(`security_model property not set${valid}`);
  const model = MODELS.find(candidate => candidate === text);
  if (!model) throw new ConfigError(`invalid security_model property '${text}'${valid}`);
  if (model !== 'mapped-xattr') return model;
  throw new ConfigError(
    'security_model=mapped-xattr: extended attributes are out of reach here: use mapped-file',
  );
}

function readOnly(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new ConfigError("Parameter 'readonly' expects 'on' or 'off'");
}
