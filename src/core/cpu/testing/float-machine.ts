import { encode, MSTATUS, type Operands } from '../../isa/index.ts';
import type { FloatFormat } from './float-reference.ts';
import { RAM_BASE, TestMachine } from './machine.ts';

/** Modes of rounding, as fcsr and instructions number them. */
export const MODES = [0, 1, 2, 3, 4];
/** In an instruction: the mode that fcsr has. */
export const DYNAMIC = 7;
export const BOX = 0xffff_ffff_0000_0000n;
export const HANDLER = RAM_BASE + 0x1000;
const END = BigInt(RAM_BASE + 8);

/** A number as a register holds it. */
export const box = (bits: bigint, { width }: FloatFormat) => (width === 32 ? BOX | bits : bits);

/** Compares a result and its flags, many thousand times: it has to be quick. @throws Error where they differ */
export function same(got: [bigint, number], want: [bigint, number], what: () => string): void {
  if (got[0] === want[0] && got[1] === want[1]) return;
  const text = ([bits, flags]: [bigint, number]) => `0x${bits.toString(16)} with flags ${flags}`;
  throw new Error(`${what()}: ${text(got)}, wanted ${text(want)}`);
}

/** A machine that runs one floating-point instruction at a time, and knows which it has run. */
export class FloatMachine {
  readonly machine = new TestMachine();
  readonly hart = this.machine.hart;
  readonly executed = new Set<string>();

  constructor() {
    this.machine.place(HANDLER, ['wfi']);
    this.hart.setCsr('mtvec', BigInt(HANDLER));
    this.hart.setCsr('mstatus', MSTATUS.FS);
  }

  /** Puts one instruction in front of a wfi. */
  load(name: string, operands: Partial<Operands>): void {
    this.machine.place(RAM_BASE, [encode(name, operands), 'wfi']);
    this.executed.add(name);
  }

  /** Runs it with fcsr as given; returns fflags after it. */
  run(fcsr = 0): number {
    this.hart.setCsr('fcsr', BigInt(fcsr));
    this.hart.pc = BigInt(RAM_BASE);
    this.machine.run();
    if (this.hart.pc !== END) throw new Error(`ended at 0x${this.hart.pc.toString(16)}`);
    return Number(this.hart.csr('fflags'));
  }

  /** @throws Error that names rows which no test executed */
  checkExecuted(rows: readonly { readonly name: string }[]): void {
    const missed = rows.map(row => row.name).filter(name => !this.executed.has(name));
    if (missed.length > 0) throw new Error(`instructions that no test executes: ${missed.join(', ')}`);
  }
}
