import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import { allDevices } from '../board/wiring.ts';
import type { DisplayConsole, Displays } from '../display/console.ts';
import { pngFile, ppmFile } from '../display/picture-files.ts';
import { capture } from '../display/surface.ts';
import type { Bus } from '../qom/device.ts';
import type { CommandHandlers } from './handlers.ts';

/** What the displays show. */
export function displayHandlers(
  displays: Displays,
  sysbus: Bus,
  host: Pick<Host, 'saveFile' | 'deflate'>,
): CommandHandlers {
  return {
    screendump: async ({ filename, device, head, format }) => {
      const picture = capture(chooseDisplay(displays, sysbus, device, head).surface);
      const file = format === 'png' ? await pngFile(picture, bytes => host.deflate(bytes)) : ppmFile(picture);
      await save(host, filename, file);
      return {};
    },
  };
}

function chooseDisplay(
  displays: Displays,
  sysbus: Bus,
  device: string | undefined,
  head: bigint | undefined,
): DisplayConsole {
  if (device !== undefined) return displayOf(displays, sysbus, device, head);
  if (head !== undefined) throw new QmpError("'head' must be specified together with 'device'");
  if (!displays.first) throw new QmpError('There is no console to take a screendump from');
  return displays.first;
}

/** A display by its device's identifier. @throws QmpError where there is none */
export function displayOf(displays: Displays, sysbus: Bus, id: string, head = 0n): DisplayConsole {
  const exists = [...allDevices(sysbus)].some(device => device.id === id);
  if (!exists) throw new QmpError(`Device '${id}' not found`, 'DeviceNotFound');
  return displays.require(id, Number(head));
}

async function save(host: Pick<Host, 'saveFile'>, path: string, file: readonly Uint8Array[]): Promise<void> {
  try {
    await host.saveFile(path, file);
  } catch (error) {
    const { message } = error as Error;
    const refused = `Could not open '${path}': `;
    if (!message.startsWith(refused)) throw new QmpError(message);
    throw new QmpError(`failed to open file '${path}': ${message.slice(refused.length)}`);
  }
}
