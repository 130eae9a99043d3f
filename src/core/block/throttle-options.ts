import { ConfigError, type OptionValues } from '../config.ts';
import { parseWhole } from './option-values.ts';
import { BUCKETS, type Bucket, type Burst, LIMIT_NAMES, NO_LIMITS, type ThrottleLimits } from './throttle.ts';

/** The most that a limit can be. */
const MOST = 10 ** 15;

/** A limit as `throttling.` has it; the old name is QMP's. */
const NAMES: Readonly<Record<Bucket, string>> = {
  bps: 'bps-total',
  bpsRead: 'bps-read',
  bpsWrite: 'bps-write',
  iops: 'iops-total',
  iopsRead: 'iops-read',
  iopsWrite: 'iops-write',
};
const SIZE = ['throttling.iops-size', 'iops_size'] as const;
const GROUP = 'throttling.group';

const limitKeys = (bucket: Bucket) => {
  const [name, old] = [NAMES[bucket], LIMIT_NAMES[bucket]];
  return {
    limit: [`throttling.${name}`, old],
    max: [`throttling.${name}-max`, `${old}_max`],
    length: [`throttling.${name}-max-length`, ''], // it came after the old names
  } as const;
};

export const THROTTLE_KEYS: readonly string[] = [
  ...BUCKETS.flatMap(bucket => Object.values(limitKeys(bucket)).flat()).filter(key => key !== ''),
  ...SIZE,
  GROUP,
];

/** The limits that `-drive` sets; null for none. @param name of the group, unless told. @throws ConfigError */
export function parseThrottle(options: OptionValues, name: string): ThrottleLimits | null {
  const number = ([key, old]: readonly [string, string]) => {
    const [value, same] = [options[key], options[old]];
    if (value !== undefined && same !== undefined) {
      throw new ConfigError(`'${key}' and its alias '${old}' can't be used at the same time`);
    }
    const text = value ?? same;
    return text === undefined ? undefined : parseWhole(key, text);
  };
  const all = gatherLimits({ group: options[GROUP] ?? name, iopsSize: number(SIZE) ?? 0 }, bucket => {
    const keys = limitKeys(bucket);
    return { limit: number(keys.limit), max: number(keys.max), seconds: number(keys.length) };
  });
  const problem = limitsProblem(all);
  if (problem !== undefined) throw new ConfigError(problem);
  return limitsAnything(all) ? all : null;
}

/** Limits from what is said of each bucket. */
export function gatherLimits(
  shared: Pick<ThrottleLimits, 'group' | 'iopsSize'>,
  said: (bucket: Bucket) => Partial<Record<'limit' | 'max' | 'seconds', number | undefined>>,
): ThrottleLimits {
  const limits = { ...NO_LIMITS };
  const bursts: Partial<Record<Bucket, Burst>> = {};
  for (const bucket of BUCKETS) {
    const { limit = 0, max = 0, seconds = 1 } = said(bucket);
    limits[bucket] = limit;
    if (max !== 0 || seconds !== 1) bursts[bucket] = { max, seconds };
  }
  return { ...limits, ...shared, bursts };
}

export function limitsAnything(limits: ThrottleLimits): boolean {
  return BUCKETS.some(bucket => limits[bucket] > 0);
}

/** What is wrong with limits. */
export function limitsProblem(limits: ThrottleLimits): string | undefined {
  const { bursts = {} } = limits;
  const both = (of: (bucket: Bucket) => number) =>
    (of('bps') > 0 && (of('bpsRead') > 0 || of('bpsWrite') > 0)) ||
    (of('iops') > 0 && (of('iopsRead') > 0 || of('iopsWrite') > 0));
  const maxOf = (bucket: Bucket) => bursts[bucket]?.max ?? 0;
  if (both(bucket => limits[bucket]) || both(maxOf)) {
    return 'bps/iops/max total values and read/write values cannot be used at the same time';
  }
  if (
    limits.iopsSize !== undefined &&
    limits.iopsSize !== 0 &&
    limits.iops + limits.iopsRead + limits.iopsWrite === 0
  ) {
    return 'iops size requires an iops value to be set';
  }
  for (const bucket of BUCKETS) {
    const problem = bucketProblem(limits[bucket], bursts[bucket] ?? { max: 0, seconds: 1 });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function bucketProblem(limit: number, { max, seconds }: Burst): string | undefined {
  if ([limit, max].some(value => value < 0 || value > MOST)) {
    return `bps/iops/max values must be within [0, ${MOST}]`;
  }
  if (seconds < 1) return 'the burst length cannot be 0';
  if (seconds > 1 && max === 0) return 'burst length set without burst rate';
  if (max > 0 && limit === 0) return 'bps_max/iops_max require corresponding bps/iops values';
  return max > 0 && max < limit ? 'bps_max/iops_max cannot be lower than bps/iops' : undefined;
}
