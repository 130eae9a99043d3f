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
export function createRngBackend(
  options: { 'qom-type': 'rng-builtin' | 'rng-random'; filename?: string },
  host: Host,
): RngBackend {
  const { 'qom-type': typeName, filename } = options;
  if (filename !== undefined && !isGenerator(filename)) {
    throw new QmpError(`${typeName} takes entropy from /dev/urandom or /dev/random, not '${filename}'`);
  }
  return new RngBackend(typeName, host);
}

function isGenerator(filename: string): boolean {
  return filename === '/dev/random' || filename === DEFAULT_FILE;
}
