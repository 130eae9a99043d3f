import type { Host, HostFolder } from '../../host/types.ts';
import { parseWhole } from '../block/option-values.ts';
import { ConfigError, type OptionValues } from '../config.ts';
import { namingValues } from '../option-errors.ts';
import { AttributeBudget } from './extended-attributes.ts';
import { MappedFolder } from './mapped-folder.ts';
import { NinepServer } from './server.ts';
import { SynthFolder } from './synth-folder.ts';
import { synthTestTree } from './synth-test-tree.ts';

const MODELS = ['passthrough', 'mapped-xattr', 'mapped-file', 'none'] as const;
type SecurityModel = (typeof MODELS)[number];
const COMMON = ['fsdriver', 'id', 'readonly', 'max_xattr', 'mount_tag'];
const OF_LOCAL = ['path', 'security_model'];
const DEFAULT_ATTRIBUTES = 1024;
const MOST_ATTRIBUTES = 0xffff_ffff;

/** `-fsdev`, digested. */
type Fsdev = {
  readonly id: string;
  readonly readOnly: boolean;
  /** How many extended attributes a client may have at hand; 0: any number. */
  readonly mostAttributes: number;
} & (
  | { readonly driver: 'local'; readonly path: string; readonly model: SecurityModel }
  | { readonly driver: 'synth' }
);

/** What `-fsdev` made: folders by name, opened when a device takes one. */
export class FsdevTable {
  readonly #folders = new Map<string, { fsdev: Fsdev; folder: HostFolder | Error | null }>();
  readonly #underTest: boolean;

  /** @param underTest whether a test program has the machine: synthetic file systems have the nodes that it looks for */
  constructor(underTest = false) {
    this.#underTest = underTest;
  }

  /** Opens what `-fsdev` names, in order. @param underTest as for the constructor @throws ConfigError */
  static async open(
    host: Pick<Host, 'openFolder'>,
    fsdevs: readonly OptionValues[],
    underTest = false,
  ): Promise<FsdevTable> {
    const table = new FsdevTable(underTest);
    for (const options of fsdevs) {
      const fsdev = namingValues('fsdev', options, () => parseFsdev(options));
      if (table.#folders.has(fsdev.id)) throw new ConfigError(`Duplicate ID '${fsdev.id}' for fsdev`);
      // A folder that cannot be opened is the trouble of the device that wants it.
      const folder =
        fsdev.driver === 'local'
          ? await host.openFolder(fsdev.path).catch((error: unknown) => error as Error)
          : null;
      table.#folders.set(fsdev.id, { fsdev, folder });
    }
    return table;
  }

  /** A server for a device. @throws ConfigError when there is no such folder */
  serve(id: string, wallClock: () => number): NinepServer {
    const found = this.#folders.get(id);
    if (!found) throw new ConfigError(`9pfs device couldn't find fsdev with the id = ${id || 'NULL'}`);
    const { fsdev, folder } = found;
    const { readOnly, mostAttributes } = fsdev;
    const attributes = new AttributeBudget(mostAttributes);
    const strictOwners = fsdev.driver === 'local' && fsdev.model !== 'none';
    const view = this.#view(fsdev, folder, attributes);
    return new NinepServer(view, { readOnly, strictOwners, attributes, wallClock });
  }

  #view(fsdev: Fsdev, folder: HostFolder | Error | null, attributes: AttributeBudget): HostFolder {
    if (fsdev.driver === 'synth' || !folder) {
      return this.#underTest ? synthTestTree(attributes) : new SynthFolder();
    }
    const { id, path, model } = fsdev;
    if (folder instanceof Error) {
      throw new ConfigError(`cannot initialize fsdev '${id}': failed to open '${path}': ${folder.message}`);
    }
    return model === 'mapped-file' ? new MappedFolder(folder) : folder;
  }

  async close(): Promise<void> {
    for (const { folder } of this.#folders.values()) if (!(folder instanceof Error)) await folder?.close();
  }
}

/** @throws ConfigError */
function parseFsdev(options: OptionValues): Fsdev {
  const { fsdriver = '', id, path } = options;
  const unknown = Object.keys(options).find(key => ![...COMMON, ...OF_LOCAL].includes(key));
  if (unknown !== undefined) throw new ConfigError(`Invalid parameter '${unknown}'`);
  if (id === undefined) throw new ConfigError('fsdev: No id specified');
  const common = {
    id,
    readOnly: readOnly(options['readonly'] ?? 'off'),
    mostAttributes: mostAttributes(options['max_xattr']),
  };
  if (fsdriver === 'synth') {
    const foreign = Object.keys(options).find(key => OF_LOCAL.includes(key));
    if (foreign !== undefined) throw new ConfigError(`'${foreign}' is invalid for fsdriver 'synth'`);
    return { driver: 'synth', ...common };
  }
  if (fsdriver !== 'local') throw new ConfigError(`fsdev: fsdriver ${fsdriver} not found`);
  const model = securityModel(options['security_model']);
  if (path === undefined) throw new ConfigError('path property not set');
  return { driver: 'local', path, model, ...common };
}

function mostAttributes(text: string | undefined): number {
  if (text === undefined) return DEFAULT_ATTRIBUTES;
  const most = parseWhole('max_xattr', text);
  if (most >= 0 && most <= MOST_ATTRIBUTES) return most;
  throw new ConfigError(`max_xattr value '${text}' too large`);
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
