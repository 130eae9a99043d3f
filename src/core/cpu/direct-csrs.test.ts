import { describe, expect, it } from 'vitest';
import { csrByNumber, csrNumber, encode, MSTATUS } from '../isa/index.ts';
import { directCsrs } from './emit/direct-csrs.ts';
import type { TestMachine } from './testing/machine.ts';
import { enablePaging, map, PTE } from './testing/page-tables.ts';
import { CODE, newMachine, trapFrom } from './testing/traps.ts';

const ILLEGAL = 2n;
const VIRTUAL_INSTRUCTION = 22n;
const ECALL = { supervisor: 9n, guest: 10n };
const A = 0xdead_beef_0bad_cafen;
const B = 0x0ff0_1234_5678_9abdn;
/** sstatus is tested by itself. */
const names = [...directCsrs(new Set()).keys()]
  .map(number => csrByNumber(number)!.name)
  .filter(name => name !== 'sstatus');
const rowOf = (name: string) => csrByNumber(csrNumber(name)!)!;
const levelOf = (name: string) => (rowOf(name).number >> 8) & 3;
const writable = names.filter(name => rowOf(name).number >> 10 !== 3);

/** Writes, sets, clears, and writes an immediate; the old values end in a0 to a4. */
const accesses = (name: string) => [
  `csrrw a0, ${name}, s1`,
  `csrrs a1, ${name}, s2`,
  `csrrc a2, ${name}, s1`,
  `csrrwi a3, ${name}, 21`,
  `csrrs a4, ${name}, zero`,
  `csrrsi zero, ${name}, 2`,
  `csrrw s3, ${name}, s3`,
];

/** a0 to a4 and s3, and the csr in the end, of one that was zero. */
function expected(name: string): bigint[] {
  const { writeMask } = rowOf(name);
  const keep = name === 'misa' ? 0n : writeMask;
  const first = A & keep;
  const second = first | (B & keep);
  const third = second & ~(A & keep);
  const fourth = 21n & keep;
  return [0n, first, second, third, fourth, fourth | (2n & keep), 0x77n & keep];
}

function prepare(machine: TestMachine): void {
  machine.hart.setX(9, A);
  machine.hart.setX(18, B);
  machine.hart.setX(19, 0x77n);
}

const results = ({ hart }: TestMachine, csr: string) => [
  ...[10, 11, 12, 13, 14, 19].map(index => hart.x(index)),
  hart.csr(csr),
];

describe('csrs that are reached directly', () => {
  it('are those without rules', () => {
    expect(names).toEqual(
      expect.arrayContaining(['sscratch', 'sepc', 'scause', 'stval', 'mscratch', 'vsepc']),
    );
    for (const name of [
      'satp',
      'sie',
      'senvcfg',
      'fcsr',
      'siselect',
      'time',
      'mstatus',
      'pmpaddr0',
      'medeleg',
    ])
      expect(names).not.toContain(name);
  });

  it.each(writable.filter(name => name !== 'misa'))('%s has its masks in M-mode', name => {
    const machine = newMachine();
    prepare(machine);
    machine.execute(accesses(name));
    expect(results(machine, name)).toEqual(expected(name));
  });

  it.each(writable)('%s in the modes below', name => {
    const machine = newMachine();
    prepare(machine);
    const level = levelOf(name);
    const { cause } = trapFrom(machine, 1, [...accesses(name), 'ecall']);
    expect(cause).toBe(level < 3 ? ECALL.supervisor : ILLEGAL);
    if (level < 3) expect(results(machine, name)).toEqual(expected(name));
    for (const access of accesses(name)) expect(trapFrom(machine, 0, [access]).cause).toBe(ILLEGAL);
  });

  it.each(writable)('%s in a guest', name => {
    const machine = newMachine();
    const { hart } = machine;
    const guest = (privilege: 0 | 1) => {
      prepare(machine);
      hart.virtual = true;
      return trapFrom(machine, privilege, [...accesses(name), 'ecall']).cause;
    };
    const level = levelOf(name);
    const cause = level === 3 ? ILLEGAL : VIRTUAL_INSTRUCTION;
    expect(guest(0)).toBe(cause);
    expect(guest(1)).toBe(level === 1 ? ECALL.guest : cause);
    if (level !== 1 || name === 'scounteren') return;
    expect(results(machine, `v${name}`)).toEqual(expected(name));
    expect(hart.csr(name)).toBe(0n);
  });

  it('of hypervisors are not there without guests', () => {
    const machine = newMachine({ without: ['H'] });
    const ofHypervisors = writable.filter(name => levelOf(name) === 2);
    expect(ofHypervisors.length).toBeGreaterThan(0);
    for (const name of ofHypervisors)
      expect(trapFrom(machine, 1, [`csrrs a0, ${name}, zero`]).cause).toBe(ILLEGAL);
  });

  it('refuse writes of what is read only', () => {
    const machine = newMachine();
    machine.hart.setX(10, 5n);
    machine.execute(['csrrs a0, mhartid, zero', 'csrrci a1, mhartid, 0']);
    expect([machine.hart.x(10), machine.hart.x(11)]).toEqual([0n, 0n]);
    machine.execute(['csrrw a0, mhartid, zero']);
    expect(machine.hart.csr('mcause')).toBe(ILLEGAL);
  });
});

describe('sstatus in S-mode', () => {
  const FIXED = 2n << 32n;
  const { SIE, SPIE, SPP, FS, SUM, MXR, SD } = MSTATUS;
  const ALL = 0xffff_ffff_ffff_ffffn;
  const WRITABLE = SIE | SPIE | SPP | FS | SUM | MXR;
  const USER_PAGE = 0x40_0000n;
  const PAGE_FAULT = 13n;

  it('has its masks, and leaves the rest of mstatus', () => {
    const machine = newMachine();
    const { hart } = machine;
    hart.setCsr('mstatus', MSTATUS.MPIE | MSTATUS.TW);
    hart.setX(9, ALL);
    hart.setX(18, SUM);
    const lines = [
      'csrrw a0, sstatus, s1',
      'csrrc a1, sstatus, s2',
      'csrrsi a2, sstatus, 31',
      'csrrci a3, sstatus, 31',
      'csrrwi a4, sstatus, 2',
      'csrrs a5, sstatus, zero',
      'ecall',
    ];
    expect(trapFrom(machine, 1, lines).cause).toBe(ECALL.supervisor);
    const all = FIXED | WRITABLE | SD;
    const seen = [10, 11, 12, 13, 14, 15].map(index => hart.x(index));
    expect(seen).toEqual([FIXED, all, all & ~SUM, all & ~SUM, all & ~(SUM | SIE), FIXED | SIE]);
    expect(hart.csr('mstatus') & (MSTATUS.TW | MSTATUS.MPP)).toBe(MSTATUS.TW | (1n << 11n));
  });

  it('opens and closes pages of user mode', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    map(machine, 'sv39', USER_PAGE, CODE, PTE.V | PTE.R | PTE.U | PTE.A);
    hart.setX(9, SUM);
    hart.setX(18, USER_PAGE);
    const [open, close, load] = ['csrrs a0, sstatus, s1', 'csrrc a0, sstatus, s1', 'ld a1, 0(s2)'];
    expect(trapFrom(machine, 1, [open, load, close, open, load, 'ecall']).cause).toBe(ECALL.supervisor);
    for (const lines of [
      [open, load, close, load],
      [close, load],
      [open, load, 'csrrw a0, sstatus, zero', load],
    ]) {
      const trap = trapFrom(machine, 1, [...lines, 'ecall']);
      expect([trap.cause, trap.value]).toEqual([PAGE_FAULT, USER_PAGE]);
      expect(trap.epc).toBe(BigInt(CODE + 4 * (lines.length - 1)));
    }
  });

  it('makes pages readable that are executable', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    map(machine, 'sv39', USER_PAGE, CODE, PTE.V | PTE.X | PTE.A);
    hart.setX(9, MXR);
    hart.setX(18, USER_PAGE);
    const lines = ['csrrs a0, sstatus, s1', 'ld a1, 0(s2)', 'csrrc a0, sstatus, s1', 'ld a1, 0(s2)'];
    const trap = trapFrom(machine, 1, lines);
    expect([trap.cause, trap.epc]).toEqual([PAGE_FAULT, BigInt(CODE + 12)]);
  });

  it('switches floating point off within a block', () => {
    const machine = newMachine();
    machine.hart.setX(9, FS);
    const float = encode('fadd.d', { rd: 10, rs1: 10, rs2: 10 });
    const trap = trapFrom(machine, 1, ['csrrs a0, sstatus, s1', float, 'csrrc a1, sstatus, s1', float]);
    expect([trap.cause, trap.epc]).toEqual([ILLEGAL, BigInt(CODE + 12)]);
    expect(machine.hart.x(11) & (FS | SD)).toBe(FS | SD);
  });

  it('has no FS without floating point', () => {
    const machine = newMachine({ without: ['F', 'D', 'Zfa'] });
    machine.hart.setX(9, ALL & ~SIE);
    trapFrom(machine, 1, ['csrrw a0, sstatus, s1', 'csrrs a1, sstatus, zero', 'ecall']);
    expect(machine.hart.x(11)).toBe(FIXED | (WRITABLE & ~FS & ~SIE));
  });
});
