import { RAM_BASE, TestMachine } from './machine.ts';

export const HANDLER = RAM_BASE + 0x100;
export const CODE = RAM_BASE + 0x4000;

/** A machine whose traps end in M mode at a wfi, and whose S and U mode may touch everything. */
export function newMachine(options: ConstructorParameters<typeof TestMachine>[0] = {}): TestMachine {
  const machine = new TestMachine(options);
  machine.place(HANDLER, ['wfi']);
  machine.hart.setCsr('mtvec', BigInt(HANDLER));
  machine.hart.setCsr('pmpaddr0', (1n << 54n) - 1n);
  machine.hart.setCsr('pmpcfg0', 0x1fn);
  return machine;
}

/** What the trap registers of M mode say. */
export interface Trap {
  readonly cause: bigint;
  readonly value: bigint;
  readonly epc: bigint;
}

/** Runs lines at CODE in a lower mode until they trap to M; returns cause, value and pc of the trap. */
export function trapFrom(
  machine: TestMachine,
  privilege: 0 | 1,
  lines: Parameters<TestMachine['place']>[1],
  pc = BigInt(CODE),
): Trap {
  const { hart } = machine;
  machine.place(CODE, lines);
  hart.privilege = privilege;
  hart.pc = pc;
  machine.run();
  return { cause: hart.csr('mcause'), value: hart.csr('mtval'), epc: hart.csr('mepc') };
}
