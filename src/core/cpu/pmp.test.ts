import { describe, expect, it } from 'vitest';
import { RAM_BASE } from './testing/machine.ts';
import { CODE, newMachine, trapFrom } from './testing/traps.ts';

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
