import { ENVCFG, type SystemAction } from '../isa/index.ts';
import type { CsrFile } from './csr-file.ts';
import type { HartState } from './hart-state.ts';
import { ACCESS, CAUSE, DATA_SETS, FAULT, OUTCOME } from './layout.ts';
import type { CpuBus } from './types.ts';

export type BlockOperation = Extract<SystemAction, `cbo.${string}`>;

/** Bytes of the blocks that Zicbom and Zicboz work on: powers of two within a page. */
export interface BlockSizes {
  readonly management: number;
  readonly zero: number;
}

/** Bits of menvcfg and senvcfg that open an operation to the mode below. */
const GATES: Readonly<Record<BlockOperation, bigint>> = {
  'cbo.inval': ENVCFG.CBIE,
  'cbo.clean': ENVCFG.CBCFE,
  'cbo.flush': ENVCFG.CBCFE,
  'cbo.zero': ENVCFG.CBZE,
};

interface Parts {
  readonly state: HartState;
  readonly csrs: CsrFile;
  readonly bus: CpuBus;
  readonly sizes: BlockSizes;
  raise(cause: number, value: bigint): void;
  translate(va: bigint, access: number, set: number): bigint;
  codeWritten(host: number, size: number): void;
}

/**
 * Cache-block operations (unprivileged specification, CMO extensions). There is no cache, so
 * that management only checks whether it may be done.
 */
export class CacheBlocks {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The cause of the exception where the mode may not do it at all, else 0: every mode above has to have opened it. */
  refusal(operation: BlockOperation, privilege: number): number {
    const { state } = this.#parts;
    const opens = (name: string) => (state.csr(name) & GATES[operation]) !== 0n;
    if (privilege === 3) return 0;
    if (!opens('menvcfg')) return CAUSE.illegal;
    const open = (!state.virtual || opens('henvcfg')) && (privilege === 1 || opens('senvcfg'));
    if (open) return 0;
    return state.virtual ? CAUSE.virtualInstruction : CAUSE.illegal;
  }

  /** Works on the block that holds `address`: done, or trapped. */
  run(operation: BlockOperation, address: bigint): typeof OUTCOME.next | typeof OUTCOME.trapped {
    const { management, zero } = this.#parts.sizes;
    const size = operation === 'cbo.zero' ? zero : management;
    const start = BigInt.asIntN(64, address & ~BigInt(size - 1));
    // a block that can be read or written can be managed; what fails is a store in either case
    if (operation !== 'cbo.zero' && this.#resolve(start, size, ACCESS.read) >= 0n) return OUTCOME.next;
    const paddr = this.#resolve(start, size, ACCESS.write);
    if (paddr < 0n) return this.#fault(paddr, start);
    if (operation !== 'cbo.zero' || this.#clear(Number(paddr), size)) return OUTCOME.next;
    return this.#fault(FAULT.access, start);
  }

  #fault(fault: bigint, address: bigint): typeof OUTCOME.trapped {
    const cause = fault === FAULT.page ? CAUSE.storePage : CAUSE.storeAccess;
    this.#parts.raise(fault === FAULT.guest ? CAUSE.guestStorePage : cause, address);
    return OUTCOME.trapped;
  }

  /** Physical address, or a FAULT. */
  #resolve(address: bigint, size: number, access: number): bigint {
    const set = this.#parts.state.word('dataSet');
    const paddr = this.#parts.translate(address, access, set);
    if (paddr < 0n) return paddr;
    const machine = set === DATA_SETS.machine;
    return this.#parts.csrs.pmp.allows(paddr, size, access, machine) ? paddr : FAULT.access;
  }

  #clear(paddr: number, size: number): boolean {
    const { bus, state } = this.#parts;
    const host = bus.hostOffset(paddr, true);
    if (host < 0) {
      for (let offset = 0; offset < size; offset++) if (!bus.store(paddr + offset, 1, 0, 0)) return false;
      return true;
    }
    state.memory.bytes.fill(0, host, host + size);
    this.#parts.codeWritten(host, size);
    return true;
  }
}
