import { describe, expect, it } from 'vitest';
import { DEVICE, RAM_BASE } from './testing/machine.ts';
import { CODE, HANDLER, newMachine, trapFrom } from './testing/traps.ts';

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
    expect(hart.csr('medeleg')).toBe(0xf4_b7ffn);
    hart.setCsr('mideleg', -1n);
    expect(hart.csr('mideleg')).toBe(0x1666n);
  });
});
