import { describe, expect, it } from 'vitest';
import { RAM_BASE, TestMachine } from './testing/machine.ts';
import { CODE, newMachine, trapFrom } from './testing/traps.ts';

describe('reset', () => {
  it('has the registers of a hart after power-on', () => {
    const { hart } = new TestMachine();
    expect(hart.csr('misa')).toBe(0x8000_0000_0014_11adn);
    expect(hart.csr('mstatus')).toBe(0xa_0000_0000n);
    expect([hart.pc, hart.privilege, hart.waiting]).toEqual([BigInt(RAM_BASE), 3, false]);
    const text = hart.formatRegisters();
    expect(text).toContain(
      '\nCPU#0\n V      =   0\n pc       0000000080000000\n mhartid  0000000000000000\n mstatus  0000000a00000000\n hstatus  ',
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
