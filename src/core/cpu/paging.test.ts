import { describe, expect, it } from 'vitest';
import { MSTATUS } from '../isa/index.ts';
import { RAM_BASE } from './testing/machine.ts';
import { enablePaging, leaf, map, PTE, ROOT, RWX } from './testing/page-tables.ts';
import { CODE, newMachine, trapFrom } from './testing/traps.ts';

describe('paging', () => {
  it.each(['sv39', 'sv48', 'sv57'] as const)('%s translates, sets A and D, and faults', mode => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine, mode);
    const vaddr = 0x12_3456_7000n;
    map(machine, mode, vaddr, RAM_BASE + 0x8000, PTE.V | PTE.R | PTE.W);
    machine.write64(RAM_BASE + 0x8008, 0xabcdn);
    hart.setX(5, vaddr);
    expect(trapFrom(machine, 1, ['ld t1, 8(t0)', 'sd t1, 16(t0)', 'ecall']).cause).toBe(9n);
    expect(machine.read64(RAM_BASE + 0x8010)).toBe(0xabcdn);
    hart.privilege = 1;
    expect([hart.translate(vaddr + 5n), hart.translate(vaddr + 0x1000n)]).toEqual([
      RAM_BASE + 0x8005,
      undefined,
    ]);
    expect(hart.debugRead(vaddr + 8n, 2)).toEqual(Uint8Array.of(0xcd, 0xab));
    hart.setX(5, vaddr + 0x1000n);
    expect(trapFrom(machine, 1, ['ld t1, 0(t0)'])).toEqual({
      cause: 13n,
      value: vaddr + 0x1000n,
      epc: BigInt(CODE),
    });
    expect(trapFrom(machine, 1, ['sd t1, 0(t0)']).cause).toBe(15n);
    expect(trapFrom(machine, 1, ['jr t0'])).toEqual({
      cause: 12n,
      value: vaddr + 0x1000n,
      epc: vaddr + 0x1000n,
    });
    hart.setX(5, 1n << 62n);
    expect(trapFrom(machine, 1, ['ld t1, 0(t0)']).cause, 'not canonical').toBe(13n);
  });

  it('checks permissions by mode, SUM and MXR', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    const pages: [bigint, bigint][] = [
      [0x1000n, PTE.V | PTE.R],
      [0x2000n, PTE.V | PTE.X],
      [0x3000n, PTE.V | PTE.R | PTE.W | PTE.U],
      [0x4000n, PTE.V | PTE.W],
    ];
    for (const [vaddr, flags] of pages) map(machine, 'sv39', vaddr, RAM_BASE + 0x8000, flags);
    const attempt = (line: string, vaddr: bigint) => {
      hart.setX(5, vaddr);
      return trapFrom(machine, 1, [line, 'ecall']).cause;
    };
    expect(attempt('ld t1, 0(t0)', 0x1000n)).toBe(9n);
    expect(attempt('sd t1, 0(t0)', 0x1000n)).toBe(15n);
    expect(attempt('ld t1, 0(t0)', 0x2000n)).toBe(13n);
    expect(attempt('ld t1, 0(t0)', 0x3000n)).toBe(13n);
    expect(attempt('ld t1, 0(t0)', 0x4000n)).toBe(13n);
    hart.setCsr('mstatus', 1n << 18n);
    expect(attempt('sd t1, 0(t0)', 0x3000n)).toBe(9n);
    expect(attempt('ld t1, 0(t0)', 0x2000n)).toBe(13n);
    hart.setCsr('mstatus', 1n << 19n);
    expect(attempt('ld t1, 0(t0)', 0x2000n)).toBe(9n);
    expect(attempt('ld t1, 0(t0)', 0x3000n)).toBe(13n);
  });

  it('sets A on reads, D on writes, and faults instead without ADUE', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    map(machine, 'sv39', 0x1000n, RAM_BASE + 0x8000, PTE.V | PTE.R | PTE.W);
    hart.setX(5, 0x1000n);
    trapFrom(machine, 1, ['ld t1, 0(t0)', 'ecall']);
    expect(leaf(machine, 0x1000n)).toBe(PTE.V | PTE.R | PTE.W | PTE.A);
    trapFrom(machine, 1, ['sd t1, 0(t0)', 'ecall']);
    expect(leaf(machine, 0x1000n)).toBe(PTE.V | PTE.R | PTE.W | PTE.A | PTE.D);
    hart.setCsr('menvcfg', 0n);
    map(machine, 'sv39', 0x1000n, RAM_BASE + 0x8000, PTE.V | PTE.R | PTE.W | PTE.A);
    expect(trapFrom(machine, 1, ['sfence.vma zero, zero', 'sd t1, 0(t0)', 'ecall']).cause).toBe(15n);
  });

  it('keeps a translation until it is fenced, by page or whole, superpages too', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    machine.write64(RAM_BASE + 0x8000, 1n);
    machine.write64(RAM_BASE + 0x9000, 2n);
    for (const fence of ['sfence.vma t0, zero', 'sfence.vma zero, zero', 'csrrw zero, satp, t2']) {
      map(machine, 'sv39', 0x1000n, RAM_BASE + 0x8000, RWX | PTE.A | PTE.D);
      hart.setX(5, 0x1000n);
      hart.setX(7, 0n);
      trapFrom(machine, 1, ['sfence.vma zero, zero', 'ld t1, 0(t0)', 'ecall']);
      map(machine, 'sv39', 0x1000n, RAM_BASE + 0x9000, RWX | PTE.A | PTE.D);
      hart.setX(7, hart.csr('satp') ^ (1n << 44n));
      trapFrom(machine, 1, [fence, 'ld t1, 0(t0)', 'ecall']);
      expect(hart.x(6), fence).toBe(2n);
    }
    // a gigapage at 0x40000000 over RAM_BASE, then nothing there
    machine.write64(ROOT + 8, (0x8000_0000n >> 2n) | RWX | PTE.A | PTE.D);
    hart.setX(5, 0x4000_8000n);
    hart.setX(28, 0x4012_3000n);
    trapFrom(machine, 1, ['ld t1, 0(t0)', 'ecall']);
    expect(hart.x(6)).toBe(1n);
    machine.write64(ROOT + 8, 0n);
    expect(trapFrom(machine, 1, ['sfence.vma t3, zero', 'ld t1, 0(t0)', 'ecall']).cause).toBe(13n);
  });

  it('keeps what is global alone over a change of the address space', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    map(machine, 'sv39', BigInt(CODE), CODE, RWX | PTE.A | PTE.D | PTE.G);
    machine.write64(RAM_BASE + 0x8000, 1n);
    machine.write64(RAM_BASE + 0x9000, 2n);
    const both = (paddr: number) => {
      map(machine, 'sv39', 0x1000n, paddr, RWX | PTE.A | PTE.D | PTE.G);
      map(machine, 'sv39', 0x2000n, paddr, RWX | PTE.A | PTE.D | PTE.U);
    };
    hart.setCsr('mstatus', MSTATUS.SUM);
    hart.setX(5, 0x1000n);
    hart.setX(9, MSTATUS.SUM);
    hart.setX(28, 0x2000n);
    // without SUM what is global, with it what is not
    const global = ['csrrc zero, sstatus, s1', 'ld t1, 0(t0)', 'csrrs zero, sstatus, s1'];
    const lines = [...global, 'ld t4, 0(t3)'];
    const seen = () => [hart.x(6), hart.x(29)];
    for (const change of ['csrrw zero, satp, t2', 'sfence.vma zero, t2']) {
      both(RAM_BASE + 0x8000);
      trapFrom(machine, 1, ['sfence.vma zero, zero', ...lines, 'ecall']);
      expect(seen()).toEqual([1n, 1n]);
      both(RAM_BASE + 0x9000);
      hart.setX(7, hart.csr('satp') ^ (1n << 44n));
      trapFrom(machine, 1, [change, ...lines, 'ecall']);
      expect(seen(), change).toEqual([1n, 2n]);
      trapFrom(machine, 1, ['sfence.vma zero, zero', ...lines, 'ecall']);
      expect(seen()).toEqual([2n, 2n]);
    }
  });

  it('rejects misaligned superpages and reserved bits', () => {
    const machine = newMachine();
    enablePaging(machine);
    machine.hart.setX(5, 0x4000_0000n);
    machine.write64(ROOT + 8, ((0x8000_0000n >> 2n) | RWX) + (1n << 10n));
    expect(trapFrom(machine, 1, ['ld t1, 0(t0)']).cause).toBe(13n);
    machine.write64(ROOT + 8, (0x8000_0000n >> 2n) | RWX | (1n << 60n));
    expect(trapFrom(machine, 1, ['ld t1, 0(t0)']).cause).toBe(13n);
  });

  it('M mode reads through MPRV as MPP would', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    map(machine, 'sv39', 0x1000n, RAM_BASE + 0x8000, PTE.V | PTE.R);
    machine.write64(RAM_BASE + 0x8000, 42n);
    hart.privilege = 3;
    hart.setCsr('mstatus', (1n << 17n) | (1n << 11n));
    hart.setX(5, 0x1000n);
    machine.execute(['ld t1, 0(t0)'], CODE + 0x800);
    expect(hart.x(6)).toBe(42n);
  });

  it('fetches an instruction whose halves are on remapped pages', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    machine.place(RAM_BASE + 0x8ffe, ['addi t0, zero, 5', 'ecall']);
    map(machine, 'sv39', 0x1000n, RAM_BASE + 0x8000, RWX);
    map(machine, 'sv39', 0x2000n, RAM_BASE + 0x9000, RWX);
    expect(trapFrom(machine, 1, [], 0x1ffen)).toMatchObject({ cause: 9n, epc: 0x2002n });
    expect(hart.x(5)).toBe(5n);
    // the second page now is another: same virtual address, different instruction
    machine.place(RAM_BASE + 0xaffe, ['addi t0, zero, 9', 'ecall']);
    map(machine, 'sv39', 0x2000n, RAM_BASE + 0xb000, RWX);
    trapFrom(machine, 1, ['sfence.vma zero, zero', 'ecall']);
    trapFrom(machine, 1, [], 0x1ffen);
    expect(hart.x(5)).toBe(9n);
    map(machine, 'sv39', 0x2000n, RAM_BASE + 0xb000, PTE.V | PTE.R);
    trapFrom(machine, 1, ['sfence.vma zero, zero', 'ecall']);
    expect(trapFrom(machine, 1, [], 0x1ffen)).toEqual({ cause: 12n, value: 0x2000n, epc: 0x1ffen });
  });

  it('a store across pages changes nothing when the second page faults', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    map(machine, 'sv39', 0x1000n, RAM_BASE + 0x8000, PTE.V | PTE.R | PTE.W);
    machine.write64(RAM_BASE + 0x8ff8, 7n);
    hart.setX(5, 0x1ffcn);
    hart.setX(6, -1n);
    expect(trapFrom(machine, 1, ['sd t1, 0(t0)'])).toMatchObject({ cause: 15n, value: 0x2000n });
    expect(machine.read64(RAM_BASE + 0x8ff8)).toBe(7n);
    expect(trapFrom(machine, 1, ['ld t1, 0(t0)'])).toMatchObject({ cause: 13n, value: 0x2000n });
  });
});
