import { describe, expect, it } from 'vitest';
import { ENVCFG } from '../isa/index.ts';
import { RAM_BASE } from './testing/machine.ts';
import { enablePaging, leaf, map, PTE, ROOT, RWX } from './testing/page-tables.ts';
import { newMachine, trapFrom } from './testing/traps.ts';

const DATA = RAM_BASE + 0x20000; // on 64 KiB
const VA = 0x40_0000n;
const NAPOT = 1n << 63n;
const IO = 2n << 61n;
const RESERVED_TYPE = 3n << 61n;
const FLAGS = RWX | PTE.A | PTE.D;
const LOAD_PAGE = 13n;
const ECALL = 9n;

function attempt(machine: ReturnType<typeof newMachine>, address: bigint, lines = ['ld t1, 0(t0)', 'ecall']) {
  machine.hart.setX(5, address);
  return trapFrom(machine, 1, lines).cause;
}

describe('Svnapot', () => {
  it('maps 64 KiB by each of its entries, and a fence of one page drops all of it', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    for (let page = 0n; page < 16n; page++)
      map(machine, 'sv39', VA + (page << 12n), DATA + 0x8000, FLAGS | NAPOT);
    for (const page of [0n, 7n, 15n]) {
      machine.write64(DATA + Number(page) * 4096 + 8, page + 1n);
      expect(attempt(machine, VA + (page << 12n) + 8n)).toBe(ECALL);
      expect(hart.x(6)).toBe(page + 1n);
      hart.privilege = 1;
      expect(hart.translate(VA + (page << 12n) + 5n)).toBe(DATA + Number(page) * 4096 + 5);
    }
    for (let page = 0n; page < 16n; page++) map(machine, 'sv39', VA + (page << 12n), DATA, FLAGS);
    expect(attempt(machine, VA, ['sfence.vma t0, zero', 'ecall'])).toBe(ECALL);
    machine.write64(DATA + 8, 99n);
    expect(attempt(machine, VA + 0xf008n)).toBe(ECALL);
    expect(hart.x(6)).toBe(99n);
  });

  it.each([
    ['another size', DATA + 0x4000, FLAGS | NAPOT],
    ['no size', DATA, FLAGS | NAPOT],
  ])('faults on %s', (_, paddr, flags) => {
    const machine = newMachine();
    enablePaging(machine);
    map(machine, 'sv39', VA, paddr, flags);
    expect(attempt(machine, VA)).toBe(LOAD_PAGE);
  });

  it('faults on a superpage, in a pointer, and without the extension', () => {
    const machine = newMachine();
    enablePaging(machine);
    machine.write64(ROOT + 8, (BigInt(RAM_BASE) >> 2n) | FLAGS | NAPOT);
    expect(attempt(machine, 1n << 30n)).toBe(LOAD_PAGE);
    map(machine, 'sv39', 3n << 30n, DATA, FLAGS);
    expect(attempt(machine, 3n << 30n)).toBe(ECALL);
    machine.write64(ROOT + 24, machine.read64(ROOT + 24) | NAPOT);
    expect(attempt(machine, 3n << 30n, ['sfence.vma zero, zero', 'ld t1, 0(t0)', 'ecall'])).toBe(LOAD_PAGE);
    const plain = newMachine({ without: ['Svnapot', 'Svade'] });
    enablePaging(plain);
    map(plain, 'sv39', VA, DATA + 0x8000, FLAGS | NAPOT);
    expect(attempt(plain, VA)).toBe(LOAD_PAGE);
  });
});

describe('Svpbmt', () => {
  it('takes memory types while menvcfg has them, never the reserved one', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    map(machine, 'sv39', VA, DATA, FLAGS | IO);
    map(machine, 'sv39', VA + 0x1000n, DATA, FLAGS | RESERVED_TYPE);
    expect([attempt(machine, VA), attempt(machine, VA + 0x1000n)]).toEqual([ECALL, LOAD_PAGE]);
    hart.setCsr('menvcfg', 0n);
    expect(attempt(machine, VA)).toBe(LOAD_PAGE);
    machine.write64(ROOT + 8, (BigInt(ROOT + 0x1000) >> 2n) | PTE.V | IO);
    hart.setCsr('menvcfg', ENVCFG.PBMTE);
    expect(attempt(machine, 1n << 30n), 'in a pointer').toBe(LOAD_PAGE);
  });

  it('is missing from harts that do without', () => {
    const machine = newMachine({ without: ['Svpbmt', 'Svade'] });
    machine.hart.setCsr('menvcfg', ENVCFG.PBMTE);
    expect(machine.hart.csr('menvcfg') & ENVCFG.PBMTE).toBe(0n);
    enablePaging(machine);
    map(machine, 'sv39', VA, DATA, FLAGS | IO);
    expect(attempt(machine, VA)).toBe(LOAD_PAGE);
  });
});

describe('accessed and dirty bits', () => {
  const clean = PTE.V | PTE.R | PTE.W;
  it.each([
    ['neither extension', ['Svade', 'Svadu'], clean | PTE.A | PTE.D, ECALL],
    ['Svadu', ['Svade'], clean | PTE.A | PTE.D, ECALL],
    ['Svade', ['Svadu'], clean, LOAD_PAGE],
    ['both, of which Svade rules until told', [], clean, LOAD_PAGE],
  ] as const)('with %s', (_, without, flags, cause) => {
    const machine = newMachine({ without: [...without] });
    enablePaging(machine);
    map(machine, 'sv39', VA, DATA, clean);
    expect(attempt(machine, VA, ['ld t1, 0(t0)', 'sd t1, 0(t0)', 'ecall'])).toBe(cause);
    expect(leaf(machine, VA)).toBe(flags);
  });
});
