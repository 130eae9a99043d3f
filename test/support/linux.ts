import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guests = join(resolve(root, process.env['HMP_SHARED'] ?? '../shared'), 'guests/linux');
const MAX_IMAGE = 64 * 1024 * 1024;

export const INITRD = join(guests, 'initrd.gz');
export const hasLinux = existsSync(join(guests, 'Image.xz')) && existsSync(INITRD);

if (!hasLinux) console.warn(`skipped: no Linux guest in ${guests} (HMP_SHARED names the folder of guests)`);

/** Unpacks the kernel into a folder of its own; remove() drops both. */
export function unpackKernel(): { folder: string; kernel: string; remove(): void } {
  const { stdout, status, error } = spawnSync('xz', ['-dc', join(guests, 'Image.xz')], {
    maxBuffer: MAX_IMAGE,
  });
  if (status !== 0) throw error ?? new Error('xz cannot unpack the kernel');
  const folder = mkdtempSync(join(tmpdir(), 'hmp-linux-'));
  const kernel = join(folder, 'Image');
  writeFileSync(kernel, stdout);
  return { folder, kernel, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
