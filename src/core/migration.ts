import { QmpError } from '../qapi/errors.ts';
import type { MigrationCapability, MigrationParameters } from '../qapi/generated/types.ts';

const OFF = [
  'xbzrle', 'rdma-pin-all', 'auto-converge', 'zero-blocks', 'events', 'postcopy-ram', 'x-colo', 'release-ram',
  'return-path', 'pause-before-switchover', 'multifd', 'dirty-bitmaps', 'postcopy-blocktime', 'late-block-activate',
  'x-ignore-shared', 'validate-uuid', 'background-snapshot', 'zero-copy-send', 'postcopy-preempt', 'switchover-ack',
  'dirty-limit', 'mapped-ram',
] as const satisfies readonly MigrationCapability[]; // biome-ignore format: a table

const DEFAULTS: MigrationParameters = {
  'announce-initial': 50n,
  'announce-max': 550n,
  'announce-rounds': 5n,
  'announce-step': 100n,
  'throttle-trigger-threshold': 50,
  'cpu-throttle-initial': 20,
  'cpu-throttle-increment': 10,
  'cpu-throttle-tailslow': false,
  'tls-creds': '',
  'tls-hostname': '',
  'tls-authz': '',
  'max-bandwidth': 128n << 20n,
  'avail-switchover-bandwidth': 0n,
  'downtime-limit': 300n,
  'x-checkpoint-delay': 20_000,
  'multifd-channels': 2,
  'xbzrle-cache-size': 64n << 20n,
  'max-postcopy-bandwidth': 0n,
  'max-cpu-throttle': 99,
  'multifd-compression': 'none',
  'multifd-zlib-level': 1,
  'multifd-qatzip-level': 1,
  'multifd-zstd-level': 1,
  'x-vcpu-dirty-limit-period': 1000n,
  'vcpu-dirty-limit': 1n,
  mode: 'normal',
  'zero-page-detection': 'multifd',
  'direct-io': false,
  'cpr-exec-command': [],
};

/** Whole numbers with bounds of their own, both inclusive. */
const RANGES: readonly (readonly [name: keyof MigrationParameters, least: number, most: number])[] = [
  ['throttle-trigger-threshold', 1, 100],
  ['cpu-throttle-initial', 1, 99],
  ['cpu-throttle-increment', 1, 99],
  ['multifd-channels', 1, 255],
  ['multifd-zlib-level', 0, 9],
  ['multifd-qatzip-level', 1, 9],
  ['multifd-zstd-level', 0, 20],
  ['announce-initial', 0, 100_000],
  ['announce-max', 0, 100_000],
  ['announce-rounds', 0, 1000],
  ['announce-step', 0, 10_000],
  ['x-vcpu-dirty-limit-period', 1, 1000],
];
const DOWNTIME_MOST = 2_000_000n;
const PAGE = 4096n;

/** The wishes for a migration: kept and told, for this machine cannot be migrated. */
export class MigrationSettings {
  readonly #capabilities = new Map<MigrationCapability, boolean>(OFF.map(name => [name, false]));
  #parameters = DEFAULTS;

  get capabilities(): { capability: MigrationCapability; state: boolean }[] {
    return [...this.#capabilities].map(([capability, state]) => ({ capability, state }));
  }

  setCapability(capability: MigrationCapability, state: boolean): void {
    this.#capabilities.set(capability, state);
  }

  get parameters(): MigrationParameters {
    return this.#parameters;
  }

  /** Changes the parameters that are given, or none. @throws QmpError */
  setParameters(wanted: MigrationParameters): void {
    const next = { ...this.#parameters, ...wanted };
    for (const [name, least, most] of RANGES) {
      const value = Number(next[name]);
      if (value < least || value > most)
        throw outside(name, `an integer in the range of ${least} to ${most}`);
    }
    const least = next['cpu-throttle-initial'] ?? 1;
    if ((next['max-cpu-throttle'] ?? least) < least || (next['max-cpu-throttle'] ?? least) > 99) {
      throw outside('max-cpu-throttle', 'an integer in the range of cpu_throttle_initial to 99');
    }
    if ((next['downtime-limit'] ?? 0n) > DOWNTIME_MOST) {
      throw outside('downtime-limit', 'an integer in the range of 0 to 2000000 ms');
    }
    const cache = next['xbzrle-cache-size'] ?? PAGE;
    if (cache < PAGE || (cache & (cache - 1n)) !== 0n) {
      throw outside('xbzrle-cache-size', 'a power of two no less than the target page size');
    }
    this.#parameters = next;
  }
}

function outside(name: keyof MigrationParameters, expected: string): QmpError {
  return new QmpError(`Option ${name.replaceAll('-', '_')} expects ${expected}`);
}
