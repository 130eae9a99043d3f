import { describe, expect, it } from 'vitest';
import { MSTATUS } from '../../isa/index.ts';
import { DEVICE, RAM_BASE, type TestMachine } from '../testing/machine.ts';
import { enablePaging, map, PTE, RWX } from '../testing/page-tables.ts';
import { CODE, HANDLER, newMachine } from '../testing/traps.ts';

const HOT = { translateAfter: 1 };
/** addi t0, zero, 7 */
const PATCH = 0x0070_0293n;

function place(machine: TestMachine, lines: string[], at = CODE): void {
  machine.place(at, lines);
  machine.hart.pc = BigInt(at);
}

describe('translated code', () => {
  it('exists once a branch came often enough', () => {
    const machine = newMachine({ translateAfter: 10 });
    place(machine, ['addi t0, t0, 1', 'j -4']);
    machine.hart.run(16);
    expect(machine.engine.translation.regions).toBe(0);
    machine.hart.run(16);
    expect(machine.engine.translation).toMatchObject({ regions: 1, guestBytes: 8 });
    expect(machine.hart.x(5)).toBe(16n);
  });

  it('is made several regions at a time, or when enough has run meanwhile', () => {
    const machine = newMachine({ ...HOT, translateTogether: 9 });
    place(machine, ['addi t0, t0, 1', 'j -4']);
    machine.hart.run(100);
    expect(machine.engine.translation.regions).toBe(0);
    // what was asked for may have changed by then
    machine.place(CODE, ['addi t0, t0, 2']);
    machine.hart.run(1_000_000);
    machine.hart.run(1_000_000);
    expect(machine.engine.translation.regions).toBe(1);
    expect(machine.hart.x(5)).toBe(50n + 2_000_000n);
  });

  it('keeps to the budget and counts exactly', () => {
    const machine = newMachine(HOT);
    place(machine, ['addi t0, t0, 1', 'addi t0, t0, 1', 'addi t0, t0, 1', 'j -12']);
    let total = 0n;
    for (const budget of [1, 2, 3, 50, 999, 1000, 1001, 40_000]) {
      expect(machine.hart.run(budget)).toBe('budget');
      const ran = machine.hart.instructions - total;
      total += ran;
      expect(ran).toBeGreaterThanOrEqual(budget);
      expect(ran).toBeLessThan(budget + 4);
    }
    expect(machine.hart.x(5)).toBe((total / 4n) * 3n);
  });

  it('shows instret as if it were interpreted', () => {
    const machine = newMachine(HOT);
    place(machine, [
      'addi t1, zero, 40',
      'csrrs t2, minstret, zero',
      'sub t3, t2, t4',
      'addi t4, t2, 0',
      'addi t1, t1, -1',
      'bnez t1, -16',
      'wfi',
    ]);
    machine.run();
    expect(machine.hart.x(28)).toBe(5n);
  });

  it('gives up a loop for an interrupt that its own store raises', () => {
    const machine = newMachine(HOT);
    const { hart } = machine;
    machine.place(HANDLER, ['j 0']);
    hart.setCsr('mie', 1n << 11n);
    hart.setCsr('mstatus', MSTATUS.MIE);
    machine.store = () => {
      hart.setInterrupt(11, true);
      return true;
    };
    hart.setX(28, BigInt(DEVICE));
    place(machine, ['addi t0, t0, 1', 'slti t1, t0, 1000', 'bnez t1, -8', 'sw t0, 0(t3)', 'j 0']);
    expect(hart.run(10_000)).toBe('budget');
    expect([hart.csr('mcause'), hart.csr('mepc')]).toEqual([(1n << 63n) | 11n, BigInt(CODE + 16)]);
    expect(hart.x(5)).toBe(1000n);
  });

  it('takes interrupts that come between slices into a loop without an end', () => {
    const machine = newMachine(HOT);
    machine.place(HANDLER, ['j 0']);
    machine.hart.setCsr('mie', 8n);
    machine.hart.setCsr('mstatus', MSTATUS.MIE);
    place(machine, ['j 0']);
    expect(machine.hart.run(100_000)).toBe('budget');
    machine.hart.setInterrupt(3, true);
    expect(machine.hart.run(1000)).toBe('budget');
    expect(machine.hart.csr('mepc')).toBe(BigInt(CODE));
  });

  it('leaves on request within a loop', () => {
    const machine = newMachine(HOT);
    place(machine, ['j 0']);
    machine.hart.run(1000);
    machine.hart.requestExit();
    expect(machine.hart.run(1_000_000)).toBe('exit');
  });
});

describe('traps out of translated code', () => {
  it.each([
    ['a load', 'ld t1, 0(t6)', 5n, 0x40n],
    ['a store', 'sd t0, 0(t6)', 7n, 0x40n],
    ['a misaligned atomic', 'amoadd.w t1, t0, (t5)', 6n, BigInt(RAM_BASE + 0x8002)],
    ['a floating-point instruction while FS is off', 'fadd.d rne, ft0, ft0, ft0', 2n, 0x0200_7053n],
    ['an ecall', 'ecall', 11n, 0n],
  ])('are precise for %s', (_, line, cause, value) => {
    const machine = newMachine(HOT);
    const { hart } = machine;
    hart.setX(31, 0x40n);
    hart.setX(30, BigInt(RAM_BASE + 0x8002));
    place(machine, ['addi t0, t0, 1', 'addi t2, t0, 2', line, 'addi t0, t0, 64', 'wfi']);
    machine.run();
    expect([hart.csr('mcause'), hart.csr('mepc'), hart.csr('mtval')]).toEqual([
      cause,
      BigInt(CODE + 8),
      line.startsWith('fadd')
        ? BigInt(machine.memory.view.getUint32(machine.hostOffset(CODE + 8), true))
        : value,
    ]);
    expect([hart.x(5), hart.x(7), hart.x(6)]).toEqual([1n, 3n, 0n]);
    // two retired here, and the handler's wfi
    expect(hart.instructions).toBe(3n);
  });

  it('see the page fault of a page that goes away under a loop', () => {
    const machine = newMachine(HOT);
    const { hart } = machine;
    const data = 0x4000_0000n;
    map(machine, 'sv39', data, RAM_BASE + 0x8000, RWX | PTE.A | PTE.D);
    enablePaging(machine);
    hart.privilege = 1;
    hart.setX(28, data);
    place(machine, ['addi t0, t0, 1', 'ld t1, 0(t3)', 'j -8']);
    hart.run(1000);
    map(machine, 'sv39', data, RAM_BASE + 0x8000, 0n);
    hart.flushTlbs();
    machine.run();
    expect([hart.csr('mcause'), hart.csr('mtval'), hart.csr('mepc')]).toEqual([13n, data, BigInt(CODE + 4)]);
  });
});

describe('translated code that changes', () => {
  it('is seen at once when a region changes itself', () => {
    const machine = newMachine(HOT);
    machine.hart.setX(7, PATCH);
    machine.hart.setX(28, BigInt(CODE));
    place(machine, [
      'addi t0, zero, 1',
      'add t1, t1, t0',
      'addi t4, t4, 1',
      'slti t5, t4, 50',
      'bnez t5, -16',
      'sw t2, 0(t3)',
      'slti t5, t4, 60',
      'bnez t5, -28',
      'wfi',
    ]);
    machine.run();
    expect(machine.hart.x(6)).toBe(50n + 70n);
    expect(machine.engine.translation.invalidated).toBeGreaterThan(0);
  });

  it('stays when data beside it on the page changes', () => {
    const machine = newMachine(HOT);
    machine.hart.setX(28, BigInt(CODE));
    place(machine, ['addi t0, t0, 1', 'sd t0, 256(t3)', 'slti t5, t0, 100', 'bnez t5, -12', 'wfi']);
    machine.run();
    expect(machine.read64(CODE + 256)).toBe(100n);
    expect(machine.engine.translation.invalidated).toBe(0);
  });

  it('is left to the interpreter when it never stays the same', () => {
    const machine = newMachine(HOT);
    const rounds = 200;
    place(machine, ['addi t0, t0, 1', 'j -4']);
    for (let round = 0; round < rounds; round++) {
      machine.place(CODE, ['addi t0, t0, 1']);
      machine.hart.run(100);
    }
    expect(machine.hart.x(5)).toBe(BigInt(rounds * 50));
    expect(machine.engine.translation.invalidated).toBeLessThan(rounds / 2);
    expect(machine.engine.translation.regions).toBe(0);
  });

  it('goes with its page when the pool evicts that', () => {
    const machine = newMachine({ ...HOT, codePages: 4 });
    for (let round = 0; round < 3; round++) {
      for (let page = 0; page < 12; page++) {
        machine.place(CODE + page * 0x1000, [`addi t0, t0, ${page}`, page === 11 ? 'wfi' : 'jal zero, 4092']);
      }
      machine.hart.setX(5, 0n);
      machine.hart.pc = BigInt(CODE);
      machine.run();
      expect(machine.hart.x(5)).toBe(66n);
    }
    expect(machine.engine.translation.regions).toBeLessThanOrEqual(8);
  });
});

describe('regions of several pages', () => {
  const FAR = CODE + 0x1000;
  const NEAR_END = CODE + 0xff6;

  it('run across, and an instruction may lie on both', () => {
    const machine = newMachine(HOT);
    // addi t0, zero, 1 sits at the end of one page and the start of the next
    machine.place(NEAR_END, ['nop', { bits: 0x0001, size: 2 }]);
    machine.place(NEAR_END + 6, [{ bits: 0x0001, size: 2 }, 'addi t0, t0, 1', 'addi t1, t1, 1']);
    machine.place(NEAR_END + 16, ['slti t2, t1, 50', 'bnez t2, -20', 'wfi']);
    machine.hart.pc = BigInt(NEAR_END);
    machine.run();
    expect([machine.hart.x(5), machine.hart.x(6)]).toEqual([50n, 50n]);
  });

  it('are checked against the mapping that they were made under', () => {
    const machine = newMachine(HOT);
    const { hart } = machine;
    const virtual = 0x4000_0000n;
    const other = RAM_BASE + 0x9000;
    map(machine, 'sv39', virtual, CODE, RWX | PTE.A | PTE.D);
    map(machine, 'sv39', virtual + 0x1000n, FAR, RWX | PTE.A | PTE.D);
    enablePaging(machine);
    machine.place(CODE, ['addi t1, t1, 1', 'j 4092']);
    machine.place(FAR, ['addi t0, t0, 1', 'slti t2, t1, 100', 'beqz t2, 8', 'j -4108', 'ecall']);
    machine.place(other, ['addi t0, t0, 2', 'slti t2, t1, 200', 'beqz t2, 8', 'j -4108', 'ecall']);
    hart.privilege = 1;
    hart.pc = virtual;
    machine.run();
    expect([hart.x(5), hart.x(6)]).toEqual([100n, 100n]);
    map(machine, 'sv39', virtual + 0x1000n, other, RWX | PTE.A | PTE.D);
    hart.flushTlbs();
    hart.privilege = 1;
    hart.pc = virtual;
    machine.run();
    expect([hart.x(5), hart.x(6)]).toEqual([300n, 200n]);
  });

  it('work at any virtual address', () => {
    const machine = newMachine(HOT);
    const { hart } = machine;
    enablePaging(machine);
    machine.place(CODE, [
      'auipc t0, 0',
      'jal t1, 4',
      'addi t2, t2, 1',
      'slti t3, t2, 20',
      'bnez t3, -16',
      'ecall',
    ]);
    for (const virtual of [0x4000_0000n, 0x5000_0000n]) {
      map(machine, 'sv39', virtual, CODE, RWX | PTE.A | PTE.D);
      hart.privilege = 1;
      hart.setX(7, 0n);
      hart.pc = virtual;
      machine.run();
      expect([hart.x(5), hart.x(6), hart.csr('mepc')]).toEqual([virtual, virtual + 8n, virtual + 20n]);
    }
  });
});

describe('harts', () => {
  it('share regions and keep their registers apart', () => {
    const machine = newMachine({ ...HOT, harts: 2 });
    const [first, second] = machine.engine.harts;
    machine.place(CODE, [
      'add t0, t0, t1',
      'fadd.d rne, ft0, ft0, ft1',
      'addi t2, t2, -1',
      'bnez t2, -12',
      'wfi',
    ]);
    const expected: [typeof first, bigint][] = [
      [first, 3n],
      [second, 5n],
    ];
    for (const [hart, step] of expected) {
      hart!.setCsr('mstatus', MSTATUS.FS);
      hart!.setX(6, step);
      hart!.setX(7, 1000n);
      hart!.setF(1, 0x3ff0_0000_0000_0000n + (step << 40n));
      hart!.pc = BigInt(CODE);
    }
    for (let slice = 0; slice < 200; slice++)
      for (const [hart] of expected) if (!hart!.waiting) hart!.run(50);
    for (const [hart, step] of expected) expect(hart!.x(5)).toBe(step * 1000n);
    expect(first!.f(0)).not.toBe(second!.f(0));
    // both raised inexact in their own fcsr, or neither did
    expect([first!.csr('fcsr'), second!.csr('fcsr')]).toEqual([0n, 0n]);
    expect(machine.engine.translation.regions).toBeLessThan(4);
  });
});
