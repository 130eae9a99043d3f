import { QmpError } from '../../qapi/errors.ts';
import type { ChardevReturn, DataFormat } from '../../qapi/generated/types.ts';
import { fromBase64, toBase64 } from '../base64.ts';
import type { Chardev } from '../chardev/chardev.ts';
import { BACKEND_KINDS } from '../chardev/open.ts';
import { parseChardev, parseChardevChange } from '../chardev/options.ts';
import type { ChardevTable } from '../chardev/table.ts';
import { listingOrder } from '../qom/listing-order.ts';
import type { CommandHandlers } from './handlers.ts';

/** Character devices: what there is, made and led elsewhere, and ring buffers. */
export function charHandlers(chardevs: ChardevTable): CommandHandlers {
  return {
    'query-chardev': () =>
      listingOrder(chardevs.all().map(({ label }) => label)).map(label => {
        const chardev = chardevs.require(label);
        return { label, filename: chardev.filename, 'frontend-open': chardevs.isOpen(chardev) };
      }),
    'query-chardev-backends': () => BACKEND_KINDS.map(name => ({ name })),
    'chardev-add': async ({ id, backend }) => {
      if (chardevs.get(id)) throw new QmpError(`Chardev with id '${id}' already exists`);
      return made(await named(id, () => chardevs.open(id, backend)));
    },
    'x-chardev-add': async ({ options }) => {
      return made(await chardevs.openRequest(parseChardev(options)));
    },
    'chardev-change': async ({ id, backend }) => {
      return made(await chardevs.change(id, backend));
    },
    'x-chardev-change': async ({ id, options }) => {
      return made(await chardevs.change(id, parseChardevChange(id, options)));
    },
    'chardev-remove': ({ id }) => {
      chardevs.remove(id);
      return {};
    },
    'chardev-send-break': ({ id }) => {
      chardevs.require(id).sendBreak();
      return {};
    },
    ...ringBufferHandlers(chardevs),
  };
}

function ringBufferHandlers(chardevs: ChardevTable): CommandHandlers {
  return {
    'ringbuf-write': ({ device, data, format = 'utf8' }) => {
      chardevs.ringBuffer(device).write(decode(data, format));
      return {};
    },
    'ringbuf-read': ({ device, size, format = 'utf8' }) => {
      const buffer = chardevs.ringBuffer(device);
      if (size <= 0n) throw new QmpError('size must be greater than zero');
      return encode(buffer.take(Number(size)), format);
    },
  };
}

function made({ pseudoTerminal }: Chardev): ChardevReturn {
  return pseudoTerminal === null ? {} : { pty: pseudoTerminal };
}

/** Programs hear which device it was. */
async function named<T>(id: string, add: () => Promise<T>): Promise<T> {
  try {
    return await add();
  } catch (error) {
    throw error instanceof QmpError ? new QmpError(`Failed to add chardev '${id}': ${error.message}`) : error;
  }
}

function decode(data: string, format: DataFormat): Uint8Array {
  if (format === 'utf8') return new TextEncoder().encode(data);
  const bytes = fromBase64(data);
  if (bytes === null) throw new QmpError('Base64 data contains invalid characters');
  return bytes;
}

/** Text ends at a zero byte for those who read it; what is no UTF-8 is replaced. */
function encode(bytes: Uint8Array, format: DataFormat): string {
  return format === 'base64' ? toBase64(bytes) : new TextDecoder().decode(bytes);
}
