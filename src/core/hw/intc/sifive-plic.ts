import type { IrqLine } from '../../irq.ts';
import { MemoryRegion, type MmioOps } from '../../memory/region.ts';
import { Device } from '../../qom/device.ts';
import type { TypeTable } from '../../qom/types.ts';
import { hex } from '../../trace.ts';

// RISC-V PLIC specification 1.0.0, memory map; the offsets are those of the virt board's properties.
const PRIORITY_BASE = 0x0;
const PENDING_BASE = 0x1000;
const ENABLE_BASE = 0x2000;
const ENABLE_STRIDE = 0x80;
const CONTEXT_BASE = 0x200000;
const CONTEXT_STRIDE = 0x1000;
const THRESHOLD = 0x0;
const CLAIM_COMPLETE = 0x4;
const APERTURE = 0x600000;

export const PLIC_SOURCES = 96;
export const PLIC_PRIORITIES = 7; // levels 1 to 7; a power of two less one, so writes are masked
const WORDS = PLIC_SOURCES / 32;

/** The platform interrupt controller: routes device wires to contexts, one per hart and mode. */
export class SifivePlic extends Device {
  readonly region: MemoryRegion;
  readonly inputs: readonly IrqLine[];
  readonly #outputs: readonly IrqLine[];
  readonly #priority = new Uint8Array(PLIC_SOURCES);
  readonly #level = new Uint8Array(PLIC_SOURCES);
  readonly #pending = new Uint32Array(WORDS);
  readonly #claimed = new Uint32Array(WORDS);
  readonly #enable: Uint32Array; // WORDS a context
  readonly #threshold: Uint8Array;

  /** @param outputs for each hart its MEIP wire, then its SEIP wire */
  constructor(types: TypeTable, outputs: readonly IrqLine[]) {
    super('riscv.sifive.plic', types);
    this.inputs = this.addInputs(
      '',
      Array.from({ length: PLIC_SOURCES }, (_, source) => ({
        set: (level: boolean) => this.#input(source, level),
      })),
    );
    this.#outputs = this.addOutputs('', outputs);
    this.#enable = new Uint32Array(outputs.length * WORDS);
    this.#threshold = new Uint8Array(outputs.length);
    this.#describe();
    const ops: MmioOps = {
      read: offset => this.#read(offset),
      write: (offset, value) => this.#write(offset, value),
      accepts: { min: 4, max: 4 },
      mistake: ({ offset, write }) => {
        if (this.#knows(offset)) return null;
        const kind = write ? 'write' : 'read';
        return `sifive_plic_${kind}: Invalid register ${kind} ${hex(offset)}`;
      },
    };
    this.region = new MemoryRegion('riscv.sifive.plic', 'i/o', BigInt(APERTURE), { ops });
  }

  #describe(): void {
    this.setValue('hart-config', Array.from({ length: this.#outputs.length / 2 }, () => 'MS').join(','));
    this.setValue('num-sources', PLIC_SOURCES);
    this.setValue('num-priorities', PLIC_PRIORITIES);
    this.setValue('priority-base', PRIORITY_BASE);
    this.setValue('pending-base', PENDING_BASE);
    this.setValue('enable-base', ENABLE_BASE);
    this.setValue('enable-stride', ENABLE_STRIDE);
    this.setValue('context-base', CONTEXT_BASE);
    this.setValue('context-stride', CONTEXT_STRIDE);
    this.setValue('aperture-size', APERTURE);
  }

  /** Level-triggered gateway: the pending bit follows the wire, except while the source is in service. */
  #input(source: number, level: boolean): void {
    this.#level[source] = level ? 1 : 0;
    setBit(this.#pending, source, level);
    this.#update();
  }

  /** Whether there is a register. */
  #knows(offset: number): boolean {
    if (offset < PENDING_BASE) return offset >> 2 < PLIC_SOURCES;
    if (offset < ENABLE_BASE) return (offset - PENDING_BASE) >> 2 < WORDS;
    if (offset < CONTEXT_BASE) return this.#enableIndex(offset) >= 0;
    const context = Math.floor((offset - CONTEXT_BASE) / CONTEXT_STRIDE);
    return context < this.#outputs.length && offset % CONTEXT_STRIDE <= CLAIM_COMPLETE;
  }

  #read(offset: number): number {
    const word = offset >> 2;
    if (offset < PENDING_BASE) return this.#priority[word] ?? 0;
    if (offset < ENABLE_BASE) return this.#pending[word - (PENDING_BASE >> 2)] ?? 0;
    if (offset < CONTEXT_BASE) return this.#enable[this.#enableIndex(offset)] ?? 0;
    const context = Math.floor((offset - CONTEXT_BASE) / CONTEXT_STRIDE);
    if (context >= this.#outputs.length) return 0;
    const register = offset % CONTEXT_STRIDE;
    if (register === THRESHOLD) return this.#threshold[context] ?? 0;
    return register === CLAIM_COMPLETE ? this.#claim(context) : 0;
  }

  #write(offset: number, value: number): void {
    const word = offset >> 2;
    if (offset < PENDING_BASE) {
      if (word < PLIC_SOURCES) this.#priority[word] = value & PLIC_PRIORITIES;
    } else if (offset >= CONTEXT_BASE) {
      this.#writeContext(offset, value);
    } else if (offset >= ENABLE_BASE) {
      const index = this.#enableIndex(offset);
      if (index >= 0) this.#enable[index] = index % WORDS === 0 ? value & ~1 : value; // source 0 does not exist
    }
    this.#update();
  }

  /** Index into the enable words, -1 for offsets of sources or contexts that do not exist. */
  #enableIndex(offset: number): number {
    const context = Math.floor((offset - ENABLE_BASE) / ENABLE_STRIDE);
    const word = (offset % ENABLE_STRIDE) >> 2;
    return context < this.#outputs.length && word < WORDS ? context * WORDS + word : -1;
  }

  #writeContext(offset: number, value: number): void {
    const context = Math.floor((offset - CONTEXT_BASE) / CONTEXT_STRIDE);
    if (context >= this.#outputs.length) return;
    const register = offset % CONTEXT_STRIDE;
    if (register === THRESHOLD) this.#threshold[context] = value & PLIC_PRIORITIES;
    else if (register === CLAIM_COMPLETE && value < PLIC_SOURCES) this.#complete(value);
  }

  #claim(context: number): number {
    const source = this.#best(context);
    if (source !== 0) {
      setBit(this.#pending, source, false);
      setBit(this.#claimed, source, true);
      this.#update();
    }
    return source;
  }

  /** A wire that is still high asks again. */
  #complete(source: number): void {
    setBit(this.#claimed, source, false);
    if (this.#level[source]) setBit(this.#pending, source, true);
  }

  /** The source to serve: highest priority above the threshold, lowest number among equals; 0 for none. */
  #best(context: number): number {
    let best = 0;
    let bestPriority = this.#threshold[context] ?? 0;
    for (let word = 0; word < WORDS; word++) {
      let waiting = this.#pending[word]! & ~this.#claimed[word]! & this.#enable[context * WORDS + word]!;
      while (waiting !== 0) {
        const source = word * 32 + (31 - Math.clz32(waiting & -waiting));
        waiting &= waiting - 1;
        if (this.#priority[source]! > bestPriority) {
          best = source;
          bestPriority = this.#priority[source]!;
        }
      }
    }
    return best;
  }

  #update(): void {
    this.#outputs.forEach((output, context) => {
      output.set(this.#best(context) !== 0);
    });
  }

  override reset(): void {
    for (const state of [this.#priority, this.#pending, this.#claimed, this.#enable, this.#threshold]) {
      state.fill(0);
    }
    for (let source = 1; source < PLIC_SOURCES; source++) {
      if (this.#level[source]) setBit(this.#pending, source, true);
    }
    this.#update();
  }
}

function setBit(words: Uint32Array, index: number, value: boolean): void {
  const mask = 1 << (index & 31);
  if (value) words[index >> 5]! |= mask;
  else words[index >> 5]! &= ~mask;
}
