import type { Host } from '../host/types.ts';

/** Reads a file of the host. @throws Error with the host's reason */
export async function readFile(
  host: Pick<Host, 'openBlockFile'>,
  path: string,
  most?: number,
): Promise<Uint8Array> {
  const file = await host.openBlockFile(path, { readOnly: true });
  try {
    if (most !== undefined && file.size > most) throw new Error(`'${path}' is too large`);
    return await file.read(0, file.size);
  } finally {
    await file.close();
  }
}
