import { beforeEach, describe, expect, it } from 'vitest';
import { GUEST_HANDLER, GuestMachine } from './testing/guest.ts';
import { TestMachine } from './testing/machine.ts';
import { newMachine, trapFrom } from './testing/traps.ts';

const ILLEGAL = 2;
const GUEST_ECALL = 10;
const VIRTUAL = 22;
const INTERRUPT = 1n << 63n;
const top = (identity: number, priority = 1) => (BigInt(identity) << 16n) | BigInt(priority);
const VTI = 1n << 30n;
const DPR = 1n << 9n;
const IPRIOM = 1n << 8n;
const inject = (identity: number, priority: number) => VTI | (BigInt(identity) << 16n) | BigInt(priority);

describe('the interrupt architecture (Smaia, Ssaia)', () => {
  it('tells which interrupt comes first in M- and in S-mode', () => {
    const { hart } = newMachine();
    expect([hart.csr('mtopi'), hart.csr('stopi')]).toEqual([0n, 0n]);
    for (const line of [1, 3, 5, 7, 9, 11] as const) hart.setInterrupt(line, true);
    expect(hart.csr('mtopi'), 'none is enabled').toBe(0n);
    hart.setCsr('mie', 0xaaan);
    hart.setCsr('mideleg', 0x222n);
    expect([hart.csr('mtopi'), hart.csr('stopi')]).toEqual([top(11, 0), top(9, 0)]);
    hart.setInterrupt(11, false);
    hart.setInterrupt(9, false);
    expect([hart.csr('mtopi'), hart.csr('stopi')]).toEqual([top(3, 255), top(1, 255)]);
    hart.setCsr('mie', 0xa0n);
    expect([hart.csr('mtopi'), hart.csr('stopi')]).toEqual([top(7, 255), top(5, 255)]);
  });

  it('has priorities behind windows, and no interrupt files', () => {
    const machine = newMachine();
    const { hart } = machine;
    const cause = (select: number, window: 'sireg' | 'vsireg') => {
      const own = window === 'sireg' ? 'siselect' : 'vsiselect';
      hart.setX(5, BigInt(select));
      return trapFrom(machine, 1, [`csrrw zero, ${own}, t0`, `csrrw t1, ${window}, t0`, 'ecall']).cause;
    };
    hart.setX(6, 5n);
    expect([0x30, 0x3e].map(select => cause(select, 'sireg'))).toEqual([9n, 9n]);
    expect(hart.x(6)).toBe(0n);
    for (const select of [0, 0x2f, 0x31, 0x40, 0x70, 0xff])
      expect(cause(select, 'sireg'), `${select}`).toBe(2n);
    expect([0x30, 0x70].map(select => cause(select, 'vsireg'))).toEqual([2n, 2n]);
    for (const name of ['stopei', 'vstopei']) {
      expect(trapFrom(machine, 1, [`csrrs t1, ${name}, zero`]).cause).toBe(2n);
    }
    const isThere = (name: string, number: number) => hart.csrOf(number, false) === name;
    hart.setCsr('miselect', 0x3fn);
    expect([isThere('mireg', 0x351), isThere('mtopei', 0x35c)]).toEqual([false, false]);
    hart.setCsr('miselect', 0xff30n);
    expect(hart.csr('miselect')).toBe(0x130n);
    hart.setCsr('miselect', 0x30n);
    expect(isThere('mireg', 0x351)).toBe(true);
  });

  it('writes the bits of mip that software has through mvip', () => {
    const { hart } = newMachine();
    hart.setInterrupt(9, true);
    hart.setCsr('mvip', -1n);
    expect([hart.csr('mvip'), hart.csr('mip') & 0x222n]).toEqual([0x222n, 0x222n]);
    hart.setCsr('mvip', 0n);
    expect([hart.csr('mvip'), hart.csr('mip')]).toEqual([0n, 0x200n]);
    hart.setCsr('menvcfg', 1n << 63n);
    hart.setCsr('mvip', -1n);
    expect(hart.csr('mvip')).toBe(0x202n);
    hart.setCsr('mvien', -1n);
    expect(hart.csr('mvien')).toBe(0n);
  });

  it('is there with the extensions alone', () => {
    const { hart } = new TestMachine({ without: ['Svade', 'Smaia', 'Ssaia', 'Smstateen'] });
    for (const name of ['mtopi', 'stopi', 'hvictl', 'vstopi', 'miselect']) {
      expect(hart.registerNames(), name).not.toContain(name);
    }
  });
});

describe('interrupts of guests', () => {
  let system: GuestMachine;
  beforeEach(() => {
    system = new GuestMachine();
    system.hart.setCsr('hideleg', 0x444n);
    system.hart.setCsr('mie', 0x444n);
  });

  it('have an order, of which the hypervisor has a say', () => {
    const { hart } = system;
    expect(hart.csr('vstopi')).toBe(0n);
    hart.setCsr('hvip', 0x44n);
    expect(hart.csr('vstopi')).toBe(top(1));
    hart.setCsr('hvip', 0x444n);
    expect(hart.csr('vstopi')).toBe(top(9));
    hart.setCsr('hvictl', IPRIOM);
    expect(hart.csr('vstopi')).toBe(top(9, 255));
    hart.setCsr('hvictl', IPRIOM | (9n << 16n) | 7n);
    expect(hart.csr('vstopi')).toBe(top(9, 7));
    const told = (control: bigint) => {
      hart.setCsr('hvictl', control | IPRIOM);
      return hart.csr('vstopi');
    };
    expect(told(inject(21, 3))).toBe(top(21, 3));
    expect(told(inject(21, 0))).toBe(top(21, 0));
    expect(told(inject(21, 0) | DPR)).toBe(top(9, 255));
    hart.setCsr('hvip', 0x44n);
    expect(told(inject(21, 0) | DPR), 'others of the guest do not count').toBe(top(21, 255));
    expect([told(inject(0, 0)), told(inject(9, 5))]).toEqual([0n, 0n]);
  });

  it('come from the hypervisor itself, under any number', () => {
    const { hart } = system;
    const quiet = ['csrrsi zero, sstatus, 2', 'csrrs t1, sstatus, zero', 'ecall'];
    system.run(quiet);
    expect(hart.csr('vscause')).toBe(0n);
    hart.setCsr('hvictl', inject(40, 1));
    hart.setCsr('vsstatus', 0n);
    expect(system.run(['csrrsi zero, sstatus, 2', 'j 0']).cause).toBe(GUEST_ECALL);
    expect([hart.csr('vscause'), hart.csr('mepc')]).toEqual([INTERRUPT | 40n, BigInt(GUEST_HANDLER)]);
    expect(hart.csr('vsstatus') & 0x122n).toBe(0x120n);
  });

  it('do not come while the guest has them off, nor its own beside them', () => {
    const { hart } = system;
    hart.setCsr('hvictl', inject(0, 0));
    hart.setCsr('hvip', 0x44n);
    hart.setCsr('vsstatus', 2n);
    system.run(['csrrs t1, stopi, zero', 'ecall']);
    expect([hart.x(6), hart.csr('vscause')]).toEqual([0n, 0n]);
    hart.setCsr('hvictl', inject(40, 1));
    hart.setCsr('vsstatus', 0n);
    system.run(['csrrs t1, stopi, zero', 'ecall']);
    expect([hart.x(6), hart.csr('vscause')]).toEqual([top(40), 0n]);
  });

  it('keep a guest from waiting', () => {
    const { hart } = system;
    hart.setCsr('hvictl', inject(40, 1));
    hart.setCsr('vsstatus', 0n);
    expect(system.run(['wfi', 'ecall']).cause).toBe(GUEST_ECALL);
  });

  it('and their windows are not for guests while the hypervisor gives them', () => {
    const { hart } = system;
    const cause = (csr: string) => system.run([`csrrs t1, ${csr}, zero`, 'ecall']).cause;
    expect(['sip', 'sie', 'stopi'].map(cause)).toEqual([GUEST_ECALL, GUEST_ECALL, GUEST_ECALL]);
    hart.setCsr('hvictl', inject(40, 1));
    hart.setCsr('vsstatus', 0n);
    expect(['sip', 'sie', 'stopi'].map(cause)).toEqual([VIRTUAL, VIRTUAL, GUEST_ECALL]);
    expect(cause('stopei')).toBe(VIRTUAL);
    hart.setCsr('vsiselect', 0x30n);
    expect(cause('sireg')).toBe(VIRTUAL);
    hart.setCsr('vsiselect', 0n);
    expect(cause('sireg')).toBe(ILLEGAL);
  });
});

describe('overflows of counters (Sscofpmf)', () => {
  it('have an interrupt, and no counter that could', () => {
    const machine = newMachine({ without: ['Svade', 'Smstateen'] });
    const { hart } = machine;
    for (const name of ['mie', 'mideleg', 'mip']) hart.setCsr(name, 1n << 13n);
    expect(hart.csr('mip')).toBe(1n << 13n);
    expect([hart.csr('sip'), hart.csr('sie'), hart.csr('stopi')]).toEqual([
      1n << 13n,
      1n << 13n,
      top(13, 255),
    ]);
    expect(
      trapFrom(machine, 1, ['csrrs t1, scountovf, zero', 'lui t0, 0x2000', 'csrrc zero, sip, t0', 'ecall'])
        .cause,
    ).toBe(9n);
    expect([hart.x(6), hart.csr('mip')]).toEqual([0n, 0n]);
    const plain = new TestMachine({}).hart;
    plain.setCsr('mie', -1n);
    expect(plain.csr('mie') >> 13n).toBe(0n);
  });
});
