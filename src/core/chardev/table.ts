import type { ByteStream, Host } from '../../host/types.ts';
import { ConfigError } from '../config.ts';

/** A character device: the host's stream under the name that devices and `info chardev` use. */
export class Chardev {
  readonly label: string;
  readonly stream: ByteStream;
  /** Whether a device in the machine uses it and has it open. */
  frontendOpen = false;
  /** Whether a device in the machine has it. */
  inUse = false;

  constructor(label: string, stream: ByteStream) {
    this.label = label;
    this.stream = stream;
  }
}

/** All character devices by label, in the order of their creation. */
export class ChardevTable {
  readonly #host: Host;
  readonly #chardevs = new Map<string, Chardev>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Opens the host side, such as `vc`, `null`, `file:PATH`. @throws ConfigError */
  open(label: string, spec: string): Chardev {
    if (this.#chardevs.has(label)) throw new ConfigError(`Chardev with id '${label}' already exists`);
    try {
      return this.add(new Chardev(label, this.#host.openStream(label, spec)));
    } catch (error) {
      throw new ConfigError(`${label}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  add(chardev: Chardev): Chardev {
    this.#chardevs.set(chardev.label, chardev);
    return chardev;
  }

  get(label: string): Chardev | undefined {
    return this.#chardevs.get(label);
  }

  /** For a device that nobody shares it with. @throws ConfigError */
  take(label: string): Chardev {
    const chardev = this.#chardevs.get(label);
    if (!chardev) throw new ConfigError(`chardev "${label}" not found`);
    if (chardev.inUse) throw new ConfigError(`chardev "${label}" is already in use`);
    return chardev;
  }

  all(): Chardev[] {
    return [...this.#chardevs.values()];
  }
}

/** Opens serial0, ... as `-serial` says, or takes the one that `chardev:ID` names. @throws ConfigError */
export function openSerials(table: ChardevTable, specs: readonly string[]): Chardev[] {
  return specs.map((spec, index) => {
    const chardev = spec.startsWith('chardev:')
      ? table.take(spec.slice('chardev:'.length))
      : table.open(`serial${index}`, spec);
    chardev.frontendOpen = chardev.inUse = true;
    return chardev;
  });
}
