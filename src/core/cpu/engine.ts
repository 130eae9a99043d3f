import type { HostMemory } from '../host-memory.ts';
import { type Extension, WITHOUT_BY_DEFAULT } from '../isa/index.ts';
import { IMPORT_MODULE } from '../wasm/index.ts';
import type { BlockSizes } from './cache-blocks.ts';
import { buildInterpreter } from './emit/interpreter.ts';
import { Hart, type HartImports } from './hart.ts';
import { HART_SIZE, PAGE_SIZE, RECORD_PAGE_SIZE } from './layout.ts';
import { RecordPool } from './record-pool.ts';
import type { HartEnvironment, HartObserver, SatpMode } from './types.ts';

const WASM_PAGE = 65536;
/** Pages of guest code that are kept decoded: 4 MiB of code in 32 MiB of records. */
const DEFAULT_CODE_PAGES = 1024;
const DEFAULT_BLOCK_SIZES: BlockSizes = { management: 64, zero: 64 };

export interface EngineOptions {
  readonly harts: number;
  /** The largest address-translation mode that satp takes, `none` where there is no translation; QEMU's default is sv57. */
  readonly satpMode?: SatpMode;
  readonly codePages?: number;
  /** Extensions that the harts do without; by default those of QEMU's rv64. */
  readonly without?: ReadonlySet<Extension>;
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

/** The harts of a machine and the decoded code that they share. */
export class Engine {
  readonly harts: readonly Hart[];
  readonly #pool: RecordPool;

  constructor(memory: HostMemory, environment: HartEnvironment, options: EngineOptions) {
    const { satpMode = 'sv57', pmp = true, blockSizes = DEFAULT_BLOCK_SIZES } = options;
    const without = options.without ?? WITHOUT_BY_DEFAULT;
    const pool = new RecordPool(memory, options.codePages ?? DEFAULT_CODE_PAGES, without);
    const instantiate = (hart: number, imports: HartImports) => {
      const memoryPages = memory.bytes.length / WASM_PAGE;
      const module = new WebAssembly.Module(
        buildInterpreter({ hart, codePages: pool.table, memoryPages, without, zeroBlock: blockSizes.zero }),
      );
      const env = { ...imports, memory: memory.memory };
      return new WebAssembly.Instance(module, { [IMPORT_MODULE]: env }).exports;
    };
    this.#pool = pool;
    this.harts = Array.from(
      { length: options.harts },
      (_, id) => new Hart(id, memory, pool, environment, { satpMode, without, pmp, blockSizes, instantiate }),
    );
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
