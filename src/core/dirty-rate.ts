import { QmpError } from '../qapi/errors.ts';
import type { Commands, DirtyRateInfo, DirtyRateMeasureMode } from '../qapi/generated/types.ts';

const PAGE = 4096;
const GIBIBYTE = 2 ** 30;
const MEBIBYTE = 2 ** 20;
const DEFAULT_SAMPLES = 512n;
const SAMPLES = { least: 128n, most: 16_384n };
const PERIOD_MS = { least: 50n, most: 60_000n };
const MS = { second: 1000n, millisecond: 1n } as const;

type Request = Commands['calc-dirty-rate']['args'];

/** What is measured, and with what. */
export interface DirtyRateParts {
  /** Addresses of all pages of RAM. */
  readonly pages: () => readonly number[];
  /** The bytes of the page at an address; zeroes where there is none any longer. */
  readonly read: (address: number) => Uint8Array;
  readonly entropy: (length: number) => Uint8Array;
  /** Monotonic time in nanoseconds. */
  readonly now: () => number;
  readonly sleep: (ms: number, callback: () => void) => () => void;
}

interface Measurement {
  readonly mode: DirtyRateMeasureMode;
  readonly periodMs: bigint;
  readonly samplePages: bigint;
  readonly startSeconds: bigint;
}

/** How fast the guest writes: sums of pages are compared with those of the same pages some time before. */
export class DirtyRate {
  readonly #parts: DirtyRateParts;
  #last: Measurement | null = null;
  #measuring = false;
  #rate: bigint | null = null;

  constructor(parts: DirtyRateParts) {
    this.#parts = parts;
  }

  /** Begins to measure. @throws QmpError */
  start(request: Request): void {
    if (this.#measuring) throw new QmpError('the dirty rate is already being measured.');
    const measurement = this.#plan(request);
    const all = this.#parts.pages();
    const pages = this.#choose(all, measurement);
    const before = pages.map(address => sumOf(this.#parts.read(address)));
    const began = this.#parts.now();
    this.#last = measurement;
    this.#measuring = true;
    this.#parts.sleep(Number(measurement.periodMs), () => {
      const seconds = (this.#parts.now() - began) / 1e9;
      const changed = pages.filter((address, at) => sumOf(this.#parts.read(address)) !== before[at]).length;
      const bytes = (changed / Math.max(pages.length, 1)) * all.length * PAGE;
      this.#rate = BigInt(Math.floor(bytes / MEBIBYTE / seconds));
      this.#measuring = false;
    });
  }

  #plan(request: Request): Measurement {
    const { mode = 'page-sampling', 'sample-pages': given, 'calc-time-unit': unit = 'second' } = request;
    const periodMs = request['calc-time'] * MS[unit];
    if (periodMs < PERIOD_MS.least || periodMs > PERIOD_MS.most) {
      throw new QmpError(`Calculation time is out of range [${PERIOD_MS.least}ms, ${PERIOD_MS.most}ms].`);
    }
    if (given !== undefined && mode === 'dirty-ring') {
      throw new QmpError('either sample-pages or dirty-ring can be specified.');
    }
    const samplePages = given ?? DEFAULT_SAMPLES;
    if (samplePages < SAMPLES.least || samplePages > SAMPLES.most) {
      throw new QmpError(`sample-pages is out of range[${SAMPLES.least}, ${SAMPLES.most}].`);
    }
    if (mode === 'dirty-ring') throw new QmpError(`mode ${mode} is not enabled, use other method instead.`);
    return { mode, periodMs, samplePages, startSeconds: BigInt(Math.floor(this.#parts.now() / 1e9)) };
  }

  /** Pages at random; all where none may be missed. */
  #choose(all: readonly number[], { mode, samplePages }: Measurement): readonly number[] {
    if (mode !== 'page-sampling' || all.length === 0) return all;
    const count = Math.ceil(((all.length * PAGE) / GIBIBYTE) * Number(samplePages));
    const random = new DataView(this.#parts.entropy(count * 4).slice().buffer);
    return Array.from({ length: count }, (_, at) => all[random.getUint32(at * 4) % all.length]!);
  }

  /** What was measured last. */
  info(unit: 'second' | 'millisecond' = 'second'): DirtyRateInfo {
    const last = this.#last;
    const rate = this.#measuring || this.#rate === null ? {} : { 'dirty-rate': this.#rate };
    return {
      ...rate,
      status: this.#measuring ? 'measuring' : last ? 'measured' : 'unstarted',
      'start-time': last?.startSeconds ?? 0n,
      'calc-time': (last?.periodMs ?? 0n) / MS[unit],
      'calc-time-unit': unit,
      'sample-pages': last?.samplePages ?? 0n,
      mode: last?.mode ?? 'page-sampling',
    };
  }
}

/** FNV-1a over words: equal pages have equal sums, and others hardly ever. */
function sumOf(page: Uint8Array): number {
  const words = new Uint32Array(page.slice().buffer);
  let sum = 0x811c9dc5;
  for (const word of words) sum = Math.imul(sum ^ word, 0x01000193);
  return sum >>> 0;
}
