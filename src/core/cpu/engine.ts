import type { HostMemory } from '../host-memory.ts';
import {
  type Extension,
  LATEST_PRIVILEGED,
  type PrivilegedVersion,
  WITHOUT_BY_DEFAULT,
} from '../isa/index.ts';
import { IMPORT_MODULE, relocate } from '../wasm/index.ts';
import type { BlockSizes } from './cache-blocks.ts';
import {
  buildInterpreter,
  type InterpreterModule,
  type InterpreterOptions,
  interpreterKey,
} from './emit/interpreter.ts';
import { Hart } from './hart.ts';
import { HART_SIZE, PAGE_SIZE, RECORD_PAGE_SIZE } from './layout.ts';
import { PREBUILT_INTERPRETER, type PrebuiltInterpreter } from './prebuilt-interpreter.ts';
import { RecordPool } from './record-pool.ts';
import type { TranslationFigures } from './translator/region-store.ts';
import { Translator } from './translator/translator.ts';
import type { HartEnvironment, HartIdentity, HartImports, HartObserver, SatpMode } from './types.ts';

const WASM_PAGE = 65536;
/** Pages of guest code that are kept decoded: 8 MiB of code in 64 MiB of records. */
const DEFAULT_CODE_PAGES = 2048;
export const NOBODY: HartIdentity = { mvendorid: 0n, marchid: 0n, mimpid: 0n };
export const DEFAULT_BLOCK_SIZES: BlockSizes = { management: 64, zero: 64 };

export interface EngineOptions {
  readonly harts: number;
  /** The largest address-translation mode that satp takes, `none` where there is no translation; QEMU's default is sv57. */
  readonly satpMode?: SatpMode;
  readonly codePages?: number;
  /** Extensions that the harts do without; by default those of QEMU's rv64. */
  readonly without?: ReadonlySet<Extension>;
  /** How often a branch must come to code before it is translated (0: never), and how many regions are made at a time. */
  readonly translateAfter?: number;
  readonly translateTogether?: number;
  /** The latest if absent. */
  readonly privileged?: PrivilegedVersion;
  /** Nobody's if absent. */
  readonly identity?: HartIdentity;
  /** Whether there is physical memory protection; true if absent. */
  readonly pmp?: boolean;
  /** 64 bytes if absent. */
  readonly blockSizes?: BlockSizes;
}

/** Bytes of host memory that an engine allocates beside `guestBytes` of RAM and ROM. */
export function engineMemorySize(harts: number, guestBytes: number, codePages = DEFAULT_CODE_PAGES): number {
  const own = harts * (HART_SIZE + PAGE_SIZE) + codePages * RECORD_PAGE_SIZE + 2 * PAGE_SIZE;
  const table = Math.ceil((own + guestBytes) / PAGE_SIZE) * 4;
  return own + table + 2 * WASM_PAGE;
}

const prebuilt: PrebuiltInterpreter | undefined = PREBUILT_INTERPRETER;
const interpreters = new Map<string, InterpreterModule>();

function interpreterFor(options: InterpreterOptions): InterpreterModule {
  const key = interpreterKey(options);
  const make = () => (key === prebuilt?.key ? prebuilt.module() : buildInterpreter(options));
  const interpreter = interpreters.get(key) ?? make();
  interpreters.set(key, interpreter);
  return interpreter;
}

/** The harts of a machine and the decoded code that they share. */
export class Engine {
  readonly harts: readonly Hart[];
  readonly #pool: RecordPool;
  readonly #translator: Translator;

  constructor(memory: HostMemory, environment: HartEnvironment, options: EngineOptions) {
    const { satpMode = 'sv57', pmp = true, blockSizes = DEFAULT_BLOCK_SIZES } = options;
    const without = options.without ?? WITHOUT_BY_DEFAULT;
    const pool = new RecordPool(memory, options.codePages ?? DEFAULT_CODE_PAGES, without);
    const translator = new Translator(memory, pool, { ...options, without, zeroBlock: blockSizes.zero });
    pool.addListener({
      codePageEvicted: host => translator.regions.dropPage(host >>> 12),
      codeChanged: (host, length) => translator.regions.invalidate(host, length),
    });
    const { translateAfter } = translator;
    const instantiate = (hart: number, imports: HartImports) => {
      const interpreter = interpreterFor({ translateAfter, without, zeroBlock: blockSizes.zero });
      const env = { ...imports, memory: memory.memory, regions: translator.table };
      const bytes = relocate(interpreter.bytes, interpreter.relocations, [hart, pool.table]);
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { [IMPORT_MODULE]: env });
      translator.useRoutines(new Map(Object.entries(interpreter.routines)), exports);
      return exports;
    };
    this.#pool = pool;
    this.#translator = translator;
    this.harts = Array.from(
      { length: options.harts },
      (_, id) =>
        new Hart(id, memory, { pool, translator }, environment, {
          satpMode,
          without,
          pmp,
          privileged: options.privileged ?? LATEST_PRIVILEGED,
          identity: options.identity ?? NOBODY,
          blockSizes,
          instantiate,
        }),
    );
  }

  /** Figures of the translated code. */
  get translation(): TranslationFigures {
    return this.#translator.regions.figures;
  }

  /** Drops decoded code of a host-memory range after a write that did not go through a hart. */
  invalidateCode(hostOffset: number, length: number): void {
    this.#pool.invalidate(hostOffset, length);
  }

  /** Who is told of device accesses and, if wanted, of traps; null: nobody. */
  observe(observer: HartObserver | null, traps: boolean): void {
    for (const hart of this.harts) hart.observe(observer, traps);
  }

  /** The memory map changed. */
  flushTlbs(): void {
    for (const hart of this.harts) hart.flushTlbs();
  }
}
