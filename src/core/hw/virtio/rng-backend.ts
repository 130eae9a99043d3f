import type { Host } from '../../../host/types.ts';
import { QmpError } from '../../../qapi/errors.ts';
import { QomObject } from '../../qom/object.ts';

const DEFAULT_FILE = '/dev/urandom';

/** Source of entropy for virtio-rng; all kinds draw from the host's generator. */
export class RngBackend extends QomObject {
  readonly #host: Host;

  constructor(typeName: 'rng-builtin' | 'rng-random', host: Host) {
    super(typeName);
    this.#host = host;
    this.define('opened', { type: 'bool', get: () => true });
    // The host hands out bytes of its one generator, whichever device file is named.
    if (typeName === 'rng-random') this.define('filename', { type: 'string', get: () => DEFAULT_FILE });
  }

  read(length: number): Uint8Array {
    return this.#host.entropy(length);
  }
}

/** Makes the back end of `-object rng-random,id=...` or `rng-builtin`. @throws QmpError */
export function createRngBackend(options: Readonly<Record<string, string>>, host: Host): RngBackend {
  const { 'qom-type': typeName, id, filename, ...rest } = options;
  if (typeName !== 'rng-builtin' && typeName !== 'rng-random') {
    throw new QmpError(`invalid object type: ${typeName}`);
  }
  if (!id) throw new QmpError("Parameter 'id' is missing");
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw new QmpError(`Property '${typeName}.${unknown}' not found`);
  if (filename !== undefined && (typeName === 'rng-builtin' || !isGenerator(filename))) {
    throw new QmpError(`${typeName} takes entropy from /dev/urandom or /dev/random, not '${filename}'`);
  }
  return new RngBackend(typeName, host);
}

function isGenerator(filename: string): boolean {
  return filename === '/dev/random' || filename === DEFAULT_FILE;
}
