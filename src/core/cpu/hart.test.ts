import { describe, expect, it } from 'vitest';
import { DEVICE, RAM_BASE, TestMachine } from './testing/machine.ts';

const HANDLER = RAM_BASE + 0x100;
const CODE = RAM_BASE + 0x4000;
const ROOT = RAM_BASE + 0x10000;
const PTE = { V: 1n, R: 2n, W: 4n, X: 8n, U: 16n, A: 64n, D: 128n } as const;
const RWX = PTE.V | PTE.R | PTE.W | PTE.X;
const MODES = { sv39: 8n, sv48: 9n, sv57: 10n } as const;

/** A machine whose traps end in M mode at a wfi, and whose S and U mode may touch everything. */
function newMachine(options: ConstructorParameters<typeof TestMachine>[0] = {}): TestMachine {
  const machine = new TestMachine(options);
  machine.place(HANDLER, ['wfi']);
  machine.hart.setCsr('mtvec', BigInt(HANDLER));
  machine.hart.setCsr('pmpaddr0', (1n << 54n) - 1n);
  machine.hart.setCsr('pmpcfg0', 0x1fn);
  return machine;
}

/** Runs lines at CODE in a lower mode until they trap to M; returns cause, value and pc of the trap. */
function trapFrom(machine: TestMachine, privilege: 0 | 1, lines: string[], pc = BigInt(CODE)) {
  const { hart } = machine;
  machine.place(CODE, lines);
  hart.privilege = privilege;
  hart.pc = pc;
  machine.run();
  return { cause: hart.csr('mcause'), value: hart.csr('mtval'), epc: hart.csr('mepc') };
}

/** Maps one 4 KiB page in a table tree that grows from ROOT. */
function map(
  machine: TestMachine,
  mode: keyof typeof MODES,
  vaddr: bigint,
  paddr: number,
  flags: bigint,
): void {
  const levels = { sv39: 3, sv48: 4, sv57: 5 }[mode];
  let table = ROOT;
  for (let level = levels - 1; level > 0; level--) {
    const at = table + Number((vaddr >> BigInt(12 + 9 * level)) & 511n) * 8;
    if (machine.read64(at) === 0n) {
      const next = Number(machine.read64(ROOT - 8)) || ROOT + 0x1000;
      machine.write64(ROOT - 8, BigInt(next + 0x1000));
      machine.write64(at, (BigInt(next) >> 2n) | PTE.V);
    }
    table = Number((machine.read64(at) >> 10n) << 12n);
  }
  machine.write64(table + Number((vaddr >> 12n) & 511n) * 8, (BigInt(paddr) >> 2n) | flags);
}

function leaf(machine: TestMachine, vaddr: bigint): bigint {
  let table = ROOT;
  for (const level of [2n, 1n])
    table = Number((machine.read64(table + Number((vaddr >> (12n + 9n * level)) & 511n) * 8) >> 10n) << 12n);
  return machine.read64(table + Number((vaddr >> 12n) & 511n) * 8) & 0x3ffn;
}

function enablePaging(machine: TestMachine, mode: keyof typeof MODES = 'sv39'): void {
  map(machine, mode, BigInt(CODE), CODE, RWX | PTE.A | PTE.D);
  machine.hart.setCsr('satp', (MODES[mode] << 60n) | (BigInt(ROOT) >> 12n));
}

describe('reset', () => {
  it('has the registers of a hart after power-on', () => {
    const { hart } = new TestMachine();
    expect(hart.csr('misa')).toBe(0x8000_0000_0014_112dn);
    expect(hart.csr('mstatus')).toBe(0xa_0000_0000n);
    expect([hart.pc, hart.privilege, hart.waiting]).toEqual([BigInt(RAM_BASE), 3, false]);
    const text = hart.formatRegisters();
    expect(text).toContain(
      '\nCPU#0\n pc       0000000080000000\n mhartid  0000000000000000\n mstatus  0000000a00000000\n',
    );
    expect(text).toContain(
      '\n satp     0000000000000000\n x0/zero  0000000000000000 x1/ra    0000000000000000 x2/sp ',
    );
    expect(text).toContain(' x31/t6   0000000000000000\n fcsr     0000000000000000\n f0/ft0   0000');
  });

  it('answers register names', () => {
    const { hart } = new TestMachine();
    hart.setX(2, 0x1234n);
    expect([hart.readRegister('sp'), hart.readRegister('x2'), hart.readRegister('pc')]).toEqual([
      0x1234n,
      0x1234n,
      hart.pc,
    ]);
    expect(hart.readRegister('mhartid')).toBe(0n);
    expect(hart.readRegister('nosuch')).toBeUndefined();
    for (const name of hart.registerNames()) expect(hart.readRegister(name), name).toBeTypeOf('bigint');
  });
});

describe('budget and counters', () => {
  it('counts instructions exactly and honours the budget', () => {
    const machine = newMachine();
    machine.place(CODE, ['addi t0, t0, 1', 'j -4']);
    machine.hart.pc = BigInt(CODE);
    expect(machine.hart.run(1000)).toBe('budget');
    expect(machine.hart.instructions).toBe(1000n);
    expect(machine.hart.x(5)).toBe(500n);
  });

  it('leaves on request', () => {
    const machine = newMachine();
    machine.place(CODE, ['j 0']);
    machine.hart.pc = BigInt(CODE);
    machine.hart.requestExit();
    expect(machine.hart.run(1000)).toBe('exit');
    expect(machine.hart.run(1000)).toBe('budget');
  });

  it('does not hang on a trap vector that cannot be fetched', () => {
    const machine = newMachine();
    machine.hart.setCsr('mtvec', 0x4000n);
    machine.hart.pc = 0x8000n;
    expect(machine.hart.run(1000)).toBe('budget');
    expect([machine.hart.csr('mcause'), machine.hart.csr('mtval'), machine.hart.instructions]).toEqual([
      1n,
      0x4000n,
      0n,
    ]);
  });

  it('minstret, mcycle and their inhibition', () => {
    const machine = newMachine();
    machine.execute(['csrrs t0, minstret, zero', 'nop', 'nop', 'csrrs t1, minstret, zero']);
    expect(machine.hart.x(6) - machine.hart.x(5)).toBe(3n);
    machine.execute(['csrrwi zero, minstret, 9', 'csrrs t0, minstret, zero', 'csrrs t1, minstret, zero']);
    expect([machine.hart.x(5), machine.hart.x(6)]).toEqual([9n, 10n]);
    machine.execute([
      'csrrwi zero, mcountinhibit, 4',
      'csrrs t0, instret, zero',
      'nop',
      'csrrs t1, instret, zero',
    ]);
    expect(machine.hart.x(6)).toBe(machine.hart.x(5));
    machine.execute(['csrrs t0, mcycle, zero', 'nop', 'csrrs t1, cycle, zero']);
    expect(machine.hart.x(6) - machine.hart.x(5)).toBe(2n);
  });

  it('time, and counters by counteren', () => {
    const machine = newMachine();
    machine.ticks = 12345n;
    machine.execute(['csrrs t0, time, zero']);
    expect(machine.hart.x(5)).toBe(12345n);
    expect(trapFrom(machine, 1, ['rdtime t0']).cause).toBe(2n);
    machine.hart.setCsr('mcounteren', 2n);
    expect(trapFrom(machine, 1, ['rdtime t1', 'ecall'])).toMatchObject({ cause: 9n });
    expect(trapFrom(machine, 0, ['rdtime t1', 'ecall']).cause).toBe(2n);
    machine.hart.setCsr('scounteren', 2n);
    expect(trapFrom(machine, 0, ['rdtime t1', 'ecall']).cause).toBe(8n);
    expect(machine.hart.x(6)).toBe(12345n);
  });
});

describe('traps', () => {
  it('illegal instructions give their bits', () => {
    const machine = newMachine();
    for (const bits of [0xffff_ffff, 0xc000_1073, 0x7c00_1073]) {
      const lines = { bits, size: 4 } as const;
      machine.place(CODE, [lines]);
      machine.hart.pc = BigInt(CODE);
      machine.run();
      expect([machine.hart.csr('mcause'), machine.hart.csr('mtval'), machine.hart.csr('mepc')]).toEqual([
        2n,
        BigInt(bits),
        BigInt(CODE),
      ]);
    }
    machine.place(CODE, [{ bits: 0x8000, size: 2 }]);
    machine.hart.pc = BigInt(CODE);
    machine.run();
    expect(machine.hart.csr('mtval')).toBe(0x8000n);
  });

  it('privileged instructions and csrs trap below their mode', () => {
    const machine = newMachine();
    for (const line of ['mret', 'csrrs t0, mstatus, zero', 'csrrs t0, mhartid, zero']) {
      expect(trapFrom(machine, 1, [line]).cause, line).toBe(2n);
    }
    for (const line of ['sret', 'wfi', 'sfence.vma zero, zero', 'csrrs t0, satp, zero']) {
      expect(trapFrom(machine, 0, [line]).cause, line).toBe(2n);
    }
    machine.hart.setCsr('mstatus', (1n << 20n) | (1n << 21n) | (1n << 22n));
    for (const line of ['sret', 'wfi', 'sfence.vma zero, zero', 'csrrs t0, satp, zero']) {
      expect(trapFrom(machine, 1, [line]).cause, line).toBe(2n);
    }
  });

  it('accesses to nothing and misaligned atomics fault precisely', () => {
    const machine = newMachine();
    const { hart } = machine;
    const faults: [string, bigint, bigint][] = [
      ['ld t1, 0(t0)', 5n, 0x4000_0000n],
      ['sd t1, 0(t0)', 7n, 0x4000_0000n],
      ['amoadd.w t1, t2, (t0)', 7n, 0x4000_0000n],
      ['lr.w t1, (t0)', 4n, BigInt(RAM_BASE + 2)],
      ['amoadd.d t1, t2, (t0)', 6n, BigInt(RAM_BASE + 4)],
      ['amoadd.w t1, t2, (t0)', 7n, BigInt(DEVICE)],
    ];
    for (const [line, cause, address] of faults) {
      hart.setX(5, address);
      hart.setX(6, 99n);
      machine.place(CODE, ['nop', line]);
      hart.pc = BigInt(CODE);
      machine.run();
      expect([hart.csr('mcause'), hart.csr('mtval'), hart.csr('mepc'), hart.x(6)], line).toEqual([
        cause,
        address,
        BigInt(CODE + 4),
        99n,
      ]);
    }
  });

  it('delegates to S mode and returns', () => {
    const machine = newMachine();
    const { hart } = machine;
    hart.setCsr('medeleg', 1n << 8n);
    hart.setCsr('stvec', BigInt(CODE + 0x100));
    machine.place(CODE + 0x100, [
      'csrrs t0, scause, zero',
      'csrrs t1, sepc, zero',
      'addi t1, t1, 4',
      'csrrw zero, sepc, t1',
      'sret',
    ]);
    const trap = trapFrom(machine, 0, ['ecall', 'ebreak']);
    expect([hart.x(5), hart.x(6)]).toEqual([8n, BigInt(CODE + 4)]);
    expect([trap.cause, trap.epc, hart.csr('mstatus') & 0x1800n]).toEqual([3n, BigInt(CODE + 4), 0n]);
  });

  it('keeps WARL fields legal', () => {
    const { hart } = newMachine({ satpMode: 'sv39' });
    hart.setCsr('mstatus', 2n << 11n);
    expect(hart.csr('mstatus')).toBe(0xa_0000_0000n);
    hart.setCsr('satp', (9n << 60n) | 1n);
    expect(hart.csr('satp')).toBe(0n);
    hart.setCsr('satp', (8n << 60n) | 1n);
    expect(hart.csr('satp')).toBe((8n << 60n) | 1n);
    hart.setCsr('mtvec', 0x8000_0002n);
    expect(hart.csr('mtvec')).toBe(BigInt(HANDLER));
    hart.setCsr('mepc', 0x1003n);
    expect(hart.csr('mepc')).toBe(0x1002n);
    hart.setCsr('medeleg', -1n);
    expect(hart.csr('medeleg')).toBe(0xb3ffn);
    hart.setCsr('mideleg', -1n);
    expect(hart.csr('mideleg')).toBe(0x222n);
  });
});

describe('interrupts', () => {
  it('are taken by priority, vectored, and only when enabled', () => {
    const machine = newMachine();
    const { hart } = machine;
    machine.place(HANDLER + 4 * 7, ['j 0']);
    machine.place(HANDLER + 4 * 3, ['j 0']);
    machine.place(CODE, ['csrrsi zero, mstatus, 8', 'j 0']);
    hart.setCsr('mtvec', BigInt(HANDLER) | 1n);
    hart.setCsr('mie', 0x80n);
    hart.setInterrupt(3, true);
    hart.setInterrupt(7, true);
    hart.pc = BigInt(CODE);
    hart.run(100);
    expect(hart.csr('mcause')).toBe((1n << 63n) | 7n);
    expect(hart.csr('mepc')).toBe(BigInt(CODE + 4));
    expect(hart.csr('mstatus') & 0x88n).toBe(0x80n);
    hart.setCsr('mie', 0x88n);
    hart.pc = BigInt(CODE);
    hart.run(100);
    expect(hart.csr('mcause')).toBe((1n << 63n) | 3n);
  });

  it('of S mode are delegated, and sip shows what is', () => {
    const machine = newMachine();
    const { hart } = machine;
    hart.setCsr('mideleg', 0x222n);
    hart.setCsr('mie', 0x222n);
    hart.setCsr('stvec', BigInt(CODE + 0x100));
    machine.place(CODE + 0x100, ['csrrs t0, sip, zero', 'csrrs t1, scause, zero', 'ecall']);
    machine.place(HANDLER, ['csrrwi zero, mie, 0', 'wfi']); // what is pending would end the wait
    hart.setInterrupt(9, true);
    const trap = trapFrom(machine, 1, ['csrrsi zero, sstatus, 2', 'j 0']);
    expect([trap.cause, hart.x(5), hart.x(6)]).toEqual([9n, 0x200n, (1n << 63n) | 9n]);
    hart.setInterrupt(9, false);
    trapFrom(machine, 1, ['csrrsi zero, sip, 2', 'csrrs t2, sip, zero', 'ecall']);
    expect([hart.x(7), hart.csr('mip')]).toEqual([2n, 2n]);
  });

  it('Sstc reports its compare value', () => {
    const machine = newMachine();
    const { hart } = machine;
    expect(trapFrom(machine, 1, ['csrrwi zero, stimecmp, 5']).cause).toBe(2n);
    hart.setCsr('menvcfg', 1n << 63n);
    hart.setCsr('mcounteren', 2n);
    machine.compares.length = 0;
    expect(trapFrom(machine, 1, ['csrrwi zero, stimecmp, 5', 'ecall']).cause).toBe(9n);
    expect(machine.compares).toEqual([5n]);
    hart.setCsr('mip', 0x20n);
    expect(hart.csr('mip') & 0x20n).toBe(0n);
    hart.reset(RAM_BASE);
    expect(machine.compares).toEqual([5n, (1n << 64n) - 1n]);
  });
});

describe('code in memory', () => {
  it('that changes itself is seen at once', () => {
    const machine = newMachine();
    const [patch] = new Uint32Array(new Uint8Array([0x93, 0x02, 0x70, 0x00]).buffer); // addi t0, zero, 7
    machine.hart.setX(7, BigInt(patch!));
    machine.hart.setX(28, BigInt(CODE));
    // second round: the first instruction was replaced after it had run
    machine.execute(
      [
        'addi t0, zero, 1',
        'add t1, t1, t0',
        'sw t2, 0(t3)',
        'addi t4, t4, 1',
        'addi t5, zero, 2',
        'bne t4, t5, -20',
      ],
      CODE,
    );
    expect(machine.hart.x(6)).toBe(8n);
  });

  it('may be stored right in front of the pc', () => {
    const machine = newMachine();
    machine.hart.setX(7, 0x0070_0293n);
    machine.hart.setX(28, BigInt(CODE));
    machine.execute(['nop', 'sw t2, 8(t3)', 'addi t0, zero, 1'], CODE);
    expect(machine.hart.x(5)).toBe(7n);
  });

  it('may be replaced by the loader, and by another hart', () => {
    const machine = newMachine({ harts: 2 });
    machine.execute(['addi t0, zero, 1'], CODE);
    machine.execute(['addi t0, zero, 2'], CODE);
    expect(machine.hart.x(5)).toBe(2n);
    const other = machine.engine.harts[1]!;
    other.reset(RAM_BASE + 0x6000);
    other.setX(28, BigInt(CODE));
    other.setX(7, 0x0070_0293n);
    machine.place(RAM_BASE + 0x6000, ['sw t2, 0(t3)', 'wfi']);
    expect(other.run(100)).toBe('wfi');
    machine.hart.pc = BigInt(CODE);
    machine.run();
    expect(machine.hart.x(5)).toBe(7n);
  });

  it('crosses pages in one instruction, and is not cached there', () => {
    const machine = newMachine();
    const last = CODE + 0xffe;
    for (const value of [5, 9]) {
      machine.execute([`addi t0, zero, ${value}`], last);
      expect([machine.hart.x(5), machine.hart.pc]).toEqual([BigInt(value), BigInt(last + 8)]);
    }
    machine.place(CODE + 0xffc, [{ bits: 0x0001, size: 2 }, 'j 16']);
    machine.place(last + 16, ['wfi']);
    machine.hart.pc = BigInt(CODE + 0xffc);
    machine.run();
    expect(machine.hart.pc).toBe(BigInt(last + 20));
  });

  it('is evicted and decoded again when the pool is full', () => {
    const machine = newMachine({ codePages: 4 });
    for (let round = 0; round < 2; round++) {
      for (let page = 0; page < 12; page++) {
        machine.place(CODE + page * 0x1000, [`addi t0, t0, ${page}`, page === 11 ? 'wfi' : 'jal zero, 4092']);
      }
      machine.hart.setX(5, 0n);
      machine.hart.pc = BigInt(CODE);
      machine.run();
      expect(machine.hart.x(5)).toBe(66n);
    }
  });
});

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

describe('physical memory protection', () => {
  it('denies S and U mode where no entry matches', () => {
    const machine = newMachine();
    machine.hart.setCsr('pmpcfg0', 0n);
    expect(trapFrom(machine, 1, ['nop'])).toEqual({ cause: 1n, value: BigInt(CODE), epc: BigInt(CODE) });
  });

  it('honours NAPOT, TOR and NA4 regions, the first match winning', () => {
    const machine = newMachine();
    const { hart } = machine;
    const data = RAM_BASE + 0x9000;
    const region = BigInt(data) >> 2n;
    hart.setCsr('pmpaddr0', region | 0x1ffn); // 4 KiB, read only
    hart.setCsr('pmpaddr1', (1n << 54n) - 1n);
    hart.setCsr('pmpcfg0', 0x1f19n);
    hart.setX(5, BigInt(data));
    expect(trapFrom(machine, 1, ['ld t1, 0(t0)', 'ecall']).cause).toBe(9n);
    expect(trapFrom(machine, 1, ['sd t1, 0(t0)'])).toMatchObject({ cause: 7n, value: BigInt(data) });
    expect(trapFrom(machine, 1, ['amoadd.d t1, t1, (t0)']).cause).toBe(7n);
    expect(trapFrom(machine, 1, ['jr t0']).cause).toBe(1n);
    hart.setCsr('pmpaddr0', region + 2n); // NA4 inside the page
    hart.setCsr('pmpcfg0', 0x1f10n);
    expect(trapFrom(machine, 1, ['sd t1, 0(t0)', 'sd t1, 16(t0)', 'ecall']).cause).toBe(9n);
    expect(trapFrom(machine, 1, ['lw t1, 8(t0)']).cause).toBe(5n);
    expect(trapFrom(machine, 1, ['ld t1, 4(t0)'])).toMatchObject({ cause: 5n, value: BigInt(data + 4) });
  });

  it('executes from pages that a region splits, instruction by instruction', () => {
    const machine = newMachine();
    const { hart } = machine;
    hart.setCsr('pmpaddr0', BigInt(CODE + 0x10) >> 2n);
    hart.setCsr('pmpcfg0', 0x0fn); // TOR from 0, all rights
    const trap = trapFrom(machine, 1, ['addi t0, zero, 1', 'addi t0, t0, 2', 'j 4', 'nop', 'nop']);
    expect(trap).toEqual({ cause: 1n, value: BigInt(CODE + 0x10), epc: BigInt(CODE + 0x10) });
    expect(hart.x(5)).toBe(3n);
  });

  it('binds M mode by locked entries alone, which stay as they are', () => {
    const machine = newMachine();
    const { hart } = machine;
    const data = RAM_BASE + 0x9000;
    hart.setCsr('pmpaddr1', (BigInt(data) >> 2n) | 0x1ffn);
    hart.setCsr('pmpaddr0', 0n);
    hart.setCsr('pmpcfg0', 0x99_00n);
    hart.setX(5, BigInt(data));
    machine.place(CODE, ['ld t1, 0(t0)', 'sd t1, 0(t0)']);
    hart.pc = BigInt(CODE);
    machine.run();
    expect([hart.csr('mcause'), hart.csr('mepc')]).toEqual([7n, BigInt(CODE + 4)]);
    hart.setCsr('pmpcfg0', 0n);
    hart.setCsr('pmpaddr1', 0n);
    expect([hart.csr('pmpcfg0'), hart.csr('pmpaddr1')]).toEqual([0x9900n, (BigInt(data) >> 2n) | 0x1ffn]);
  });
});

describe('switching interrupts by sstatus', () => {
  const VECTOR = RAM_BASE + 0x200;

  function supervisor(): TestMachine {
    const machine = newMachine();
    machine.place(VECTOR, ['csrrs a5, scause, zero', 'csrrci zero, sip, 2', 'ecall']);
    machine.hart.setCsr('mideleg', 2n);
    machine.hart.setCsr('stvec', BigInt(VECTOR));
    machine.hart.setCsr('mie', 2n);
    return machine;
  }

  it('gives the old value and changes SIE', () => {
    const machine = supervisor();
    machine.hart.setCsr('mstatus', 3n << 13n);
    const lines = ['csrrsi a0, sstatus, 2', 'csrrci a1, sstatus, 2', 'csrrs a2, sstatus, zero', 'ecall'];
    expect(trapFrom(machine, 1, lines).cause).toBe(9n);
    const off = (1n << 63n) | (2n << 32n) | (3n << 13n);
    expect([10, 11, 12].map(index => machine.hart.x(index))).toEqual([off, off | 2n, off]);
    machine.hart.setX(13, 2n);
    expect(trapFrom(machine, 1, ['csrrs a0, sstatus, a3', 'csrrc a1, sstatus, a3', 'ecall']).cause).toBe(9n);
    expect([10, 11].map(index => machine.hart.x(index))).toEqual([off, off | 2n]);
  });

  it('takes what was pending once it is on', () => {
    const machine = supervisor();
    machine.hart.setCsr('mip', 2n);
    const { cause } = trapFrom(machine, 1, ['csrrci zero, sstatus, 2', 'csrrsi a0, sstatus, 2', 'wfi']);
    expect([cause, machine.hart.x(15), machine.hart.csr('sepc')]).toEqual([
      9n,
      (1n << 63n) | 1n,
      BigInt(CODE + 8),
    ]);
  });

  it('is not for user mode', () => {
    const machine = supervisor();
    expect(trapFrom(machine, 0, ['csrrsi a0, sstatus, 2']).cause).toBe(2n);
  });
});
