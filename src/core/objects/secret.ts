import { QmpError } from '../../qapi/errors.ts';
import type { SecretProperties } from '../../qapi/generated/types.ts';
import { fromBase64 } from '../base64.ts';
import { QomObject } from '../qom/object.ts';

/** Largest file that is taken for a secret. */
const LARGEST = 1 << 20;

/** Data that others refer to by name, so that it appears in no other option: `-object secret`. */
export class Secret extends QomObject {
  /** The data, decoded. */
  readonly data: Uint8Array;

  /**
   * @param read the bytes of a file; rejects with the host's reason
   * @throws QmpError
   */
  static async open(
    options: Omit<SecretProperties, 'qom-type' | 'id'>,
    read: (path: string) => Promise<Uint8Array>,
  ): Promise<Secret> {
    const { data, file } = options;
    if (data !== undefined && file !== undefined) {
      throw new QmpError("'file' and 'data' are mutually exclusive");
    }
    if (file !== undefined) return new Secret(options, await contents(file, read));
    if (data === undefined) throw new QmpError("Either 'file' or 'data' must be provided");
    return new Secret(options, new TextEncoder().encode(data));
  }

  private constructor(options: Omit<SecretProperties, 'qom-type' | 'id'>, given: Uint8Array) {
    super('secret');
    const { format = 'raw', file } = options;
    this.data = format === 'raw' ? given : decoded(given);
    this.define('format', { type: 'QCryptoSecretFormat', get: () => format });
    this.define('file', { type: 'string', get: () => file ?? '' });
    this.define('loaded', { type: 'bool', get: () => true });
  }
}

async function contents(path: string, read: (path: string) => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    const bytes = await read(path);
    if (bytes.length <= LARGEST) return bytes;
  } catch (error) {
    const reason = (error as Error).message.replace(/^Could not open '.*': /s, '');
    throw new QmpError(`Unable to read ${path}: Failed to open file “${path}”: ${reason}`);
  }
  throw new QmpError(`Unable to read ${path}: a secret has at most ${LARGEST} bytes`);
}

function decoded(text: Uint8Array): Uint8Array {
  const bytes = fromBase64(new TextDecoder().decode(text));
  if (bytes === null) throw new QmpError('Base64 data contains invalid characters');
  return bytes;
}
