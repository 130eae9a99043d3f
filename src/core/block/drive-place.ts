import { ConfigError, type OptionValues } from '../config.ts';
import { parseWhole } from './option-values.ts';

/** Where a drive sits among those of its interface. */
export interface DrivePlace {
  readonly bus: number;
  readonly unit: number;
}

/** Keys that say where. */
export const PLACE_KEYS: readonly string[] = ['index', 'bus', 'unit'];

const UNSAID = -1;

/**
 * Where a drive goes: where its options say, or the first place that is free.
 * @param taken whether somebody is there
 * @throws ConfigError
 */
export function findPlace(options: OptionValues, taken: (place: DrivePlace) => boolean): DrivePlace {
  const given = (key: string) => (options[key] === undefined ? UNSAID : parseWhole(key, options[key]));
  const [index, bus, unit] = [given('index'), Math.max(given('bus'), 0), given('unit')];
  if (index !== UNSAID && (bus !== 0 || unit !== UNSAID)) {
    throw new ConfigError('index cannot be used with bus and unit');
  }
  const wanted = index === UNSAID ? unit : index;
  if (wanted === UNSAID) {
    let free = 0;
    while (taken({ bus, unit: free })) free++;
    return { bus, unit: free };
  }
  const place = { bus, unit: wanted };
  if (taken(place)) throw new ConfigError(`drive with bus=${bus}, unit=${wanted} (index=${index}) exists`);
  return place;
}
