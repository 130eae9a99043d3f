import type { BlockFile } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { BlkdebugEvent, BlkdebugInjectErrorOptions } from '../../qapi/generated/types.ts';
import { Breakpoints } from './breakpoints.ts';

const EVENTS: Readonly<Record<BlkdebugEvent, true>> = {
  read_aio: true,
  write_aio: true,
  flush_to_disk: true,
};
const ERROR_TEXTS: ReadonlyMap<bigint, string> = new Map([
  [1n, 'Operation not permitted'],
  [5n, 'Input/output error'],
  [28n, 'No space left on device'],
]);
const EIO = 5n;
const SECTOR = 512n;

/**
 * An image that fails where somebody wants it to, to see what becomes of it, and that can be made to take whole blocks
 * only: what is not aligned is widened then, and the rest of the blocks is read before they are written.
 */
export class DebugFile implements BlockFile {
  /** Where requests stand still, to see what happens meanwhile. */
  readonly breakpoints = new Breakpoints<BlkdebugEvent>();
  readonly #image: BlockFile;
  readonly #rules: BlkdebugInjectErrorOptions[];
  readonly #align: number;

  /** @param align bytes, a power of two */
  constructor(image: BlockFile, rules: readonly BlkdebugInjectErrorOptions[], align = 1) {
    this.#image = image;
    this.#rules = [...rules];
    this.#align = align;
  }

  get size(): number {
    return this.#image.size;
  }

  get readOnly(): boolean {
    return this.#image.readOnly;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const { start, end } = this.#blocks(offset, length);
    await this.#meet('read_aio', start, end - start);
    const bytes = await this.#image.read(start, end - start);
    return bytes.subarray(offset - start, offset - start + length);
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    const { start, end } = this.#blocks(offset, data.length);
    let whole = data;
    if (end - start !== data.length) {
      whole = (await this.read(start, end - start)).slice();
      whole.set(data, offset - start);
    }
    await this.#meet('write_aio', start, whole.length);
    await this.#image.write(start, whole);
  }

  /** The blocks that a request touches, as far as the image has them. */
  #blocks(offset: number, length: number): { start: number; end: number } {
    const align = this.#align;
    const start = offset - (offset % align);
    const end = Math.min(Math.ceil((offset + length) / align) * align, Math.max(this.size, offset + length));
    return { start, end };
  }

  async flush(): Promise<void> {
    await this.#meet('flush_to_disk', 0, 0);
    await this.#image.flush();
  }

  resize(size: number): Promise<void> {
    return this.#image.resize(size);
  }

  allocated(): Promise<number> {
    return this.#image.allocated();
  }

  close(): Promise<void> {
    return this.#image.close();
  }

  /** @throws Error that a rule asks for */
  async #meet(event: BlkdebugEvent, offset: number, length: number): Promise<void> {
    await this.breakpoints.meet(event);
    const index = this.#rules.findIndex(rule => rule.event === event && touches(rule.sector, offset, length));
    const rule = this.#rules[index];
    if (!rule) return;
    if (rule.once) this.#rules.splice(index, 1);
    const { errno = EIO } = rule;
    throw new Error(ERROR_TEXTS.get(errno) ?? `Unknown error ${errno}`);
  }
}

/** Whether something is known by this name that a request can come by. */
export function isDebugEvent(word: string): word is BlkdebugEvent {
  return Object.hasOwn(EVENTS, word);
}

function touches(sector: bigint | undefined, offset: number, length: number): boolean {
  if (sector === undefined || sector < 0n) return true;
  const at = Number(sector * SECTOR);
  return at >= offset && at < offset + Math.max(length, 1);
}

/**
 * Reads a file of rules: `[inject-error]` sections with `event`, `errno`, `sector` and `once`.
 * @throws QmpError naming what it does not know
 */
export function parseDebugRules(text: string): BlkdebugInjectErrorOptions[] {
  const rules: Record<string, string>[] = [];
  for (const line of text.split('\n').map(each => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const section = /^\[(.*)\]$/.exec(line)?.[1];
    const [, key, value] = /^([\w-]+)\s*=\s*"(.*)"$/.exec(line) ?? [];
    if (section === 'inject-error') rules.push({});
    else if (key !== undefined && rules.length > 0) rules.at(-1)![key] = value!;
    else throw new QmpError(`Could not parse blkdebug config file: '${line}'`);
  }
  return rules.map(debugRule);
}

/** One error from its members as text. @throws QmpError */
export function debugRule({
  event,
  errno,
  sector,
  once,
  ...unknown
}: Record<string, string>): BlkdebugInjectErrorOptions {
  const [strange] = Object.keys(unknown);
  if (strange !== undefined) throw new QmpError(`Invalid parameter '${strange}'`);
  if (event === undefined) throw new QmpError('Missing event name for rule');
  if (!isDebugEvent(event)) throw new QmpError(`invalid parameter value: ${event}`);
  const whole = (name: string, value: string) => {
    if (!/^-?\d+$/.test(value)) throw new QmpError(`Parameter '${name}' expects a number`);
    return BigInt(value);
  };
  return {
    event,
    ...(errno === undefined ? {} : { errno: whole('errno', errno) }),
    ...(sector === undefined ? {} : { sector: whole('sector', sector) }),
    ...(once === undefined ? {} : { once: once === 'on' }),
  };
}
