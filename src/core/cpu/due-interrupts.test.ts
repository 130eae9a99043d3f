import { describe, expect, it } from 'vitest';
import { RAM_BASE, type TestMachine } from './testing/machine.ts';
import { CODE, HANDLER, newMachine } from './testing/traps.ts';

const SUPERVISOR = RAM_BASE + 0x200;
const GUEST = RAM_BASE + 0x300;
const VTI = 1n << 30n;
const STCE = 1n << 63n;
/** The csr instruction is the second of the code, and it is straight code: nothing but a trap ends it. */
const EPC = BigInt(CODE + 8);

interface Case {
  readonly instruction: string;
  readonly mode: 'M' | 'S' | 'VS';
  readonly csrs: Readonly<Record<string, bigint>>;
  readonly lines?: readonly (5 | 7 | 9)[];
  /** Where the interrupt goes, and which it is. */
  readonly trap: readonly ['m' | 's' | 'vs', number];
  /** The operand, a1. */
  readonly value?: bigint;
}

const S = { mideleg: 0x222n, mie: 0x222n };
const VS = { ...S, hideleg: 0x444n, mie: 0x666n };
/** One for each csr whose write can make due, and for returns, what was pending or enabled before. */
const CASES: readonly Case[] = [
  { instruction: 'csrrsi a0, mstatus, 8', mode: 'M', csrs: { mie: 0x80n }, lines: [7], trap: ['m', 7] },
  { instruction: 'csrrw a0, mie, a1', value: 0x80n, mode: 'M', csrs: { mstatus: 8n }, lines: [7], trap: ['m', 7] },
  { instruction: 'csrrsi a0, mip, 2', mode: 'M', csrs: { mstatus: 8n, mie: 2n }, trap: ['m', 1] },
  { instruction: 'csrrsi a0, mvip, 2', mode: 'M', csrs: { mstatus: 8n, mie: 2n }, trap: ['m', 1] },
  { instruction: 'csrrw a0, mideleg, zero', mode: 'M', csrs: { ...S, mstatus: 8n }, lines: [9], trap: ['m', 9] },
  { instruction: 'csrrw a0, menvcfg, zero', mode: 'M', csrs: { mstatus: 8n, mie: 0x20n, mip: 0x20n, menvcfg: STCE }, trap: ['m', 5] },
  { instruction: 'csrrsi a0, sstatus, 2', mode: 'S', csrs: S, lines: [9], trap: ['s', 9] },
  { instruction: 'csrrs a0, sstatus, a1', value: 0x4_0002n, mode: 'S', csrs: S, lines: [9], trap: ['s', 9] },
  { instruction: 'csrrw a0, sstatus, a1', value: 2n, mode: 'S', csrs: S, lines: [5], trap: ['s', 5] },
  { instruction: 'csrrs a0, sie, a1', value: 0x200n, mode: 'S', csrs: { mideleg: 0x222n, mstatus: 2n }, lines: [9], trap: ['s', 9] },
  { instruction: 'csrrsi a0, sip, 2', mode: 'S', csrs: { ...S, mstatus: 2n }, trap: ['s', 1] },
  { instruction: 'sret', mode: 'S', csrs: { ...S, mstatus: 0x120n, sepc: EPC }, lines: [9], trap: ['s', 9] },
  { instruction: 'sret', mode: 'S', csrs: { ...S, mstatus: 0n, sepc: EPC }, lines: [9], trap: ['s', 9] },
  { instruction: 'sret', mode: 'S', csrs: { ...VS, mstatus: 0n, hstatus: 1n << 7n, sepc: EPC, hvip: 0x40n }, trap: ['vs', 5] },
  { instruction: 'mret', mode: 'M', csrs: { mie: 0x80n, mstatus: 0x1880n, mepc: EPC }, lines: [7], trap: ['m', 7] },
  { instruction: 'mret', mode: 'M', csrs: { ...S, mstatus: 0x822n, mepc: EPC }, lines: [9], trap: ['s', 9] },
  { instruction: 'csrrw a0, hideleg, zero', mode: 'S', csrs: { ...VS, mstatus: 2n, mip: 4n }, trap: ['s', 2] },
  { instruction: 'csrrsi a0, sstatus, 2', mode: 'VS', csrs: { ...VS, hvip: 0x40n }, trap: ['vs', 5] },
  { instruction: 'csrrw a0, sie, a1', value: 0x222n, mode: 'VS', csrs: { ...VS, mie: 0n, vsstatus: 2n, hvip: 0x40n }, trap: ['vs', 5] },
  { instruction: 'csrrsi a0, sip, 2', mode: 'VS', csrs: { ...VS, vsstatus: 2n }, trap: ['vs', 1] },
  { instruction: 'csrrsi a0, sstatus, 2', mode: 'VS', csrs: { ...S, hvictl: VTI | (13n << 16n) | 1n }, trap: ['vs', 13] },
]; // biome-ignore format: a table

function prepared({ instruction, mode, csrs, lines = [], value = 0n }: Case): TestMachine {
  const machine = newMachine();
  const { hart } = machine;
  machine.place(HANDLER, ['j 0']);
  for (const [name, address] of [['stvec', SUPERVISOR], ['vstvec', GUEST]] as const) {
    machine.place(address, ['j 0']);
    hart.setCsr(name, BigInt(address));
  } // biome-ignore format: a list
  for (const [name, bits] of Object.entries(csrs)) hart.setCsr(name, bits);
  for (const line of lines) hart.setInterrupt(line, true);
  machine.place(CODE, ['addi a2, zero, 1', instruction, 'addi a2, zero, 2', 'j 0']);
  hart.setX(11, value);
  hart.privilege = ({ M: 3, S: 1, VS: 1 } as const)[mode];
  hart.virtual = mode === 'VS';
  hart.pc = BigInt(CODE);
  return machine;
}

describe('an interrupt that a csr write or a return makes due', () => {
  it.each(CASES)('is taken before the next instruction: $instruction in $mode', example => {
    const { hart } = prepared(example);
    const [to, cause] = example.trap;
    hart.run(20);
    expect(hart.csr(`${to}cause`)).toBe((1n << 63n) | BigInt(cause));
    expect([hart.csr(`${to}epc`), hart.x(12)]).toEqual([EPC, 1n]);
  });
});
