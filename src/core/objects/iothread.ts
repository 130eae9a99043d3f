import { QmpError } from '../../qapi/errors.ts';
import type { IOThreadInfo, IothreadProperties } from '../../qapi/generated/types.ts';
import type { QmpValue } from '../../qapi/value.ts';
import { QomObject } from '../qom/object.ts';

const MOST = 2n ** 63n - 1n;
const DEFAULTS = {
  'poll-max-ns': 32_768n,
  'poll-grow': 0n,
  'poll-shrink': 0n,
  'aio-max-batch': 0n,
  'thread-pool-min': 0n,
  'thread-pool-max': 64n,
} as const satisfies Required<IothreadProperties>;

type Setting = keyof typeof DEFAULTS;

/**
 * What `-object iothread` makes. Devices refer to it and its settings are kept, as scripts expect; their requests go
 * where all go, to the machine's one thread and the threads that Node has for files.
 */
export class IoThread extends QomObject {
  readonly #settings: Record<Setting, bigint> = { ...DEFAULTS };

  /** @throws QmpError */
  constructor(options: IothreadProperties) {
    super('iothread');
    for (const name of Object.keys(DEFAULTS) as Setting[]) {
      this.define(name, {
        type: 'int',
        get: () => this.#settings[name],
        set: value => this.#set(name, value),
      });
      const value = options[name];
      if (value !== undefined) this.#set(name, value);
    }
  }

  #set(name: Setting, value: QmpValue): void {
    if (typeof value !== 'bigint' && typeof value !== 'number') {
      throw new QmpError(`Invalid parameter type for '${name}', expected: integer`);
    }
    const number = BigInt(value);
    if (number < 0n || number > MOST) {
      throw new QmpError(`${name} value must be in range [0, ${MOST}]`);
    }
    this.#settings[name] = number;
  }

  /** @param threadId number of the thread that does the work */
  describe(threadId: number): IOThreadInfo {
    const { 'thread-pool-min': _min, 'thread-pool-max': _max, ...rest } = this.#settings;
    return { id: this.name, 'thread-id': BigInt(threadId), ...rest };
  }
}
