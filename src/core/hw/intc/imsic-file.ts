import type { MessageFile } from '../../cpu/index.ts';
import { type IrqLine, unconnected } from '../../irq.ts';

// RISC-V Advanced Interrupt Architecture 1.0, chapter 3: registers of an interrupt file, reached by indirect csrs.
const EIDELIVERY = 0x70;
const EITHRESHOLD = 0x72;
const EIP = 0x80;
const EIE = 0xc0;
const LAST = 0xff;
const WORD = 64n;
const IDENTITY_BITS = 0x7ffn;
const ALL = 0xffff_ffff_ffff_ffffn;

/** Identities of an interrupt file, 0 among them, which is none. */
export const IMSIC_IDENTITIES = 256;
const WORDS = IMSIC_IDENTITIES / 64;

type Change = NonNullable<Parameters<MessageFile['access']>[1]>;

const merged = (old: bigint, { value, mask }: Change) => (old & ~mask) | (value & mask);

/** What one hart keeps of the messages that it got in one mode; the lowest identity comes first. */
export class InterruptFile implements MessageFile {
  #line: IrqLine = unconnected;
  readonly #pending = new BigUint64Array(WORDS);
  readonly #enabled = new BigUint64Array(WORDS);
  #delivery = 0n;
  #threshold = 0n;

  /** @param line the external interrupt of the hart in this mode */
  connect(line: IrqLine): void {
    this.#line = line;
  }

  /** A message came. */
  receive(identity: number): void {
    if (identity === 0 || identity >= IMSIC_IDENTITIES) return;
    this.#pending[identity >> 6]! |= 1n << BigInt(identity & 63);
    this.#update();
  }

  /** xtopei: the first identity that is pending, enabled and below the threshold; 0: none. */
  get top(): bigint {
    const identity = BigInt(this.#first());
    return (identity << 16n) | identity;
  }

  /** What a write of xtopei does, whatever is written. */
  claim(): void {
    const identity = this.#first();
    if (identity !== 0) this.#pending[identity >> 6]! &= ~(1n << BigInt(identity & 63));
    this.#update();
  }

  /** A register by what selects it, changed behind the read. Undefined: there is none. */
  access(select: number, change: Change | null): bigint | undefined {
    const old = this.#register(select);
    if (old === undefined || change === null) return old;
    this.#write(select, merged(old, change));
    this.#update();
    return old;
  }

  reset(): void {
    this.#pending.fill(0n);
    this.#enabled.fill(0n);
    this.#delivery = this.#threshold = 0n;
    this.#update();
  }

  #first(): number {
    const end = this.#threshold === 0n ? IMSIC_IDENTITIES : Number(this.#threshold);
    for (let word = 0; word < WORDS; word++) {
      const waiting = this.#pending[word]! & this.#enabled[word]!;
      if (waiting === 0n) continue;
      const identity = word * 64 + lowestBit(waiting);
      return identity < end ? identity : 0;
    }
    return 0;
  }

  #update(): void {
    this.#line.set(this.#delivery !== 0n && this.#first() !== 0);
  }

  /** Undefined for a register that does not exist: with 64 bits every other one, and what lies between. */
  #register(select: number): bigint | undefined {
    if (select === EIDELIVERY) return this.#delivery;
    if (select === EITHRESHOLD) return this.#threshold;
    if (select < EIP || select > LAST || (select & 1) !== 0) return undefined;
    return (select < EIE ? this.#pending : this.#enabled)[(select & 0x3f) >> 1];
  }

  #write(select: number, value: bigint): void {
    if (select === EIDELIVERY) this.#delivery = value & 1n;
    else if (select === EITHRESHOLD) this.#threshold = value & IDENTITY_BITS;
    else {
      const word = (select & 0x3f) >> 1;
      const bits = word === 0 ? value & ~1n : value; // identity 0 does not exist
      (select < EIE ? this.#pending : this.#enabled)[word] = bits & ALL;
    }
  }
}

function lowestBit(bits: bigint): number {
  const low = Number(bits & 0xffff_ffffn);
  return low !== 0 ? trailingZeroes(low) : 32 + trailingZeroes(Number(bits >> (WORD / 2n)));
}

const trailingZeroes = (word: number) => 31 - Math.clz32(word & -word);
