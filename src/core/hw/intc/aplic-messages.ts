// RISC-V Advanced Interrupt Architecture 1.0, sections 4.5.3 and 4.5.4: where messages go.
const LOCKED = 0x8000_0000;
/** HHXS, LHXS, HHXW, LHXW and the upper bits of the page number. */
const MACHINE_BITS = 0x9f77_ffff;
/** LHXS and the upper bits of the page number. */
const SUPERVISOR_BITS = 0x0070_0fff;
const PAGE = 12n;
/** Least distance between the numbers of groups. */
const GROUP_BASE = 12n;

const field = (word: number, shift: number, mask: number) => BigInt((word >>> shift) & mask);

/** The addresses of interrupt files: set once, at the machine-level domain, for all. */
export class MessageAddresses {
  #machine = { low: 0, high: 0 };
  #supervisor = { low: 0, high: 0 };

  read(machineMode: boolean, high: boolean): number {
    const { low, high: upper } = machineMode ? this.#machine : this.#supervisor;
    return high ? upper : low;
  }

  /** Nothing changes once they are locked. */
  write(machineMode: boolean, high: boolean, value: number): void {
    if ((this.#machine.high & LOCKED) !== 0) return;
    const registers = machineMode ? this.#machine : this.#supervisor;
    if (high) registers.high = (value & (machineMode ? MACHINE_BITS : SUPERVISOR_BITS)) >>> 0;
    else registers.low = value >>> 0;
  }

  /** Physical address of the interrupt file of a hart, or of one of its guests. */
  of(machineMode: boolean, hart: number, guest: number): number {
    const { high } = this.#machine;
    const base = machineMode ? this.#machine : this.#supervisor;
    const hartShift = field(base.high, 20, 7);
    const hartWidth = field(high, 12, 0xf);
    const index = BigInt(hart);
    const group = (index >> hartWidth) & ((1n << field(high, 16, 7)) - 1n);
    const member = index & ((1n << hartWidth) - 1n);
    const file = machineMode ? 0n : BigInt(guest) & ((1n << hartShift) - 1n);
    const page =
      BigInt(base.low) |
      (field(base.high, 0, 0xfff) << 32n) |
      (group << (field(high, 24, 0x1f) + GROUP_BASE)) |
      (member << hartShift) |
      file;
    return Number(page << PAGE);
  }

  reset(): void {
    this.#machine = { low: 0, high: 0 };
    this.#supervisor = { low: 0, high: 0 };
  }
}
