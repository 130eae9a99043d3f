import { ConfigError, type OptionValues } from '../config.ts';
import type { CacheMode } from './node.ts';
import { parseSwitch } from './option-values.ts';

/** What `cache=` stands for. */
const CACHE_MODES: Readonly<Record<string, CacheMode>> = {
  writeback: { writeback: true, direct: false, 'no-flush': false },
  writethrough: { writeback: false, direct: false, 'no-flush': false },
  none: { writeback: true, direct: true, 'no-flush': false },
  directsync: { writeback: false, direct: true, 'no-flush': false },
  unsafe: { writeback: true, direct: false, 'no-flush': true },
};

/** What a word for `cache=` stands for. */
export function cacheMode(word: string): CacheMode | undefined {
  return Object.hasOwn(CACHE_MODES, word) ? CACHE_MODES[word] : undefined;
}

export const CACHE_KEYS: readonly string[] = ['cache', 'cache.writeback', 'cache.direct', 'cache.no-flush'];

/** How a drive buffers: what is said one by one goes before `cache=`. @throws ConfigError */
export function parseCache(options: OptionValues): CacheMode {
  const { cache = 'writeback' } = options;
  const mode = cacheMode(cache);
  if (!mode) throw new ConfigError('invalid cache option');
  const part = (name: keyof CacheMode) => {
    const value = options[`cache.${name}`];
    return value === undefined ? mode[name] : parseSwitch(`cache.${name}`, value);
  };
  return { writeback: part('writeback'), direct: part('direct'), 'no-flush': part('no-flush') };
}
