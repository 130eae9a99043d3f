import type { CommandContext, CompletionRequest } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { ImageFormat } from '../../src/qapi/generated/types.ts';
import type { QmpClient } from '../../src/qmp/client.ts';

/** Checked against the generated type: a missing or misspelt format does not compile. */
const FORMATS: Readonly<Record<ImageFormat, true>> = { ppm: true, png: true };

function isFormat(word: string): word is ImageFormat {
  return Object.hasOwn(FORMATS, word);
}

interface Args {
  filename: string;
  format?: string;
  device?: string;
  head?: bigint;
}

/** Saves what a display shows. Without a head the device's first display is meant. */
export async function screendump(
  ctx: CommandContext,
  { filename, format, device, head }: Args,
): Promise<void> {
  if (format !== undefined && !isFormat(format)) throw new QmpError(`invalid parameter value: ${format}`);
  await ctx.qmp.execute('screendump', {
    filename,
    ...(device === undefined ? {} : { device, head: head ?? 0n }),
    ...(format === undefined ? {} : { format }),
  });
}

/** The displays that have a device with an identifier, and which of its displays each is. */
async function listDisplays(qmp: QmpClient): Promise<{ device: string; head: string }[]> {
  const children = await qmp.execute('qom-list', { path: '/backend' });
  const consoles = children.filter(({ name }) => name.startsWith('console['));
  return Promise.all(
    consoles.map(async ({ name }) => {
      const path = `/backend/${name}`;
      const device = await qmp.execute('qom-get', { path, property: 'device' });
      const head = await qmp.execute('qom-get', { path, property: 'head' });
      return { device: String(device).replace('/machine/peripheral/', ''), head: String(head) };
    }),
  );
}

/** Offers the display devices, then the displays of the one that was named; files have a completion of their own. */
export async function completeScreendump({ qmp, index, words }: CompletionRequest): Promise<string[]> {
  if (index !== 2 && index !== 3) return [];
  const displays = (await listDisplays(qmp)).filter(({ device }) => !device.includes('/'));
  if (index === 2) return displays.map(({ device }) => device);
  return displays.filter(({ device }) => device === words.at(-2)).map(({ head }) => head);
}
