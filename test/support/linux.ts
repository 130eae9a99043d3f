import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shared = join(resolve(root, process.env['HMP_SHARED'] ?? '../shared'), 'guests/linux');
const fetched = resolve(root, process.env['HMP_GUESTS'] ?? 'test/guests/linux');
const MAX_IMAGE = 64 * 1024 * 1024;

const guests = [shared, fetched].find(isGuest);

/** Whether there is a Linux to boot: the shared one, or what test/guests/fetch-linux.sh made. */
export const hasLinux = guests !== undefined;
export const INITRD = join(guests ?? fetched, 'initrd.gz');

/** The initrd with drivers for every device (GPU, input, CD-ROM, ...), or null: only fetch-linux.sh makes it. */
export const FULL_GUEST = isGuest(fetched)
  ? { kernel: join(fetched, 'Image'), initrd: join(fetched, 'initrd.gz') }
  : null;

if (!hasLinux)
  console.warn(`skipped: no Linux guest in ${shared} or ${fetched}: run test/guests/fetch-linux.sh`);

function isGuest(folder: string): boolean {
  const kernel = existsSync(join(folder, 'Image')) || existsSync(join(folder, 'Image.xz'));
  return kernel && existsSync(join(folder, 'initrd.gz'));
}

/** Puts the kernel into a folder of its own, unpacked; remove() drops both. */
export function unpackKernel(): { folder: string; kernel: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'hmp-linux-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const image = join(guests ?? fetched, 'Image');
  if (existsSync(image)) return { folder, kernel: image, remove };
  const { stdout, status, error } = spawnSync('xz', ['-dc', `${image}.xz`], { maxBuffer: MAX_IMAGE });
  if (status !== 0) throw error ?? new Error('xz cannot unpack the kernel');
  const kernel = join(folder, 'Image');
  writeFileSync(kernel, stdout);
  return { folder, kernel, remove };
}
