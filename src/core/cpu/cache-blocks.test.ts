import { describe, expect, it } from 'vitest';
import { ENVCFG, encode } from '../isa/index.ts';
import { DEVICE, RAM_BASE, TestMachine } from './testing/machine.ts';
import { enablePaging, map, PTE } from './testing/page-tables.ts';
import { CODE, newMachine, trapFrom } from './testing/traps.ts';

const DATA = RAM_BASE + 0x8000;
const FROM_SUPERVISOR = 9n;
const FROM_USER = 8n;
const STORE_ACCESS = 7n;
const STORE_PAGE = 15n;
const OPERATIONS = [
  ['cbo.inval', ENVCFG.CBIE],
  ['cbo.clean', ENVCFG.CBCFE],
  ['cbo.flush', ENVCFG.CBCFE],
  ['cbo.zero', ENVCFG.CBZE],
] as const;

describe('cache-block operations', () => {
  it.each(OPERATIONS)('%s is illegal until each mode above opens it', (name, gate) => {
    const machine = newMachine();
    const { hart } = machine;
    hart.setX(5, BigInt(DATA));
    const cause = (privilege: 0 | 1) => trapFrom(machine, privilege, [`${name} t0`, 'ecall']).cause;
    hart.setCsr('senvcfg', gate);
    expect([cause(1), cause(0)]).toEqual([2n, 2n]);
    expect(hart.csr('mtval')).toBe(BigInt(encode(name, { rs1: 5 }).bits));
    hart.setCsr('menvcfg', gate);
    expect([cause(1), cause(0)]).toEqual([FROM_SUPERVISOR, FROM_USER]);
    hart.setCsr('senvcfg', 0n);
    expect([cause(1), cause(0)]).toEqual([FROM_SUPERVISOR, 2n]);
  });

  it.each(OPERATIONS)('%s faults as a store, with the address of the block', name => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    hart.setCsr('menvcfg', ENVCFG.CBIE | ENVCFG.CBCFE | ENVCFG.CBZE | ENVCFG.ADUE);
    map(machine, 'sv39', 0x1000n, DATA, PTE.V | PTE.R);
    map(machine, 'sv39', 0x2000n, DATA, PTE.V | PTE.X);
    const attempt = (address: bigint) => {
      hart.setX(5, address);
      return trapFrom(machine, 1, [`${name} t0`, 'ecall']);
    };
    const readOnly = name === 'cbo.zero' ? STORE_PAGE : FROM_SUPERVISOR;
    expect(attempt(0x1000n).cause).toBe(readOnly);
    expect(attempt(0x2047n)).toMatchObject({ cause: STORE_PAGE, value: 0x2040n });
    expect(attempt(0x3fffn)).toMatchObject({ cause: STORE_PAGE, value: 0x3fc0n });
    hart.setCsr('satp', 0n);
    // where nothing is, only clearing reaches for it
    if (name === 'cbo.zero') expect(attempt(0x7fn)).toMatchObject({ cause: STORE_ACCESS, value: 0x40n });
    else expect(attempt(0x7fn).cause).toBe(FROM_SUPERVISOR);
  });

  it('a block that memory protection grants in part is left alone', () => {
    const machine = newMachine();
    const { hart } = machine;
    hart.setCsr('menvcfg', ENVCFG.CBZE);
    hart.setCsr('pmpaddr0', BigInt(DATA + 32) >> 2n);
    hart.setCsr('pmpaddr1', (1n << 54n) - 1n);
    hart.setCsr('pmpcfg0', 0x1f0fn); // all below the middle of the block, then all, each its own region
    machine.write64(DATA, 5n);
    hart.setX(5, BigInt(DATA));
    expect(trapFrom(machine, 1, ['cbo.zero t0', 'ecall'])).toMatchObject({
      cause: STORE_ACCESS,
      value: BigInt(DATA),
    });
    expect(machine.read64(DATA)).toBe(5n);
  });

  it('cbo.zero reaches devices and drops code that it clears', () => {
    const machine = newMachine();
    const { hart } = machine;
    hart.setX(5, BigInt(DEVICE + 100));
    machine.execute(['cbo.zero t0']);
    expect(machine.accesses).toHaveLength(64);
    expect(machine.accesses[0]).toEqual({ kind: 'store', address: DEVICE + 64, size: 1, value: 0n });
    hart.setX(5, BigInt(CODE));
    machine.execute(['addi t1, zero, 1'], CODE);
    machine.execute(['cbo.zero t0']);
    hart.setCsr('mcause', 0n);
    hart.pc = BigInt(CODE);
    machine.run();
    expect(hart.csr('mcause'), 'zeros are no instruction').toBe(2n);
  });

  it('cbo.zero clears by virtual address in S-mode, time and again', () => {
    const machine = newMachine();
    const { hart } = machine;
    enablePaging(machine);
    hart.setCsr('menvcfg', ENVCFG.CBZE | ENVCFG.ADUE);
    map(machine, 'sv39', 0x1000n, DATA, PTE.V | PTE.R | PTE.W);
    for (let at = 0; at < 256; at += 8) machine.write64(DATA + at, 5n);
    hart.setX(5, 0x1007n);
    hart.setX(6, 0x10bfn);
    expect(trapFrom(machine, 1, ['cbo.zero t0', 'cbo.zero t1', 'ecall']).cause).toBe(FROM_SUPERVISOR);
    expect([0, 56, 64, 120, 128, 184, 192].map(at => machine.read64(DATA + at))).toEqual([
      0n,
      0n,
      5n,
      5n,
      0n,
      0n,
      5n,
    ]);
    // the page holds code from now on: what is cleared goes
    machine.place(DATA + 64, ['addi t1, zero, 1', 'wfi']);
    hart.privilege = 3;
    hart.pc = BigInt(DATA + 64);
    machine.run();
    hart.setX(5, 0x1040n);
    expect(trapFrom(machine, 1, ['cbo.zero t0', 'ecall']).cause).toBe(FROM_SUPERVISOR);
    hart.privilege = 3;
    hart.pc = BigInt(DATA + 64);
    machine.run();
    expect([hart.csr('mcause'), hart.csr('mepc')]).toEqual([2n, BigInt(DATA + 64)]);
  });

  it('takes other block sizes', () => {
    const machine = new TestMachine({ blockSizes: { management: 16, zero: 256 } });
    for (let at = 0; at <= 256; at += 8) machine.write64(DATA + at, 5n);
    machine.hart.setX(5, BigInt(DATA + 130));
    machine.execute(['cbo.zero t0']);
    expect([0, 248, 256].map(at => machine.read64(DATA + at))).toEqual([0n, 0n, 5n]);
  });

  it('CBIE does not take its reserved value', () => {
    const { hart } = newMachine();
    for (const name of ['menvcfg', 'senvcfg']) {
      hart.setCsr(name, 0x10n);
      hart.setCsr(name, 0xa0n);
      expect(hart.csr(name)).toBe(0x90n);
    }
  });
});
