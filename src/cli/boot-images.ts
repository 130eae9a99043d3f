import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { BootImage } from '../core/config.ts';
import { systemErrorText } from '../host/system-error.ts';
import { UsageError } from './errors.ts';
import type { FwCfgPlan } from './options/fw-cfg.ts';

const GZIP_MAGIC = [0x1f, 0x8b];
/** What a packed kernel may take unpacked, bytes. */
const MOST_UNPACKED = 256 * 2 ** 20;

/** Reads a file whole. @throws UsageError: `message`, and the host's reason */
export function readImage(path: string, message: string, name = path): BootImage {
  try {
    return { name, data: new Uint8Array(readFileSync(path)) };
  } catch (error) {
    throw new UsageError(`${message}: ${systemErrorText(error)}`);
  }
}

/** A kernel as it has to lie in memory: one that is packed with gzip (`Image.gz`) is unpacked. @throws UsageError */
export function readKernel(path: string): BootImage {
  const image = readImage(path, `could not load kernel '${path}'`);
  if (!GZIP_MAGIC.every((byte, at) => image.data[at] === byte)) return image;
  try {
    return { ...image, data: new Uint8Array(gunzipSync(image.data, { maxOutputLength: MOST_UNPACKED })) };
  } catch (error) {
    throw new UsageError(
      `could not load kernel '${path}': it cannot be unpacked: ${(error as Error).message}`,
    );
  }
}

/** The contents of an `-fw_cfg`: a text has no zero at its end. @throws UsageError */
export function readFwCfg({ name, content, origin }: FwCfgPlan): BootImage {
  if ('string' in content) return { name, data: new TextEncoder().encode(content.string) };
  const { file } = content;
  return readImage(file, `${origin}: can't load ${file}`, name);
}
