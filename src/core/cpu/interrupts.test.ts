import { describe, expect, it } from 'vitest';
import { RAM_BASE, type TestMachine } from './testing/machine.ts';
import { CODE, HANDLER, newMachine, trapFrom } from './testing/traps.ts';

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

  it('of S-mode software stay once a device raised them', () => {
    const { hart } = newMachine();
    hart.setCsr('mideleg', 2n);
    hart.setInterrupt(1, true);
    expect(hart.csr('sip')).toBe(2n);
    hart.setCsr('sip', 0n);
    expect(hart.csr('mip')).toBe(0n);
  });

  it('that are pending and not taken let WFI give the turn to another hart', () => {
    const machine = newMachine();
    const { hart } = machine;
    machine.place(CODE, ['wfi', 'j 0']);
    hart.pc = BigInt(CODE);
    hart.setCsr('mie', 8n);
    hart.setInterrupt(3, true);
    expect([hart.run(1000), hart.pc, hart.waiting]).toEqual(['exit', BigInt(CODE + 4), false]);
    expect(hart.run(1000)).toBe('budget');
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
